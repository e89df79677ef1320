package dev.driftmend.aws.guard;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.json.JsonTree;
import dev.driftmend.port.DeniedFailure;
import java.time.Instant;
import java.util.Set;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/**
 * Stops all writes of Driftmend at once, and lets them go on: an SSM parameter beside the policy
 * whose existence is the pause. No deployment touches it.
 */
public final class PauseSwitch {
  private static final Set<String> NOT_PAUSED = Set.of("ParameterNotFound");

  private final Clients clients;
  private final String parameter;

  /**
   * @param policyParameter the name of the policy's parameter
   */
  public PauseSwitch(Clients clients, String policyParameter) {
    this.clients = clients;
    this.parameter = nameOf(policyParameter);
  }

  static String nameOf(String policyParameter) {
    return policyParameter + "/pause";
  }

  /** A pause that exists is replaced. */
  public void pause(String who, Instant since, String why) {
    var note = JsonTree.object();
    note.put("who", who).put("since", since.toString()).put("why", why);
    clients.ssm(
        ssm ->
            ssm.putParameter(
                r ->
                    r.name(parameter)
                        .type(ParameterType.STRING)
                        .overwrite(true)
                        .description("Driftmend writes nothing while this parameter exists")
                        .value(JsonTree.write(note))));
  }

  /**
   * @return false if it was not paused
   */
  public boolean resume() {
    try {
      clients.ssm(ssm -> ssm.deleteParameter(r -> r.name(parameter)));
      return true;
    } catch (DeniedFailure e) {
      if (Failures.is(e, NOT_PAUSED)) {
        return false;
      }
      throw e;
    }
  }

  /** Whatever the parameter holds, it is a pause. */
  static String describe(String note) {
    try {
      var json = JsonTree.read(note);
      if (json.path("who").isTextual()) {
        return "paused by %s since %s: %s"
            .formatted(
                json.path("who").textValue(),
                json.path("since").asText("an unknown time"),
                json.path("why").asText("no reason given"));
      }
    } catch (JsonProcessingException e) {
      return "paused: " + note;
    }
    return "paused: " + note;
  }
}
