package dev.driftmend.kind.securitygroup;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NetworkPart;
import dev.driftmend.kind.Repairs;
import dev.driftmend.kind.StateUpdates;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A security group and all rules that the stack gives it, inline and separate. Its rules are
 * compared as a set; a missing rule is authorized before an extra one is revoked, and an extra one
 * is revoked by its rule id, so that no rule that is equal is ever touched.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html">AWS::EC2::SecurityGroup</a>
 */
public final class SecurityGroup implements Kind {
  public static final String TYPE = "AWS::EC2::SecurityGroup";
  public static final String INGRESS = "Ingress";
  public static final String EGRESS = "Egress";

  private static final String MODIFY = "ModifySecurityGroupRules";

  /** The API calls that change rules of security groups, and nothing else whatever. */
  private static final Set<String> RULE_CALLS =
      Set.of(
          "AuthorizeSecurityGroupIngress",
          "AuthorizeSecurityGroupEgress",
          "RevokeSecurityGroupIngress",
          "RevokeSecurityGroupEgress",
          "UpdateSecurityGroupRuleDescriptionsIngress",
          "UpdateSecurityGroupRuleDescriptionsEgress",
          MODIFY);

  public static final String INGRESS_TYPE = "AWS::EC2::SecurityGroupIngress";
  public static final String EGRESS_TYPE = "AWS::EC2::SecurityGroupEgress";
  private static final String DESCRIPTION = "description";
  private static final String NEW_ID = "; the rule gets an id that CloudFormation does not know";
  private static final String UNWANTED = "remove what the template does not allow: ";

