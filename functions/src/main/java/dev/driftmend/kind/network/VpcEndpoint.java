package dev.driftmend.kind.network;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;

import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Repairs;
import dev.driftmend.kind.StateUpdates;
import dev.driftmend.kind.role.PolicyDocument;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A VPC endpoint: who may reach it (security groups), from where (subnets, route tables), whether
 * the service's public name leads to it, and what it lets through (its policy). Its policy is
 * compared and reported, never set: whether the other text lets more or less through is not decided
 * by comparing two texts, and somebody may have narrowed it in an emergency.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html">AWS::EC2::VPCEndpoint</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html">ModifyVpcEndpoint</a>
 */
public final class VpcEndpoint implements Kind {
  public static final String TYPE = "AWS::EC2::VPCEndpoint";

  /** {@code available}, also while it is made or waits to be accepted; or what EC2 calls it. */
  public static final String STATE = "State";

  public static final String AVAILABLE = "available";
  public static final String GROUPS = "SecurityGroupIds";
  public static final String SUBNETS = "SubnetIds";
  public static final String ROUTE_TABLES = "RouteTableIds";

  /** In the normal form of {@link #policy}. */
  public static final String POLICY = "PolicyDocument";

  public static final String PRIVATE_DNS = "PrivateDnsEnabled";

  /** Live only: {@code true} if a service of AWS made it and keeps it. */
  public static final String MANAGED = "RequesterManaged";

  public static final String MODIFY = "ModifyVpcEndpoint";
  public static final String ENDPOINT = "endpoint";
  public static final String ADD = "add";
  public static final String REMOVE = "remove";
  public static final String SET_PRIVATE_DNS = "privateDnsEnabled";
  public static final List<String> SETS = List.of(GROUPS, SUBNETS, ROUTE_TABLES);

