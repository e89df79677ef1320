package dev.driftmend.aws.resource;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.kind.Quotas;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.port.Actuator;
import dev.driftmend.port.DeniedFailure;
import java.util.Map;

/** {@link Actuator}: each call by the adapter of its resource's type. */
public final class AwsActuator implements Actuator {
  private final Map<String, ResourceAdapter> adapters;

  public AwsActuator(Clients clients) {
    this.adapters = AwsLiveStates.adapters(clients);
  }

  @Override
  public Result execute(Step.Call call) {
    try {
      AwsLiveStates.adapter(adapters, call.resource().type()).execute(call);
      return new Result.Done();
    } catch (DeniedFailure e) {
      return Failures.is(e, Quotas.codes())
          ? new Result.Failed(
              Failures.explain(e) + " That is: " + Quotas.wayOut(Failures.code(e)), true)
          : new Result.Failed(Failures.explain(e));
    }
  }
}
