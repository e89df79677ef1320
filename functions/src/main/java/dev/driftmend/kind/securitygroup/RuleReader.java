package dev.driftmend.kind.securitygroup;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;

import dev.driftmend.kind.Kind.Coverage;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the rules that a stack gives to one of its groups, inline and by separate resources. */
final class RuleReader {
  private static final Item ALLOW_ALL = Item.of("egress all to 0.0.0.0/0");
  private static final String ALLOW_ALL_6 = "egress all to ::/0";
  private static final String DESCRIPTION = "Description";

  /** What a rule is not known by: which group it belongs to is looked at apart. */
  private static final Set<String> NOT_IDENTITY =
      Set.of(DESCRIPTION, "GroupId", "GroupName", "SourceSecurityGroupOwnerId");

  private final Declared group;
  private final DeclaredStack stack;
  private final String groupId;

  RuleReader(Declared group, DeclaredStack stack) {
    this.group = group;
    this.stack = stack;
    this.groupId = group.ref().physicalId();
  }

  Property ingress() {
    if (!groupId.startsWith("sg-")) {
      return new Property.Unknown("a group outside a VPC is known by its name only");
    }
    var rules = inline("SecurityGroupIngress", Direction.INGRESS);
    rules.addAll(separate(SecurityGroup.INGRESS_TYPE, Direction.INGRESS));
    return rules.property(Set.of());
  }

  /**
   * Egress has a default: a group that declares none inline is left with EC2's own rule that allows
   * all, and EC2 adds the same for IPv6 by itself while that rule stands. If rules that were
   * declared once are removed later, none is added back, so what an undeclared egress ought to be
   * is not certain and only reported.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html">SecurityGroupEgress</a>
   */
  Property egress() {
    if (!groupId.startsWith("sg-")) {
      return new Property.Unknown("a group outside a VPC is known by its name only");
    }
    var inline = inline("SecurityGroupEgress", Direction.EGRESS);
    var separate = separate(SecurityGroup.EGRESS_TYPE, Direction.EGRESS);
    if (inline.isEmpty() && separate.items.isEmpty()) {
      separate.items.add(ALLOW_ALL);
      return new Property.Members(
          separate.items,
          Set.of(ALLOW_ALL_6),
          Map.of(),
          separate.open.isEmpty()
              ? "the template declares no egress: EC2's default is expected, and only reported if"
                  + " it differs"
              : separate.open.getFirst().why(),
          separate.open);
    }
    if (inline.isEmpty()) {
      var why = "EC2 gives it to a group that is made without inline egress";
      separate.open.add(new OpenMember(ALLOW_ALL.key(), false, false, why));
      separate.open.add(new OpenMember(ALLOW_ALL_6, false, false, why));
      return separate.property(Set.of());
    }
    inline.addAll(separate);
    var unmodified = inline.items.stream().anyMatch(i -> i.key().equals(ALLOW_ALL.key()));
    return inline.property(unmodified ? Set.of(ALLOW_ALL_6) : Set.of());
  }

  private Rules inline(String property, Direction direction) {
    var rules = new Rules();
    if (group.property(property).orElse(null) instanceof Value.Unknown list) {
      rules.open.add(OpenMember.list(RuleForm.any(direction), list.why()));
      return rules;
    }
    for (var each : NormalForms.list(group, property)) {
      var why =
          switch (each) {
            case Value.Fields f -> rules.add(f, direction, null);
            case Value.Unknown u -> u.why();
            case Value.Scalar s -> "text where a rule is expected: " + s.text();
            case Value.Items i -> "a list where a rule is expected";
          };
      if (why != null) {
        rules.open.add(OpenMember.one(RuleForm.of(each, direction), why));
      }
    }
    return rules;
  }

  private Rules separate(String type, Direction direction) {
    var rules = new Rules();
    for (var part : stack.ofType(type).toList()) {
      var unknownGroup = namesThisGroup(part) ? null : unknownGroup(part);
      var why =
          namesThisGroup(part)
              ? rules.add(part.properties(), direction, part.ref().physicalId())
              : unknownGroup == null
                  ? null
                  : part.ref().logicalId()
                      + " may belong to this group, which one is unknown: "
                      + unknownGroup;
      if (why != null) {
        rules.open.add(OpenMember.one(form(part.properties(), direction), why));
      }
    }
    stack.undecided().stream()
        .filter(u -> u.type().equals(type))
        .forEach(
            u ->
                rules.open.add(
                    OpenMember.one(
                        RuleForm.any(direction),
                        u.logicalId() + " may give it a rule: " + u.why())));
    return rules;
  }

  /** The key of a rule if all of it is known, else what is known of it. */
  private String form(Value.Fields fields, Direction direction) {
    try {
      return Item.of(rule(fields, direction).key()).identity();
    } catch (IllegalArgumentException e) {
      return RuleForm.of(fields, direction);
    }
  }

  private boolean namesThisGroup(Declared part) {
    var name = NormalForms.text(part, "GroupName");
    return groupId.equals(NormalForms.text(part, "GroupId"))
        || (name != null
            && (name.equals(groupId) || name.equals(NormalForms.text(group, "GroupName"))));
  }