  private static final String FULL_ACCESS = "full access";
  private static final String EVERYTHING =
      "{\"Statement\":{\"Action\":\"*\",\"Effect\":\"Allow\","
          + "\"Principal\":{\"AWS\":\"*\"},\"Resource\":\"*\"}}";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    add(rows, COMPARED, MODIFY, GROUPS, PRIVATE_DNS);
    add(
        rows,
        COMPARED,
        MODIFY + "; what is too many is taken away only if the policy says so",
        SUBNETS,
        ROUTE_TABLES);
    add(
        rows,
        REPORT_ONLY,
        "permissions are never changed: which of two policies lets more through is not decided, and"
            + " one may be narrowed in an emergency; AWS's own, which allows all, is the same as"
            + " none",
        POLICY);
    add(rows, REPORT_ONLY, "read-only: gone, or not available, is reported", "Id");
    add(
        rows,
        NOT_COVERED,
        "no API can change it on a live endpoint",
        "ResourceConfigurationArn",
        "ServiceName",
        "ServiceNetworkArn",
        "ServiceRegion",
        "VpcEndpointType",
        "VpcId");
    add(rows, NOT_COVERED, "by which sort of address it answers", "DnsOptions", "IpAddressType");
    add(rows, NOT_COVERED, "tags open and cut no traffic", "Tags");
    add(rows, NOT_COVERED, "read-only", "CreationTimestamp", "DnsEntries", "NetworkInterfaceIds");
    return rows;
  }

  private static void add(List<Coverage> rows, Coverage.How how, String why, String... properties) {
    for (var property : properties) {
      rows.add(new Coverage(TYPE, property, how, why));
    }
  }

  /** A set that is not declared, or empty, is left to EC2, which takes the VPC's default group. */
  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    properties.put(STATE, new Property.Scalar(AVAILABLE));
    set(properties, self, GROUPS, "sg-*");
    set(properties, self, SUBNETS, "subnet-*");
    set(properties, self, ROUTE_TABLES, "rtb-*");
    self.property(POLICY).ifPresent(v -> properties.put(POLICY, policy(v)));
    self.property(PRIVATE_DNS)
        .ifPresent(
            v ->
                properties.put(PRIVATE_DNS, NormalForms.lowerCaseIfBoolean(NormalForms.scalar(v))));
    var defaults =
        properties.containsKey(POLICY) ? Map.<String, String>of() : Map.of(POLICY, FULL_ACCESS);
    return new Resource(self.ref(), properties, false, defaults);
  }

  private static void set(Map<String, Property> into, Declared self, String property, String form) {
    self.property(property)
        .filter(v -> !NormalForms.list(v).isEmpty())
        .ifPresent(v -> into.put(property, NormalForms.members(v, form)));
  }

  /**
   * An endpoint's policy in the normal form of {@link PolicyDocument}. The one that EC2 writes in
   * place of none lets everything through, whichever version of the language it names; a document
   * without a version is of the older one.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html">Default
   *     endpoint policy</a>
   */
  public static Property policy(Value document) {
    if (!(document instanceof Value.Fields fields)) {
      var unknown = NormalForms.unknown(document);
      return new Property.Unknown(
          unknown == null ? "a policy that is written as text is not compared" : unknown);
    }
    var withVersion = new LinkedHashMap<>(fields.values());
    withVersion.putIfAbsent("Version", new Value.Scalar("2008-10-17"));
    var withoutVersion = new LinkedHashMap<>(withVersion);
    withoutVersion.remove("Version");
    try {
      return new Property.Scalar(
          PolicyDocument.of(new Value.Fields(withoutVersion)).equals(EVERYTHING)
              ? FULL_ACCESS
              : PolicyDocument.of(new Value.Fields(withVersion)));
    } catch (IllegalArgumentException e) {
      return new Property.Unknown(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone _ -> cut("the endpoint does not exist");
      case Drift.Unreadable _ -> new Impact(Exposure.NONE, "not known");
      case Drift.Changed c ->
          switch (c.property()) {
            case STATE -> cut("the endpoint is " + c.live());
            case POLICY ->
                new Impact(
                    Exposure.LATENT,
                    c.live().equals(FULL_ACCESS)
                        ? "it lets everything through: whoever reaches it may use any resource of"
                            + " the service that its own permissions allow"
                        : "it lets other things through than the template says: more, or less");
            default ->
                c.live().equals("false")
                    ? cut("the public name of the service does not lead to the endpoint")
                    : new Impact(
                        Exposure.LATENT,
                        "the public name of the service leads to the endpoint, whose groups and"
                            + " policy decide for the whole VPC");
          };
      case Drift.Missing m ->
          switch (m.property()) {
            case GROUPS ->
                new Impact(
                    Exposure.DEGRADED, "what only that group allows does not reach the endpoint");
            case SUBNETS -> cut("the endpoint has no interface in that subnet");
            default -> cut("that table does not lead to the endpoint");
          };
      case Drift.Extra e ->
          switch (e.property()) {
            case GROUPS ->
                new Impact(Exposure.LATENT, "whatever that group allows reaches the endpoint too");
            case SUBNETS -> new Impact(Exposure.NONE, "it has one interface more");
            default -> new Impact(Exposure.NONE, "one table more leads to it");
          };
    };
  }

  private static Impact cut(String what) {
    return new Impact(
        Exposure.DEGRADED,
        what + ": requests to the service take the way to the internet, or have none");
  }

  @Override
  public Set<String> calls(Drift drift) {
    return switch (drift) {
      case Drift.Gone _ -> Set.of("DeleteVpcEndpoints");
      case Drift.Changed c when c.property().equals(STATE) ->
          Set.of("RejectVpcEndpointConnections");
      case Drift.Unreadable _ -> Set.of();
      case Drift.Changed _, Drift.Missing _, Drift.Extra _ -> Set.of(MODIFY);
    };
  }

  @Override
  public Optional<String> named(Drift drift) {
    return Optional.ofNullable(drift.memberKey());
  }

  /**
   * A subnet or a table that somebody added may carry somebody's traffic and opens nothing; so may
   * the name. All of that may well be meant.
   */
  @Override
  public boolean requiresOptIn(Drift drift) {
    return switch (drift) {
      case Drift.Extra e -> !e.property().equals(GROUPS);
      case Drift.Changed c -> c.property().equals(PRIVATE_DNS) && c.desired().equals("false");
      case Drift.Gone _, Drift.Unreadable _, Drift.Missing _ -> false;
    };
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    var why = whyUntouched(live);
    for (var drift : drifts) {
      var beyond = Repairs.beyondRepair(stack, drift);
      if (beyond != null) {
        steps.add(beyond);
      } else if (!why.isEmpty()) {
        steps.add(Repairs.report(stack, drift, why, Repairs.revertDrift(stack)));
      } else if (drift instanceof Drift.Changed c) {
        steps.add(setting(stack, c, drifts));
      }
    }
    if (why.isEmpty()) {
      for (var property : SETS) {
        steps.addAll(members(stack, desired, property, of(property, drifts)));
      }
    }
    return steps;
  }

  /** Empty if its settings may be changed. */
  private static String whyUntouched(Observed live) {
    if (Observed.text(live, MANAGED).equals("true")) {
      return "a service of AWS manages this endpoint";
    }
    return live instanceof Observed.Found && !Observed.text(live, STATE).equals(AVAILABLE)
        ? "an endpoint that does not work can only be recreated, with another id"
        : "";
  }

  private static List<Drift> of(String property, List<Drift> drifts) {
    return drifts.stream()
        .filter(d -> d instanceof Drift.Missing || d instanceof Drift.Extra)
        .filter(d -> d.property().equals(property))
        .toList();
  }

  private static Step setting(StackRef stack, Drift.Changed changed, List<Drift> all) {
    if (!changed.property().equals(PRIVATE_DNS)) {
      return Repairs.report(
          stack, changed, "permissions are never changed", Repairs.revertDrift(stack));
    }
    var leadsThere = changed.desired().equals("true");
    if (leadsThere && all.stream().anyMatch(VpcEndpoint::mayRefuse)) {
      return Repairs.report(
          stack,
          changed,
          "the name leads to the endpoint again once what else is missing or changed is back",
          "repair the rest first; the next look switches the name back on");
    }
    return Repairs.call(
        stack,
        List.of(changed),
        Step.Phase.CHANGE,
        changed.resource(),
        MODIFY,
        Map.of(
            ENDPOINT, List.of(changed.resource().physicalId()),
            SET_PRIVATE_DNS, List.of(changed.desired())),
        (leadsThere ? "lead" : "do not lead") + " the service's public name to the endpoint");
  }

  /** Requests that come back to the endpoint may be refused while this stands. */
  private static boolean mayRefuse(Drift drift) {
    return drift instanceof Drift.Missing || drift.property().equals(POLICY);
  }

  /** Make before break: what is missing is added by one call, what is too many goes by another. */
  private static List<Step> members(
      StackRef stack, Resource desired, String property, List<Drift> drifts) {
    var missing = drifts.stream().filter(Drift.Missing.class::isInstance).toList();
    var extra = drifts.stream().filter(Drift.Extra.class::isInstance).toList();
    if (property.equals(SUBNETS) && !missing.isEmpty() && !extra.isEmpty()) {
      return drifts.stream().map(d -> swapped(stack, d)).toList();
    }
    var steps = new ArrayList<Step>();
    if (!missing.isEmpty()) {
      steps.add(members(stack, desired, missing, ADD, Step.Phase.RESTORE));
    }
    if (!extra.isEmpty()) {
      steps.add(members(stack, desired, extra, REMOVE, Step.Phase.REMOVE));
    }
    return steps;
  }

  /** An endpoint has one interface in a zone, so the one has to go before the other can come. */
  private static Step swapped(StackRef stack, Drift drift) {
    return Repairs.report(
        stack,
        drift,
        "an endpoint has one subnet of a zone: if these are of one, the endpoint would be without"
            + " an interface there in between",
        "aws ec2 modify-vpc-endpoint --region %s --vpc-endpoint-id %s %s %s"
            .formatted(
                stack.region(),
                drift.resource().physicalId(),
                drift instanceof Drift.Extra ? "--remove-subnet-ids" : "--add-subnet-ids",
                drift.memberKey()));
  }

  private static Step members(
      StackRef stack, Resource desired, List<Drift> drifts, String verb, Step.Phase phase) {
    return Repairs.call(
        stack,
        drifts,
        phase,
        desired.ref(),
        MODIFY,
        Map.of(
            ENDPOINT,
            List.of(desired.ref().physicalId()),
            verb + drifts.getFirst().property(),
            drifts.stream().map(d -> String.valueOf(d.memberKey())).toList()),
        verb.equals(ADD)
            ? "give the endpoint what the template declares"
            : "take from the endpoint what the template does not declare");
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    var now = live;
    for (var property : SETS) {
      for (var added : call.arguments().getOrDefault(ADD + property, List.of())) {
        now = StateUpdates.put(now, property, added, Map.of());
      }
      var removed = call.arguments().getOrDefault(REMOVE + property, List.of());
      if (!removed.isEmpty()) {
        now = StateUpdates.without(now, property, i -> removed.contains(i.key()));
      }
    }
    return call.arguments().containsKey(SET_PRIVATE_DNS)
        ? StateUpdates.scalar(now, PRIVATE_DNS, call.argument(SET_PRIVATE_DNS))
        : now;
  }

  @Override
  public boolean attachesSecurityGroups(String property) {
    return property.equals(GROUPS);
  }

  @Override
  public boolean replacesSecurityGroups(Step.Call call) {
    return call.arguments().containsKey(REMOVE + GROUPS);
  }

  @Override
  public String afterRepair(Drift drift) {
    return drift instanceof Drift.Missing m && m.property().equals(SUBNETS)
        ? "The interface in that subnet is a new one with another address: what took"
            + " NetworkInterfaceIds of the endpoint still names the one that is gone."
        : "";
  }
}
