package dev.driftmend.aws.guard;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Policies;
import java.util.HashMap;
import java.util.Map;

/** {@link Policies} from an SSM parameter, and the pause from a second one beside it. */
public final class SsmPolicies implements Policies {
  private final Clients clients;
  private final String parameter;

  public SsmPolicies(Clients clients, String parameter) {
    this.clients = clients;
    this.parameter = parameter;
  }

  @Override
  public Policy read() {
    try {
      var values = values();
      var policy = values.get(parameter);
      if (policy == null) {
        return Policy.unreadable(
            "the policy could not be read: there is no SSM parameter " + parameter);
      }
      return PolicyJson.read(policy, paused(values));
    } catch (DeniedFailure e) {
      return Policy.unreadable("the policy could not be read: " + Failures.explain(e));
    } catch (IllegalArgumentException e) {
      return Policy.unreadable(
          "the policy in SSM parameter " + parameter + " is invalid: " + e.getMessage());
    }
  }

  private Map<String, String> values() {
    var values = new HashMap<String, String>();
    clients
        .ssm(ssm -> ssm.getParameters(r -> r.names(parameter, PauseSwitch.nameOf(parameter))))
        .parameters()
        .forEach(p -> values.put(p.name(), p.value()));
    return values;
  }

  private WritePermission paused(Map<String, String> values) {
    var pause = values.get(PauseSwitch.nameOf(parameter));
    return pause == null
        ? WritePermission.GRANTED
        : WritePermission.withheld(PauseSwitch.describe(pause));
  }
}
