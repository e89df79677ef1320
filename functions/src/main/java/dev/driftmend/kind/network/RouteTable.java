package dev.driftmend.kind.network;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Repairs;
import dev.driftmend.kind.StateUpdates;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A route table and its static routes, by destination. A route that is lost or leads elsewhere is
 * put back; one that somebody added is only deleted if the policy says so. A route of which the
 * target is gone leads nowhere ({@code blackhole}): that is reported, as the target is what must
 * come back.
 *
 * @see <a href="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html">Route
 *     tables</a>
 */
public final class RouteTable implements Kind {
  public static final String TYPE = "AWS::EC2::RouteTable";

  /**
   * Members: key is the destination, a CIDR or {@code pl-…}; fields {@link #TARGET} and, only if it
   * is no longer {@code active}, {@link #STATE}.
   */
  public static final String ROUTES = "Routes";

  /**
   * Where a route leads: the id of a gateway, an interface, a connection, an endpoint or an
   * instance.
   */
  public static final String TARGET = "target";

  public static final String STATE = "state";
  public static final String BLACKHOLE = "blackhole";

  /** {@link #STATE} of an interface that a route leads to; or what else it is instead. */
  public static final String ATTACHED = "attached";

  public static final String NOT_ATTACHED = "not attached";

  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0/0", "::/0");

  public static final String ROUTE_TYPE = "AWS::EC2::Route";

