package dev.driftmend.aws.guard;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.DeniedFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.Rule;
import software.amazon.awssdk.services.eventbridge.model.RuleState;

/** Event rules as one list for each bus shows them. */
final class EventRules {
  private static final String DEFAULT = "default";

  /**
   * The most that one answer can have.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html">ListRules</a>
   */
  private static final int PAGE = 100;

  private final Map<String, Map<String, RuleState>> states = new HashMap<>();
  private final Map<String, DeniedFailure> denied = new HashMap<>();

  private EventRules() {}

  static EventRules listed(Clients clients, List<ResourceRef> rules) {
    var listed = new EventRules();
    rules.stream()
        .map(Name::of)
        .collect(
            Collectors.groupingBy(Name::bus, Collectors.mapping(Name::rule, Collectors.toList())))
        .forEach((bus, names) -> listed.list(clients, bus, names));
    return listed;
  }

  private void list(Clients clients, String bus, List<String> names) {
    var prefix = names.stream().reduce(EventRules::commonPrefix).orElse("");
    var listed = new HashMap<String, RuleState>();
    try {
      String next = null;
      do {
        var token = next;
        var page =
            clients.eventBridge(
                c ->
                    c.listRules(
                        r ->
                            r.eventBusName(unlessDefault(bus))
                                .namePrefix(prefix.isEmpty() ? null : prefix)
                                .limit(PAGE)
                                .nextToken(token)));
        for (Rule rule : page.rules()) {
          listed.put(rule.name(), rule.state());
        }
        next = page.nextToken();
      } while (next != null);
      states.put(bus, listed);
    } catch (DeniedFailure e) {
      denied.put(bus, e);
    }
  }

  /** The default bus is not named in a call, as it is not in the ARN of its rules. */
  private static @Nullable String unlessDefault(String bus) {
    return bus.equals(DEFAULT) ? null : bus;
  }

  private static String commonPrefix(String one, String other) {
    var end = 0;
    while (end < Math.min(one.length(), other.length()) && one.charAt(end) == other.charAt(end)) {
      end++;
    }
    return one.substring(0, end);
  }

  /** Whether the list was read, and the rule is not in it. */
  boolean isMissing(ResourceRef rule) {
    var name = Name.of(rule);
    var onBus = states.get(name.bus());
    return onBus != null && !onBus.containsKey(name.rule());
  }

  /**
   * What is wrong with this rule; null if it is switched on.
   *
   * @throws DeniedFailure if the rules of its bus could not be listed
   */
  @Nullable String fault(ResourceRef rule) {
    var name = Name.of(rule);
    var refused = denied.get(name.bus());
    if (refused != null) {
      throw refused;
    }
    if (isMissing(rule)) {
      return "the rule does not exist any more";
    }
    var state = Objects.requireNonNull(states.get(name.bus())).get(name.rule());
    return state == RuleState.ENABLED
            || state == RuleState.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS
        ? null
        : "the rule is " + (state == RuleState.DISABLED ? "disabled" : "in no known state");
  }

  static void enable(Clients clients, String physicalId) {
    var name = Name.of(physicalId);
    clients.eventBridge(
        c -> c.enableRule(r -> r.eventBusName(unlessDefault(name.bus())).name(name.rule())));
  }

  /**
   * The physical id of a rule on another bus than the account's default one begins with the bus.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html">AWS::Events::Rule</a>
   */
  private record Name(String bus, String rule) {
    static Name of(ResourceRef rule) {
      return of(rule.physicalId());
    }

    static Name of(String physicalId) {
      var bar = physicalId.indexOf('|');
      return bar < 0
          ? new Name(DEFAULT, physicalId)
          : new Name(physicalId.substring(0, bar), physicalId.substring(bar + 1));
    }
  }
}
