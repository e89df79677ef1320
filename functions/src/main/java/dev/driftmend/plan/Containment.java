package dev.driftmend.plan;

import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.network.Isolation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether something looks cut off on purpose, as incident response does it: everything of it is
 * taken away, and what came instead lets less through. What one call can take by accident is not
 * everything: rules of one direction, groups of which one stays, a table's only route. Pure.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/security-ir/latest/userguide/containment.html">Containment
 *     in the AWS Security Incident Response User Guide</a>
 */
final class Containment {
  private static final String CONTAINED = "contained";

  /** One route may be deleted by mistake with one call, several are not. */
  private static final int SEVERAL = 2;

  private final Live live;
  private final @Nullable NetworkSimulation simulation;
  private final Map<String, String> names = new HashMap<>();
  private final Map<ResourceRef, Resource> resources = new HashMap<>();
  private final Map<ResourceRef, Optional<String>> known = new HashMap<>();

  /**
   * @param simulation null if the network has no say, or could not be read
   */
  Containment(Desired desired, Live live, @Nullable NetworkSimulation simulation) {
    this.live = live;
    this.simulation = simulation;
    for (var resource : desired.resources()) {
      names.put(resource.ref().physicalId(), resource.ref().logicalId());
      resources.put(resource.ref(), resource);
    }
  }

  /**
   * Whether a drift is of what may be contained. The drifts of one resource that is contained are
   * reported as one.
   */
  static boolean mayBeOf(Drift drift) {
    var type = drift.resource().type();
    return switch (drift) {
      case Drift.Missing _, Drift.Extra _ ->
          attachesGroups(drift)
              || type.equals(SecurityGroup.TYPE)
              || (type.equals(RouteTable.TYPE) && drift.property().equals(RouteTable.ROUTES));
      case Drift.Changed _, Drift.Gone _, Drift.Unreadable _ -> false;
    };
  }

  /** Why it looks meant, as a clause; empty if it does not. */
  Optional<String> why(Drift drift) {
    // A resource may have a thousand drifts.
    return mayBeOf(drift) ? known.computeIfAbsent(drift.resource(), this::why) : Optional.empty();
  }

  private Optional<String> why(ResourceRef ref) {
    var resource = resources.get(ref);
    if (resource == null || resource.partial()) {
      return Optional.empty();
    }
    return switch (ref.type()) {
      case SecurityGroup.TYPE -> emptied(resource);
      case RouteTable.TYPE -> routeless(resource);
      default ->
          resource.properties().keySet().stream()
              .filter(Kinds.of(ref)::attachesSecurityGroups)
              .findFirst()
              .flatMap(property -> isolated(resource, property));
    };
  }

  private static boolean attachesGroups(Drift drift) {
    return Kinds.of(drift.resource()).attachesSecurityGroups(drift.property());
  }

  /** What a hold of it is about: it holds for as long as this is the same. */
  String about(Drift drift) {
    if (attachesGroups(drift)) {
      return String.join(",", keys(live(drift), drift.property()));
    }
    return why(drift).isPresent() ? CONTAINED : "";
  }

  /** Other groups, all of them, that let less through. */
  private Optional<String> isolated(Resource resource, String property) {
    var declared = keys(resource.properties().get(property));
    var instead = Observed.items(live.resources().get(resource.ref().logicalId()), property);
    var kept = instead.stream().map(Item::key).anyMatch(declared::contains);
    if (declared.isEmpty() || kept || !lessThrough(keys(instead), declared)) {
      return Optional.empty();
    }
    return Optional.of(
        "it looks isolated: "
            + instead.stream().map(this::named).collect(Collectors.joining(", "))
            + " instead of "
            + declared.stream().map(id -> named(Item.of(id))).collect(Collectors.joining(", "))
            + " lets less through, as incident response has it");
  }

  /** Not known is taken for so: what is put back on the network by mistake cannot be taken back. */
  private boolean lessThrough(List<String> instead, List<String> declared) {
    return simulation == null
        || Isolation.isolates(
            simulation.live(),
            Isolation.rules(simulation.live(), instead),
            Isolation.rules(simulation.wanted(), declared));
  }

  /** No rule is left, in neither direction, of any group of whoever has this one. */
  private Optional<String> emptied(Resource group) {
    var declared =
        Stream.of(SecurityGroup.INGRESS, SecurityGroup.EGRESS)
            .flatMap(way -> keys(group.properties().get(way)).stream())
            .toList();
    if (declared.isEmpty()
        || !(live.resources().get(group.ref().logicalId()) instanceof Observed.Found found)
        || !(found.properties().get(SecurityGroup.INGRESS) instanceof Property.Members in)
        || !(found.properties().get(SecurityGroup.EGRESS) instanceof Property.Members out)) {
      return Optional.empty();
    }
    var left = Stream.concat(in.items().stream(), out.items().stream()).map(Item::key).toList();
    var rules = SecurityGroup.rules(found.properties());
    return left.stream().noneMatch(declared::contains)
            && rules.stream().allMatch(Isolation::isForInvestigators)
            && isAllOf(group.ref().physicalId())
        ? Optional.of(
            "it looks contained: none of its rules is left in either direction"
                + (left.isEmpty() ? "" : " but " + String.join(", ", left))
                + ", as incident response has it")
        : Optional.empty();
  }

  /**
   * Whether somebody who has the group has nothing else that lets something through, or has lost
   * the group as well. One that nobody has and nobody should have contains nobody.
   */
  private boolean isAllOf(String group) {
    if (simulation == null) {
      return true;
    }
    var network = simulation.live();
    var carriers = carriers(network, group);
    return carriers.isEmpty()
        ? !carriers(simulation.wanted(), group).isEmpty()
        : carriers.stream()
            .anyMatch(
                i ->
                    Isolation.rules(network, i.groups()).stream()
                        .allMatch(Isolation::isForInvestigators));
  }

  private static List<Network.Interface> carriers(Network network, String group) {
    return network.interfaces().stream().filter(i -> i.groups().contains(group)).toList();
  }

  private Optional<String> routeless(Resource table) {
    var declared = keys(table.properties().get(RouteTable.ROUTES));
    return declared.size() >= SEVERAL
            && live.resources().get(table.ref().logicalId()) instanceof Observed.Found found
            && found.properties().get(RouteTable.ROUTES) instanceof Property.Members left
            && left.items().isEmpty()
        ? Optional.of(
            "it looks contained: none of its "
                + declared.size()
                + " routes is left, as incident response has it")
        : Optional.empty();
  }

  private @Nullable Observed live(Drift drift) {
    return live.resources().get(drift.resource().logicalId());
  }

  private String named(Item group) {
    var name = group.name() == null ? names.get(group.key()) : group.name();
    return name == null ? group.key() : name + " (" + group.key() + ")";
  }

  private static List<String> keys(@Nullable Observed observed, String property) {
    return keys(Observed.items(observed, property));
  }

  private static List<String> keys(@Nullable Property property) {
    return keys(Property.items(property));
  }

  private static List<String> keys(List<Item> items) {
    return items.stream().map(Item::key).sorted().toList();
  }
}