  private static final String VPC = "VpcId";
  private static final String CREATE = "CreateRoute";
  private static final String DELETE = "DeleteRoute";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Set<String> parts() {
    return Set.of(ROUTE_TYPE);
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    rows.add(new Coverage(TYPE, VPC, REPORT_ONLY, "a table cannot change its VPC"));
    rows.add(new Coverage(TYPE, "RouteTableId", NOT_COVERED, "read-only: the physical id"));
    rows.add(new Coverage(TYPE, "Tags", NOT_COVERED, "tags open and cut no traffic"));
    rows.add(new Coverage(ROUTE_TYPE, RouteReader.TABLE, COMPARED, "the table that has the route"));
    RouteReader.DESTINATIONS.forEach(
        p -> rows.add(new Coverage(ROUTE_TYPE, p, COMPARED, "the route's identity: CreateRoute")));
    RouteReader.TARGETS.forEach(
        p -> rows.add(new Coverage(ROUTE_TYPE, p, COMPARED, "ReplaceRoute")));
    rows.add(new Coverage(ROUTE_TYPE, "CidrBlock", NOT_COVERED, "read-only: the destination"));
    return rows;
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    NormalForms.scalars(properties, self.properties(), List.of(VPC));
    RouteReader.read(properties, self, stack);
    return new Resource(self.ref(), properties);
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g -> new Impact(Exposure.OUTAGE, "its subnets have no routes");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Missing m -> cut(target(m.item()));
      case Drift.Extra e -> opened(target(e.item()));
      case Drift.Changed c when STATE.equals(c.field()) ->
          cut(target(item(live, String.valueOf(c.key()))));
      case Drift.Changed c when TARGET.equals(c.field()) ->
          isWayOut(c.live()) ? opened(c.live()) : cut(c.desired());
      case Drift.Changed c -> new Impact(Exposure.OUTAGE, "it is another VPC's table");
    };
  }

  private static Impact cut(String target) {
    return target.startsWith("nat-") || target.startsWith("eigw-")
        ? new Impact(Exposure.DEGRADED, "what is behind it serves on, but reaches nothing outside")
        : new Impact(Exposure.OUTAGE, "traffic does not find its way");
  }

  private static Impact opened(String target) {
    return isWayOut(target)
        ? new Impact(Exposure.LATENT, "its subnets have a way out of the VPC that is not declared")
        : new Impact(Exposure.DEGRADED, "traffic to this destination goes another way");
  }

  private static boolean isWayOut(String target) {
    return Stream.of("igw-", "pcx-", "tgw-", "vgw-", "lgw-", "cagw-", "arn:")
        .anyMatch(target::startsWith);
  }

  private static String target(@Nullable Item route) {
    return route == null ? "" : route.fields().getOrDefault(TARGET, "");
  }

  private static @Nullable Item item(Observed live, String destination) {
    return Repairs.members(live, ROUTES).items().stream()
        .filter(i -> i.key().equals(destination))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Set<String> calls(Drift drift) {
    return switch (drift) {
      case Drift.Gone g -> Set.of("DeleteRouteTable");
      case Drift.Missing m -> Set.of(DELETE);
      case Drift.Extra e -> Set.of(CREATE);
      case Drift.Changed c when STATE.equals(c.field()) ->
          Set.of("DeleteNatGateway", "DetachInternetGateway", "DeleteInternetGateway");
      case Drift.Changed c when VPC.equals(c.property()) -> Set.of();
      case Drift.Changed c -> Set.of("ReplaceRoute", DELETE, CREATE);
      case Drift.Unreadable u -> Set.of();
    };
  }

  @Override
  public boolean requiresOptIn(Drift drift) {
    return drift instanceof Drift.Extra;
  }

  @Override
  public Optional<String> named(Drift drift) {
    return Optional.ofNullable(drift.memberKey());
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    for (var drift : drifts) {
      switch (drift) {
        case Drift.Missing m ->
            steps.add(
                route(
                    stack,
                    List.of(m),
                    Step.Phase.RESTORE,
                    CREATE,
                    m.item().key(),
                    target(m.item())));
        case Drift.Changed c when TARGET.equals(c.field()) -> steps.add(replace(stack, c, drifts));
        case Drift.Changed c when STATE.equals(c.field()) -> {
          if (drifts.stream().noneMatch(d -> isNewTarget(d, c))) {
            steps.add(leadsNowhere(stack, c, live));
          }
        }
        case Drift.Changed c ->
            steps.add(
                Repairs.report(
                    stack, c, "a table cannot change its VPC", Repairs.replacement(c.resource())));
        case Drift.Extra e -> steps.add(delete(stack, e));
        case Drift.Gone g -> steps.add(Repairs.beyondRepair(stack, g));
        case Drift.Unreadable u -> steps.add(Repairs.beyondRepair(stack, u));
      }
    }
    return steps;
  }

  /** A route that is sent back to its target leaves the state of the other one behind. */
  private static Step replace(StackRef stack, Drift.Changed changed, List<Drift> drifts) {
    var both = new ArrayList<Drift>(List.of(changed));
    drifts.stream()
        .filter(d -> d instanceof Drift.Changed c && STATE.equals(c.field()))
        .filter(d -> isNewTarget(changed, (Drift.Changed) d))
        .forEach(both::add);
    return route(
        stack,
        both,
        Step.Phase.CHANGE,
        "ReplaceRoute",
        String.valueOf(changed.key()),
        changed.desired());
  }

  private static boolean isNewTarget(Drift drift, Drift.Changed state) {
    return drift instanceof Drift.Changed c
        && TARGET.equals(c.field())
        && Objects.equals(c.key(), state.key());
  }

  private static Step route(
      StackRef stack,
      List<Drift> drifts,
      Step.Phase phase,
      String operation,
      String destination,
      String target) {
    var table = drifts.getFirst().resource();
    return Repairs.call(
        stack,
        drifts,
        phase,
        table,
        operation,
        Map.of(
            Argument.ROUTE_TABLE, List.of(table.physicalId()),
            Argument.DESTINATION, List.of(destination),
            Argument.TARGET, List.of(target)),
        "send " + destination + " to " + target + " as the template does");
  }

  private static Step leadsNowhere(StackRef stack, Drift.Changed changed, Observed live) {
    var target = target(item(live, String.valueOf(changed.key())));
    return Repairs.report(
        stack,
        changed,
        "its target " + target + " is gone or not attached, so that the route leads nowhere",
        "bring the target back, then the route is active again by itself; with another id: "
            + Repairs.revertDrift(stack));
  }

  private static Step delete(StackRef stack, Drift.Extra extra) {
    return Repairs.call(
        stack,
        List.of(extra),
        Step.Phase.REMOVE,
        extra.resource(),
        DELETE,
        Map.of(
            Argument.ROUTE_TABLE, List.of(extra.resource().physicalId()),
            Argument.DESTINATION, List.of(extra.item().key())),
        "remove the route that the template does not have: " + extra.item().key());
  }

  @Override
  public Moves moves(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      // What a lost narrower route took, a wider one takes.
      case Drift.Missing m ->
          EVERYWHERE.contains(m.item().key())
              ? Moves.fromNowhere(target(m.item()))
              : new Moves(Set.of(target(m.item())), Set.of());
      case Drift.Changed c when TARGET.equals(c.field()) ->
          BLACKHOLE.equals(state(live, String.valueOf(c.key())))
              ? Moves.fromNowhere(c.desired())
              : new Moves(Set.of(c.desired()), Set.of(c.live()));
      case Drift.Changed _, Drift.Extra _, Drift.Gone _, Drift.Unreadable _ -> Moves.NONE;
    };
  }

  private static String state(Observed live, String destination) {
    var route = item(live, destination);
    return route == null ? "" : route.fields().getOrDefault(STATE, "");
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    var destination = call.argument(Argument.DESTINATION);
    return call.operation().equals(DELETE)
        ? StateUpdates.without(live, ROUTES, r -> r.key().equals(destination))
        : StateUpdates.put(
            live, ROUTES, destination, Map.of(TARGET, call.argument(Argument.TARGET)));
  }

  /** IPv4 and IPv6 have a quota each; of a prefix list it is not known which it counts to. */
  @Override
  public boolean makesRoom(Step.Call removal, Step.Call refused) {
    if (!removal.operation().equals(DELETE)
        || !refused.operation().equals(CREATE)
        || !removal.resource().equals(refused.resource())) {
      return false;
    }
    var one = removal.argument(Argument.DESTINATION);
    var other = refused.argument(Argument.DESTINATION);
    return isPrefixList(one) || isPrefixList(other) || one.contains(":") == other.contains(":");
  }

  /** Where the lost route is not, the next wider one carries its traffic. */
  @Override
  public boolean mayStandIn(Step.Call removal, Drift.Missing lost, Observed live) {
    var one = removal.argument(Argument.DESTINATION);
    var other = lost.item().key();
    return isPrefixList(one) || isPrefixList(other) || Cidr.parse(one).overlaps(Cidr.parse(other));
  }

  private static boolean isPrefixList(String destination) {
    return destination.startsWith("pl-");
  }

  @Override
  public NetworkUse networkUse(Drift drift) {
    return Repairs.isOfSomethingThere(drift) ? NetworkUse.PATHS : NetworkUse.NONE;
  }

  @Override
  public Network applyTo(Network network, ResourceRef ref, Observed.Found state) {
    if (!(state.properties().get(ROUTES) instanceof Property.Members routes)) {
      return network;
    }
    var id = ref.physicalId();
    var others = network.tables().getOrDefault(id, List.of()).stream().filter(Network.Route::given);
    var own =
        routes.items().stream()
            .map(
                r ->
                    new Network.Route(
                        r.key(),
                        r.fields().getOrDefault(TARGET, ""),
                        !BLACKHOLE.equals(r.fields().get(STATE)),
                        false));
    return network.withTable(id, Stream.concat(own, others).toList());
  }
}