  /** Rule ids in one revoke call. AWS documents no limit; this many were never refused. */
  private static final int IDS_PER_CALL = 50;

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Set<String> parts() {
    return Set.of(INGRESS_TYPE, EGRESS_TYPE);
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    rows.add(new Coverage(TYPE, "SecurityGroupIngress", COMPARED, "authorize, then revoke by id"));
    rows.add(new Coverage(TYPE, "SecurityGroupEgress", COMPARED, "authorize, then revoke by id"));
    for (var fixed : List.of("GroupDescription", "GroupName", "VpcId")) {
      rows.add(new Coverage(TYPE, fixed, NOT_COVERED, "no API can change it on a live group"));
    }
    rows.add(new Coverage(TYPE, "GroupId", NOT_COVERED, "read-only: the physical id"));
    rows.add(new Coverage(TYPE, "Id", NOT_COVERED, "read-only: the physical id"));
    rows.add(new Coverage(TYPE, "Tags", NOT_COVERED, "tags open and cut no traffic"));
    for (var part : List.of(INGRESS_TYPE, EGRESS_TYPE)) {
      rows.addAll(RuleReader.coverage(part));
    }
    return rows;
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var rules = new RuleReader(self, stack);
    var properties = new LinkedHashMap<String, Property>();
    properties.put(INGRESS, rules.ingress());
    properties.put(EGRESS, rules.egress());
    return new Resource(self.ref(), properties);
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g -> new Impact(Exposure.OUTAGE, "the group does not exist");
      case Drift.Changed c -> new Impact(Exposure.NONE, "a description decides about no traffic");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Extra e -> new Impact(Exposure.LATENT, "may be open to the internet");
      case Drift.Missing m -> new Impact(Exposure.OUTAGE, "may cut what the template allows");
    };
  }

  @Override
  public Set<String> calls(Drift drift) {
    if (drift instanceof Drift.Gone) {
      return Set.of("DeleteSecurityGroup");
    }
    var way = drift.property().equals(EGRESS) ? "Egress" : "Ingress";
    var makes = "AuthorizeSecurityGroup" + way;
    var takes = "RevokeSecurityGroup" + way;
    return switch (drift) {
      case Drift.Extra _ -> Set.of(makes, MODIFY);
      case Drift.Missing _ -> Set.of(takes, MODIFY);
      default -> Set.of(makes, takes, "UpdateSecurityGroupRuleDescriptions" + way, MODIFY);
    };
  }

  /** A rule that was revoked has no id any more that a call could be held against. */
  @Override
  public Optional<String> named(Drift drift) {
    return drift instanceof Drift.Extra e
        ? Optional.ofNullable(e.item().handle())
        : Optional.empty();
  }

  @Override
  public boolean isUnnamed(Drift drift) {
    return drift instanceof Drift.Missing;
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    var extras = new LinkedHashMap<Direction, List<Drift.Extra>>();
    for (var drift : drifts) {
      var direction = drift.property().equals(EGRESS) ? Direction.EGRESS : Direction.INGRESS;
      switch (drift) {
        case Drift.Missing m -> steps.add(authorize(stack, m, direction));
        case Drift.Changed c -> steps.add(describe(stack, c, direction));
        case Drift.Extra e -> {
          var why = Repairs.members(desired, e.property()).reportOnly().get(e.item().key());
          if (why != null) {
            steps.add(Repairs.report(stack, e, why, "revoke it yourself, or declare it"));
          } else {
            extras.computeIfAbsent(direction, d -> new ArrayList<>()).add(e);
          }
        }
        case Drift.Gone g -> steps.add(Repairs.beyondRepair(stack, g));
        case Drift.Unreadable u -> steps.add(Repairs.beyondRepair(stack, u));
      }
    }
    extras.forEach((direction, list) -> steps.addAll(revoke(stack, list, direction)));
    return steps;
  }

  private static Step authorize(StackRef stack, Drift.Missing missing, Direction direction) {
    var arguments = new LinkedHashMap<String, List<String>>();
    arguments.put(Argument.GROUP, List.of(missing.resource().physicalId()));
    arguments.put(Argument.RULE, List.of(missing.item().key()));
    var description = missing.item().fields().get(DESCRIPTION);
    if (description != null) {
      arguments.put(Argument.DESCRIPTION, List.of(description));
    }
    return Repairs.call(
        stack,
        List.of(missing),
        Step.Phase.RESTORE,
        missing.resource(),
        "AuthorizeSecurityGroup" + word(direction),
        arguments,
        "restore what the template allows: "
            + missing.item().key()
            + (missing.item().handle() == null ? "" : NEW_ID));
  }

  private static Step describe(StackRef stack, Drift.Changed changed, Direction direction) {
    if (changed.handle() == null) {
      return Repairs.report(
          stack, changed, "the rule has no id to edit it by", Repairs.revertDrift(stack));
    }
    var arguments = new LinkedHashMap<String, List<String>>();
    arguments.put(Argument.GROUP, List.of(changed.resource().physicalId()));
    arguments.put(Argument.RULE_ID, List.of(changed.handle()));
    if (!changed.desired().isEmpty()) {
      arguments.put(Argument.DESCRIPTION, List.of(changed.desired()));
    }
    return Repairs.call(
        stack,
        List.of(changed),
        Step.Phase.CHANGE,
        changed.resource(),
        "UpdateSecurityGroupRuleDescriptions" + word(direction),
        arguments,
        "give the rule the template's description again");
  }

  private static List<Step> revoke(StackRef stack, List<Drift.Extra> extras, Direction direction) {
    var steps = new ArrayList<Step>();
    for (var i = 0; i < extras.size(); i += IDS_PER_CALL) {
      var batch = extras.subList(i, Math.min(extras.size(), i + IDS_PER_CALL));
      var resource = batch.getFirst().resource();
      var rules = batch.stream().map(e -> e.item().key()).toList();
      steps.add(
          Repairs.call(
              stack,
              batch,
              Step.Phase.REMOVE,
              resource,
              "RevokeSecurityGroup" + word(direction),
              Map.of(
                  Argument.GROUP,
                  List.of(resource.physicalId()),
                  Argument.RULE_IDS,
                  batch.stream().map(SecurityGroup::idOrRule).toList()),
              UNWANTED + String.join(", ", rules)));
    }
    return steps;
  }

  /** A rule that a plan added itself has no id yet: it is known by what it says. */
  private static String idOrRule(Drift.Extra extra) {
    return extra.item().handle() == null ? extra.item().key() : extra.item().handle();
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    var property = call.operation().endsWith("Egress") ? EGRESS : INGRESS;
    var described =
        call.arguments().containsKey(Argument.DESCRIPTION)
            ? Map.of(DESCRIPTION, call.argument(Argument.DESCRIPTION))
            : Map.<String, String>of();
    if (call.operation().startsWith("Authorize")) {
      return StateUpdates.put(live, property, call.argument(Argument.RULE), described);
    }
    if (call.operation().startsWith("Revoke")) {
      var ids = call.arguments().getOrDefault(Argument.RULE_IDS, List.of());
      return StateUpdates.without(
          live, property, r -> ids.contains(String.valueOf(r.handle())) || ids.contains(r.key()));
    }
    return Repairs.members(live, property).items().stream()
        .filter(r -> call.argument(Argument.RULE_ID).equals(r.handle()))
        .findFirst()
        .map(r -> StateUpdates.put(live, property, r.key(), described))
        .orElse(live);
  }

  @Override
  public boolean makesRoom(Step.Call removal, Step.Call refused) {
    return removal.phase() == Step.Phase.REMOVE
        && removal.resource().equals(refused.resource())
        && removal.operation().endsWith("Egress") == refused.operation().endsWith("Egress");
  }

  /**
   * A rule that is a resource of its own has another id once it is restored.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html">Handlers
   *     of an id that is gone answer NotFound</a>
   */
  @Override
  public String afterRepair(Drift drift) {
    return drift instanceof Drift.Missing missing && missing.item().handle() != null
        ? "CloudFormation still knows this rule as "
            + missing.item().handle()
            + ": deleting the stack or that resource counts it as gone and leaves the rule on a"
            + " group that stays, and an update of its description fails."
        : "";
  }

  @Override
  public NetworkUse networkUse(Drift drift) {
    return switch (drift) {
      case Drift.Extra _, Drift.Missing _ -> NetworkUse.GROUPS;
      case Drift.Changed _, Drift.Gone _, Drift.Unreadable _ -> NetworkUse.NONE;
    };
  }

  @Override
  public NetworkPart networkPart(Resource desired, @Nullable Observed live) {
    var known =
        live instanceof Observed.Found found
            ? Stream.of(desired.properties(), found.properties())
            : Stream.of(desired.properties());
    var lists =
        known
            .flatMap(properties -> rules(properties).stream())
            .map(SecurityRule::peer)
            .filter(SecurityRule.Peer.PrefixList.class::isInstance)
            .map(SecurityRule.Peer::text)
            .collect(Collectors.toSet());
    return NetworkPart.groups(Set.of(desired.ref().physicalId()), lists);
  }

  @Override
  public boolean holdsRules() {
    return true;
  }

  @Override
  public Set<String> ownCalls() {
    return RULE_CALLS;
  }

  @Override
  public boolean lacksRoom(
      Step.Call removal, List<Step.Call> restores, Observed live, Network network) {
    if (restores.isEmpty() || !(live instanceof Observed.Found found)) {
      return false;
    }
    var rules =
        new ArrayList<>(
            restores.stream().map(c -> SecurityRule.parse(c.argument(Argument.RULE))).toList());
    var direction = rules.getFirst().direction();
    rules(found.properties()).stream().filter(r -> r.direction() == direction).forEach(rules::add);
    return RuleQuota.exceeded(rules, network.prefixLists());
  }

  @Override
  public List<String> removed(Step.Call call) {
    return call.arguments().getOrDefault(Argument.RULE_IDS, List.of());
  }

  @Override
  public Step.Call removing(Step.Call revoke, List<String> ids, Observed live) {
    var all = removed(revoke);
    var property = revoke.operation().endsWith("Egress") ? EGRESS : INGRESS;
    var known = new LinkedHashMap<String, String>();
    Repairs.members(live, property).items().stream()
        .filter(r -> r.handle() != null)
        .forEach(r -> known.put(String.valueOf(r.handle()), r.key()));
    return new Step.Call(
        ids.stream().map(id -> revoke.fingerprints().get(all.indexOf(id))).toList(),
        revoke.phase(),
        revoke.resource(),
        revoke.operation(),
        Map.of(Argument.GROUP, List.of(revoke.resource().physicalId()), Argument.RULE_IDS, ids),
        UNWANTED
            + ids.stream().map(id -> known.getOrDefault(id, id)).collect(Collectors.joining(", ")));
  }

  private static String word(Direction direction) {
    return direction == Direction.INGRESS ? "Ingress" : "Egress";
  }

  @Override
  public Network applyTo(Network network, ResourceRef ref, Observed.Found state) {
    return network.withGroup(ref.physicalId(), rules(state.properties()));
  }

  /** The rules that a group has, or is to have. */
  public static List<SecurityRule> rules(Map<String, Property> properties) {
    return Stream.of(INGRESS, EGRESS)
        .flatMap(p -> properties.get(p) instanceof Property.Members m ? m.items().stream() : null)
        .map(i -> SecurityRule.parse(i.key()))
        .toList();
  }
}
