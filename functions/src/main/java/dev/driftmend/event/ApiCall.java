package dev.driftmend.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.watch.WatchedCalls;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A call of EC2, Elastic Load Balancing or IAM, as CloudTrail records it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html">CloudTrail
 *     record contents</a>
 */
final class ApiCall implements EventParser {
  static final String DETAIL_TYPE = "AWS API Call via CloudTrail";

  /** Classic load balancers share the event source. */
  private static final String CLASSIC_API = "2012-06-01";

  private static final Pattern READS = Pattern.compile("(Describe|Get|List|Search|Lookup)[A-Z].*");
  private static final Pattern DENIED =
      Pattern.compile("(Client\\.)?(UnauthorizedOperation|AccessDenied.*|AuthFailure.*)");

  @Override
  public List<Signal> parse(Envelope event) {
    var call = event.detail();
    var name = PayloadJson.text(call, "eventName");
    if (name == null) {
      return Why.UNPARSABLE.because("a CloudTrail record without eventName");
    }
    if (call.path("readOnly").asBoolean(false) || READS.matcher(name).matches()) {
      return Why.READ_ONLY.because(name);
    }
    var error = call.path("errorCode").asText("");
    if (!error.isEmpty()) {
      return changedNothing(error).because(name + " (" + error + ")");
    }
    if (CLASSIC_API.equals(PayloadJson.text(call, "apiVersion"))) {
      return Why.NOT_COMPARED.because(name + " of a classic load balancer");
    }
    if (!WatchedCalls.contains(name)) {
      return Why.NOT_COMPARED.because(name);
    }
    return signals(name, call, cause(event, name));
  }

  /** A dry run that would have succeeded is an error too. */
  private static Why changedNothing(String error) {
    return error.endsWith("DryRunOperation")
        ? Why.DRY_RUN
        : DENIED.matcher(error).matches() ? Why.DENIED : Why.FAILED;
  }

  private static Cause cause(Envelope event, String name) {
    var call = event.detail();
    var id = PayloadJson.text(call, "eventID");
    return new Cause(
        Cause.Origin.API_CALL,
        id == null ? event.id() : Envelope.idOr(id, call),
        name,
        Envelope.timeOr(PayloadJson.text(call, "eventTime"), event.time()),
        Callers.of(call),
        rules(call.path("responseElements")),
        NamedIds.about(name, call.path("requestParameters"), call.path("responseElements")));
  }

  private static Set<String> rules(JsonNode response) {
    var rules = new HashSet<String>();
    response
        .path("securityGroupRuleSet")
        .path("items")
        .forEach(rule -> rules.add(rule.path("securityGroupRuleId").asText()));
    rules.remove("");
    return rules;
  }

  /**
   * A rule that was just made is in no index. A call that names nothing (CloudTrail leaves out a
   * request above 100 KB; a group may be given by name) is about every stack. A call on several
   * instances or endpoints is several signals, because each may belong to another stack.
   */
  private static List<Signal> signals(String name, JsonNode call, Cause cause) {
    var named = NamedIds.of(name, call.path("requestParameters"), call.path("responseElements"));
    var known = named.stream().filter(id -> !cause.made().contains(id)).toList();
    var ids = known.isEmpty() ? named : known;
    if (ids.isEmpty()) {
      return List.of(new Signal.AllStacks(cause));
    }
    var listed = ids.stream().filter(NamedIds::isListed).toList();
    return listed.size() > 1
        ? listed.stream().<Signal>map(id -> new Signal.Resources(List.of(id), cause)).toList()
        : List.of(new Signal.Resources(ids, cause));
  }
}
