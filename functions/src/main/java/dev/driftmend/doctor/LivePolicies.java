package dev.driftmend.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.driftmend.json.JsonTree;
import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.Value;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.text.UnreadableTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a deployment would overwrite what was put into the policy by hand. */
final class LivePolicies implements Matter {
  private static final String PARAMETER = "PolicyParameter";

  /** What no parameter of the template sets. */
  private static final List<String> BY_HAND = List.of("rules", "controllers");

  @Override
  public Says says() {
    return new Says(
        "policy",
        "CloudFormation writes the policy's parameter as a whole when the template's value of it"
            + " becomes another one, and what somebody has put into it since is lost then.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var snapshot = visit.snapshot();
    if (snapshot == null || visit.settings().first()) {
      return List.of(says().fine("there is none yet"));
    }
    var deployed = snapshot.physicalId(PARAMETER);
    var name = deployed == null ? "/driftmend/" + visit.stack() + "/policy" : deployed;
    var text = visit.account().parameter(name);
    if (text.isEmpty()) {
      return List.of(says().fine("there is none in " + name));
    }
    var before = value(snapshot);
    var after = value(updated(snapshot, visit));
    if (before != null && before.equals(after)) {
      return List.of(says().fine("a deployment leaves " + name + " as it is"));
    }
    var live = json(text.get());
    if (!(live instanceof ObjectNode policy)) {
      return List.of(says().note("what is in " + name + " is no policy, and is overwritten"));
    }
    var was = json(before);
    var becomes = json(after);
    if (was == null || becomes == null) {
      return List.of(unresolved(name, policy));
    }
    var lost = new ArrayList<String>();
    var merged = merged(policy, was, becomes, "", lost);
    return List.of(
        lost.isEmpty()
            ? says()
                .fine("a deployment changes " + name + ", and nothing that was put there by hand")
            : says()
                .mend(
                    "a deployment overwrites what was put into "
                        + name
                        + " by hand: "
                        + String.join(", ", lost)
                        + "; put it back right after it",
                    putting(name, merged)));
  }

  private Check unresolved(String name, ObjectNode live) {
    var byHand =
        BY_HAND.stream().filter(f -> live.path(f).isArray() && !live.path(f).isEmpty()).toList();
    return byHand.isEmpty()
        ? says().fine("nothing was put into " + name + " by hand")
        : says()
            .unknown(
                "whether a deployment overwrites "
                    + String.join(" and ", byHand)
                    + " of "
                    + name
                    + " is not known: keep a copy",
                "aws ssm get-parameter --name "
                    + name
                    + " --query Parameter.Value --output text > policy-before.json");
  }

  /** What it would be as this deployment has it, with what the stack has been given. */
  private static StackSnapshot updated(StackSnapshot s, Visit visit) {
    return new StackSnapshot(
        s.stack(),
        s.status(),
        s.lastUpdated(),
        visit.template(),
        visit.settings().all(),
        s.resources(),
        s.notificationArns(),
        s.exports(),
        s.ssm(),
        s.outputs());
  }

  /** The parameter's value as a template has it; null if it is not known. */
  private static @Nullable String value(StackSnapshot snapshot) {
    try {
      return Resolver.resolve(snapshot).resources().stream()
          .filter(r -> r.ref().logicalId().equals(PARAMETER))
          .flatMap(r -> r.property("Value").stream())
          .flatMap(v -> v instanceof Value.Scalar s ? List.of(s.text()).stream() : null)
          .findFirst()
          .orElse(null);
    } catch (UnreadableTemplate e) {
      return null;
    }
  }

  private static @Nullable JsonNode json(@Nullable String text) {
    try {
      return text == null ? null : JsonTree.read(text);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /**
   * What a deployment would write, with what was put there by hand.
   *
   * @param before what the last deployment wrote
   * @param after what the next one writes
   * @param lost gets the names of what was put there by hand and would be overwritten
   */
  private static ObjectNode merged(
      ObjectNode live, JsonNode before, JsonNode after, String path, List<String> lost) {
    var merged = JsonTree.object();
    after.properties().forEach(e -> merged.set(e.getKey(), e.getValue()));
    for (Map.Entry<String, JsonNode> field : live.properties()) {
      var name = field.getKey();
      var was = before.path(name);
      var becomes = after.path(name);
      if (field.getValue().equals(was) || field.getValue().equals(becomes)) {
        continue;
      }
      if (field.getValue() instanceof ObjectNode inner && becomes instanceof ObjectNode) {
        merged.set(name, merged(inner, was, becomes, path + name + ".", lost));
      } else {
        merged.set(name, field.getValue());
        lost.add(path + name);
      }
    }
    return merged;
  }

  private static String putting(String name, ObjectNode policy) {
    return "aws ssm put-parameter --name "
        + name
        + " --type String --overwrite --value '"
        + JsonTree.write(policy).replace("'", "'\\''")
        + "'";
  }
}
