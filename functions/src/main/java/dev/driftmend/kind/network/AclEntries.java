package dev.driftmend.kind.network;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.Kind.Impact;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Parts;
import dev.driftmend.kind.Repairs;
import dev.driftmend.kind.StateUpdates;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.AclEntry;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a network ACL: key is {@code ingress 100} or {@code egress 100}, field {@code
 * rule} is {@code allow} or {@code deny} and the rule as security groups write theirs. The last
 * entry, which denies what no other one decides, cannot be changed and is left out.
 *
 * @see <a href="https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html">Network ACL
 *     rules</a>
 */
public final class AclEntries {
  public static final String TYPE = "AWS::EC2::NetworkAclEntry";
  public static final String ACL = "NetworkAclId";
  public static final String RULE = "rule";
  static final String CREATE = "CreateNetworkAclEntry";
  static final String REPLACE = "ReplaceNetworkAclEntry";
  static final String DELETE = "DeleteNetworkAclEntry";

  private static final String ALLOW = "allow ";
  private static final String DENY = "deny ";

  private AclEntries() {}

  public static Item item(AclEntry entry) {
    var rule = entry.rule();
    return Item.of(
        rule.direction().text() + " " + entry.number(),
        Map.of(RULE, (entry.allow() ? ALLOW : DENY) + rule.key()));
  }

  /**
   * The reverse of {@link #item}.
   *
   * @throws IllegalArgumentException if they are no key and no rule of an entry
   */
  public static AclEntry entry(String key, String rule) {
    var allow = rule.startsWith(ALLOW);
    if (!allow && !rule.startsWith(DENY)) {
      throw new IllegalArgumentException("neither allowed nor denied: " + rule);
    }
    return new AclEntry(
        number(key), allow, SecurityRule.parse(rule.substring((allow ? ALLOW : DENY).length())));
  }

  public static Direction direction(String key) {
    return key.startsWith(Direction.EGRESS.text()) ? Direction.EGRESS : Direction.INGRESS;
  }

  /** Whether this is the key of an entry. */
  public static boolean isKey(String key) {
    var space = key.indexOf(' ');
    return space > 0
        && key.substring(space + 1).chars().allMatch(Character::isDigit)
        && (key.startsWith(Direction.INGRESS.text()) || key.startsWith(Direction.EGRESS.text()));
  }

  public static int number(String key) {
    return Integer.parseInt(key.substring(key.indexOf(' ') + 1));
  }

  /** EC2's own entry that allows all. */
  static Item allowAll(Direction direction, int number, Peer everybody) {
    return item(
        new AclEntry(
            number, true, SecurityRule.normal(direction, SecurityRule.ALL, null, null, everybody)));
  }

  /**
   * Puts the declared entries into the properties of what has them. One of which only the rule is
   * not known is left out as a property of its own, so that the others can be repaired.
   *
   * @param others that are there beside the declared ones
   * @param optional those of them that may be there or not
   */
  static void read(
      Map<String, Property> into,
      String property,
      Parts parts,
      List<Item> others,
      Set<String> optional) {
    var entries = new ArrayList<Item>();
    var tolerated = new HashSet<>(optional);
    var open = new ArrayList<OpenMember>();
    parts.perhaps().forEach(p -> open.add(OpenMember.one(form(p.part()), p.why())));
    for (var part : parts.own()) {
      var key = key(part);
      if (key == null) {
        open.add(
            OpenMember.one(form(part), part.ref().logicalId() + " does not say which entry it is"));
        continue;
      }
      try {
        entries.add(entry(key, part));
      } catch (IllegalArgumentException e) {
        tolerated.add(key);
        into.put(property + " " + key, new Property.Unknown(String.valueOf(e.getMessage())));
      }
    }
    entries.addAll(others);
    into.put(property, new Property.Members(entries, tolerated, Map.of(), null, open));
  }

  /** What is known of which entry it is. */
  private static String form(@Nullable Declared part) {
    var key = part == null ? null : key(part);
    if (key != null || part == null) {
      return key == null ? "*" : key;
    }
    var number = NormalForms.text(part, "RuleNumber");
    var egress = part.property("Egress").orElse(new Value.Scalar("false"));
    var way =
        egress instanceof Value.Scalar s
            ? (NormalForms.isTrue(s.text()) ? Direction.EGRESS : Direction.INGRESS).text()
            : "*";
    return way + " " + (number == null ? "*" : number);
  }

  private static @Nullable String key(Declared part) {
    var egress = part.property("Egress").orElse(new Value.Scalar("false"));
    var number = NormalForms.text(part, "RuleNumber");
    if (!(egress instanceof Value.Scalar s) || number == null || !number.matches("\\d{1,5}")) {
      return null;
    }
    var direction = NormalForms.isTrue(s.text()) ? Direction.EGRESS : Direction.INGRESS;
    return direction.text() + " " + Integer.parseInt(number);
  }

  private static Item entry(String key, Declared part) {
    for (var property : part.properties().values().entrySet()) {
      var unknown = NormalForms.unknown(property.getValue());
      if (unknown != null && !property.getKey().equals(ACL)) {
        throw new IllegalArgumentException(unknown);
      }
    }
    var protocol = text(part, "Protocol");
    var icmp = protocol.matches("(?i)1|icmp|58|icmpv6");
    var range = part.property(icmp ? "Icmp" : "PortRange").orElse(null);
    var rule =
        SecurityRule.normal(
            direction(key),
            protocol,
            number(range, icmp ? "Type" : "From"),
            number(range, icmp ? "Code" : "To"),
            Peer.parse(block(part)));
    return item(new AclEntry(number(key), isAllowed(part), rule));
  }