  /** Why it is not known which group a part belongs to; null if it is. */
  private static @Nullable String unknownGroup(Declared part) {
    return Stream.of("GroupId", "GroupName")
        .flatMap(name -> part.property(name).stream())
        .map(NormalForms::unknown)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** Rules as they are collected. */
  private final class Rules {
    private final List<Item> items = new ArrayList<>();
    private final List<OpenMember> open = new ArrayList<>();
    private final Set<String> tolerated = new HashSet<>();

    boolean isEmpty() {
      return items.isEmpty() && open.isEmpty();
    }

    void addAll(Rules others) {
      items.addAll(others.items);
      open.addAll(others.open);
      tolerated.addAll(others.tolerated);
    }

    /**
     * Why not all of it is known that a rule is known by; null if it is, and was added.
     *
     * @param id by which CloudFormation knows it; null of an inline one
     */
    @Nullable String add(Value.Fields fields, Direction direction, @Nullable String id) {
      try {
        var key = rule(fields, direction).key();
        switch (fields.get(DESCRIPTION).orElse(null)) {
          case Value.Scalar description ->
              items.add(item(key, Map.of("description", description.text()), id));
          case null -> items.add(item(key, Map.of(), id));
          case Value.Unknown _, Value.Items _, Value.Fields _ -> {
            items.add(item(key, Map.of(), id));
            tolerated.add(Property.Members.field(key, "description"));
          }
        }
        return null;
      } catch (IllegalArgumentException e) {
        return String.valueOf(e.getMessage());
      }
    }

    private static Item item(String key, Map<String, String> fields, @Nullable String id) {
      return new Item(key, new TreeMap<>(fields), id);
    }

    Property property(Set<String> optional) {
      tolerated.addAll(optional);
      return new Property.Members(items, tolerated, Map.of(), null, open);
    }
  }

  /**
   * @throws IllegalArgumentException if not all is known that it is known by, or none is such a
   *     rule
   */
  private SecurityRule rule(Value.Fields fields, Direction direction) {
    for (var part : fields.values().entrySet()) {
      var unknown = NormalForms.unknown(part.getValue());
      if (unknown != null && !NOT_IDENTITY.contains(part.getKey())) {
        throw new IllegalArgumentException(unknown);
      }
    }
    var protocol = NormalForms.text(fields, "IpProtocol");
    if (protocol == null) {
      throw new IllegalArgumentException("no IpProtocol");
    }
    return SecurityRule.normal(
        direction, protocol, port(fields, "FromPort"), port(fields, "ToPort"), peer(fields));
  }

  static @Nullable Integer port(Value.Fields fields, String name) {
    var text = NormalForms.text(fields, name);
    return text == null ? null : Integer.valueOf(text.strip());
  }

  private Peer peer(Value.Fields fields) {
    var peers = new LinkedHashSet<Peer>();
    add(peers, NormalForms.text(fields, "CidrIp"), Peer.Cidr4::new);
    add(peers, NormalForms.text(fields, "CidrIpv6"), Peer.Cidr6::new);
    for (var name : List.of("SourcePrefixListId", "DestinationPrefixListId")) {
      add(peers, NormalForms.text(fields, name), Peer.PrefixList::new);
    }
    for (var name : List.of("SourceSecurityGroupId", "DestinationSecurityGroupId")) {
      add(peers, NormalForms.text(fields, name), id -> group(id, fields));
    }
    add(peers, NormalForms.text(fields, "SourceSecurityGroupName"), this::groupByName);
    if (peers.size() != 1) {
      throw new IllegalArgumentException("a rule has exactly one source or destination");
    }
    return peers.getFirst();
  }

  private static void add(Set<Peer> peers, @Nullable String text, Function<String, Peer> make) {
    if (text != null) {
      peers.add(make.apply(text));
    }
  }

  private Peer group(String id, Value.Fields fields) {
    var owner = NormalForms.text(fields, "SourceSecurityGroupOwnerId");
    var own = owner == null || owner.equals(stack.stack().account());
    return new Peer.Group(own ? id : owner + "/" + id);
  }

  /** A name can be resolved only if it is the name of a group of this stack. */
  private Peer groupByName(String name) {
    return stack
        .ofType(SecurityGroup.TYPE)
        .filter(
            g -> name.equals(NormalForms.text(g, "GroupName")) || name.equals(g.ref().physicalId()))
        .map(g -> g.ref().physicalId())
        .filter(Objects::nonNull)
        .findFirst()
        .map(Peer.Group::new)
        .orElseThrow(() -> new IllegalArgumentException("unknown group name " + name));
  }

  static List<Coverage> coverage(String type) {
    var ingress = type.equals(SecurityGroup.INGRESS_TYPE);
    var rows = new ArrayList<Coverage>();
    var identity =
        ingress
            ? List.of(
                "GroupId",
                "GroupName",
                "IpProtocol",
                "FromPort",
                "ToPort",
                "CidrIp",
                "CidrIpv6",
                "SourcePrefixListId",
                "SourceSecurityGroupId",
                "SourceSecurityGroupName",
                "SourceSecurityGroupOwnerId")
            : List.of(
                "GroupId",
                "IpProtocol",
                "FromPort",
                "ToPort",
                "CidrIp",
                "CidrIpv6",
                "DestinationPrefixListId",
                "DestinationSecurityGroupId");
    identity.forEach(p -> rows.add(new Coverage(type, p, COMPARED, "part of the rule's identity")));
    rows.add(new Coverage(type, "Description", COMPARED, "edited in place"));
    rows.add(new Coverage(type, "Id", NOT_COVERED, "read-only: the physical id"));
    return rows;
  }
}
