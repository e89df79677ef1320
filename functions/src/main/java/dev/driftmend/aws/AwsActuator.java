package dev.driftmend.aws;

import dev.driftmend.kind.RuleQuota;
import dev.driftmend.model.Step;
import dev.driftmend.model.StepResult.Result;
import dev.driftmend.port.Actuator;
import dev.driftmend.port.DeniedFailure;
import java.util.Map;
import java.util.Set;

/** {@link Actuator}: each call by the adapter of its resource's type. */
public final class AwsActuator implements Actuator {
  /** What EC2 says when a group has no room for one more rule. */
  private static final Set<String> FULL = Set.of("RulesPerSecurityGroupLimitExceeded");

  private final Map<String, ResourceAdapter> adapters;

  public AwsActuator(Clients clients) {
    this.adapters = AwsLiveStates.adapters(clients);
  }

  @Override
  public Result act(Step.Call call) {
    try {
      AwsLiveStates.adapter(adapters, call.resource().type()).act(call);
      return new Result.Done();
    } catch (DeniedFailure e) {
      return Failures.is(e, FULL)
          ? new Result.Failed(Failures.explain(e) + " That is: " + RuleQuota.WAY_OUT, true)
          : new Result.Failed(Failures.explain(e));
    }
  }
}