  private static boolean isAllowed(Declared part) {
    var action = text(part, "RuleAction").toLowerCase(Locale.ROOT);
    if (!List.of("allow", "deny").contains(action)) {
      throw new IllegalArgumentException("neither allow nor deny: " + action);
    }
    return action.equals("allow");
  }

  private static String block(Declared part) {
    var block = NormalForms.text(part, "CidrBlock");
    return block == null ? text(part, "Ipv6CidrBlock") : block;
  }

  private static String text(Declared part, String property) {
    var text = NormalForms.text(part, property);
    if (text == null) {
      throw new IllegalArgumentException("no " + property);
    }
    return text;
  }

  private static @Nullable Integer number(@Nullable Value range, String name) {
    var text = range instanceof Value.Fields f ? NormalForms.text(f, name) : null;
    return text == null ? null : Integer.valueOf(text.strip());
  }

  /** A call for each; what was changed of the whole resource is not for here. */
  static Step repair(StackRef stack, Drift drift, String acl) {
    return switch (drift) {
      case Drift.Missing m ->
          write(stack, m, Step.Phase.RESTORE, CREATE, acl, m.item().key(), rule(m.item()));
      case Drift.Changed c ->
          write(stack, c, Step.Phase.CHANGE, REPLACE, acl, String.valueOf(c.key()), c.desired());
      case Drift.Extra e ->
          Repairs.call(
              stack,
              List.of(e),
              Step.Phase.REMOVE,
              e.resource(),
              DELETE,
              Map.of(Argument.ACL, List.of(acl), Argument.ENTRY, List.of(e.item().key())),
              "remove the entry that the template does not have: " + e.item().key());
      case Drift.Gone g -> throw new IllegalArgumentException("no entry: " + g);
      case Drift.Unreadable u -> throw new IllegalArgumentException("no entry: " + u);
    };
  }

  private static Step write(
      StackRef stack,
      Drift drift,
      Step.Phase phase,
      String operation,
      String acl,
      String entry,
      String rule) {
    return Repairs.call(
        stack,
        List.of(drift),
        phase,
        drift.resource(),
        operation,
        Map.of(
            Argument.ACL,
            List.of(acl),
            Argument.ENTRY,
            List.of(entry),
            Argument.RULE,
            List.of(rule)),
        "set entry " + entry + " to what the template says: " + rule);
  }

  static Observed after(Step.Call call, Observed live, String property) {
    var entry = call.argument(Argument.ENTRY);
    return call.operation().equals(DELETE)
        ? StateUpdates.without(live, property, i -> i.key().equals(entry))
        : StateUpdates.put(live, property, entry, Map.of(RULE, call.argument(Argument.RULE)));
  }

  /** Each direction has its own quota. */
  static boolean makesRoom(Step.Call removal, Step.Call refused) {
    return removal.operation().equals(DELETE)
        && refused.operation().equals(CREATE)
        && removal.resource().equals(refused.resource())
        && direction(removal.argument(Argument.ENTRY))
            == direction(refused.argument(Argument.ENTRY));
  }

  /** Whether an entry decides about traffic that a lost one decides about too, either way. */
  static boolean mayStandIn(Step.Call removal, Drift.Missing lost, Property.Members live) {
    var removed =
        live.items().stream()
            .filter(
                i -> removal.arguments().getOrDefault(Argument.ENTRY, List.of()).contains(i.key()))
            .findFirst();
    return removal.operation().equals(DELETE)
        && isKey(lost.item().key())
        && removed.map(i -> entry(i).rule().mayOverlap(entry(lost.item()).rule())).orElse(true);
  }

  static Set<String> calls() {
    return Set.of(CREATE, REPLACE, DELETE);
  }

  static Impact impact(Drift drift) {
    return switch (drift) {
      case Drift.Missing m -> rule(m.item()).startsWith(ALLOW) ? cut() : opened();
      case Drift.Extra e -> rule(e.item()).startsWith(ALLOW) ? opened() : cut();
      case Drift.Changed c ->
          c.live().startsWith(ALLOW) && !c.desired().startsWith(ALLOW) ? opened() : cut();
      case Drift.Gone g -> new Impact(Exposure.NONE, "not known");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
    };
  }

  private static Impact cut() {
    return new Impact(Exposure.OUTAGE, "what the template lets through may be denied");
  }

  private static Impact opened() {
    return new Impact(Exposure.LATENT, "what the template denies may be let through");
  }

  private static String rule(Item entry) {
    return entry.fields().getOrDefault(RULE, "");
  }

  /** The entries of an ACL, or of what it is to be, for computing what they let through. */
  static List<Network.AclEntry> applyTo(Property.Members entries) {
    return entries.items().stream().map(AclEntries::entry).toList();
  }

  private static Network.AclEntry entry(Item item) {
    var rule = item.fields().getOrDefault(RULE, "");
    var allow = rule.startsWith(ALLOW);
    return new Network.AclEntry(
        Integer.parseInt(item.key().substring(item.key().indexOf(' ') + 1)),
        allow,
        SecurityRule.parse(rule.substring((allow ? ALLOW : DENY).length())));
  }
}
