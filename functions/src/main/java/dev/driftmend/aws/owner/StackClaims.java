package dev.driftmend.aws.owner;

import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.network.AclEntries;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.kind.role.Role;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Claims.Question;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whose something is by the other stacks of the account; each question is asked once. */
final class StackClaims {
  private final StackOwners stacks;
  private final BiFunction<StackRef, ResourceRef, Set<String>> foreignMembers;
  private final Map<String, List<StackRef>> namingStacks = new HashMap<>();
  private final Map<String, Optional<StackRef>> owners = new ConcurrentHashMap<>();
  private final Map<StackRef, Boolean> standing = new ConcurrentHashMap<>();

  StackClaims(StackOwners stacks, BiFunction<StackRef, ResourceRef, Set<String>> foreignMembers) {
    this.stacks = stacks;
    this.foreignMembers = foreignMembers;
  }

  /** The tags of a stack stay on what was left behind when it was deleted. */
  boolean stands(ForeignMarks.Mark mark) {
    var stack = mark.stack();
    return stack == null || standing.computeIfAbsent(stack, stacks::stands);
  }

  Optional<Owner.Another> stackOf(Question asked, ResourceRef resource, Item extra) {
    var stack = asked.stack();
    return switch (resource.type()) {
      case SecurityGroup.TYPE ->
          ofAnotherStack(stack, Stream.of(extra.handle()))
              .or(() -> ofContent(stack, resource, extra));
      case RouteTable.TYPE ->
          // The physical id of a route is made of its table's and its destination.
          ofAnotherStack(stack, Stream.of(resource.physicalId() + "|" + extra.key()));
      case Instance.TYPE ->
          extra.key().startsWith("sg-")
              ? Optional.empty()
              : ofAnotherStack(stack, Stream.of(extra.key(), extra.handle()));
      // The physical ids of an entry and of a policy beside its role are not documented.
      case NetworkAcl.TYPE -> ofContent(stack, resource, extra);
      case Vpc.TYPE ->
          AclEntries.isKey(extra.key())
              ? lists(asked).flatMap(l -> ofContent(stack, l, extra).stream()).findFirst()
              : ofAnotherStack(stack, Stream.of(extra.key()));
      case Role.TYPE -> ofAttaching(stack, resource, extra);
      case Listener.TYPE -> ofAnotherStack(stack, Stream.of(extra.key()));
      default -> Optional.empty();
    };
  }

  /** Whose a managed policy is says not who attached it: its stack has to name the role, too. */
  private Optional<Owner.Another> ofAttaching(StackRef stack, ResourceRef role, Item policy) {
    var owner = policy.key().startsWith("arn:") ? owner(policy.key()) : Optional.<StackRef>empty();
    return owner
        .filter(other -> !other.equals(stack))
        .flatMap(other -> declaring(List.of(other), role, policy))
        .or(() -> ofContent(stack, role, policy));
  }

  /**
   * A stack that names by a literal id what it adds to: one of those that were being deployed when
   * CloudFormation made it.
   */
  synchronized Optional<Owner.Another> deployedBy(
      Question asked, ResourceRef resource, Item extra, Claim made) {
    var maker = made.caller();
    var cause = made.cause();
    if (maker == null || cause == null || !maker.isCloudFormation()) {
      return Optional.empty();
    }
    var parts =
        resource.type().equals(Vpc.TYPE) && AclEntries.isKey(extra.key())
            ? lists(asked)
            : Stream.of(resource);
    return parts
        .flatMap(
            part -> declaring(stacks.deployedAt(cause.time(), asked.stack()), part, extra).stream())
        .findFirst();
  }

  /** The network lists that entries of a VPC are in: its default one. */
  private static Stream<ResourceRef> lists(Question asked) {
    var drift = asked.finding().drift();
    return asked.live() == null
        ? Stream.of()
        : Kinds.of(drift.resource()).names(drift, asked.live()).stream()
            .map(id -> new ResourceRef(drift.resource().logicalId(), NetworkAcl.TYPE, id));
  }

  Optional<Owner.Another> ofAnotherStack(
      StackRef stack, Stream<? extends @Nullable String> physicalIds) {
    return physicalIds
        .filter(Objects::nonNull)
        .flatMap(id -> owner(id).stream())
        .filter(owner -> !owner.equals(stack))
        .findFirst()
        .map(StackClaims::named);
  }

  /** Which table or list a subnet has is a resource that another stack may have. */
  static Set<String> associations(Question asked) {
    var drift = asked.finding().drift();
    return drift instanceof Drift.Changed
            && drift.resource().type().equals(Subnet.TYPE)
            && asked.live() != null
        ? Kinds.of(drift.resource()).names(drift, asked.live())
        : Set.of();
  }

  /** What one stack has is not asked for one by one: the answer tells of the others. */
  private Optional<StackRef> owner(String physicalId) {
    var known = owners.get(physicalId);
    if (known == null) {
      var found = stacks.withOthersOf(physicalId);
      found.forEach((id, stack) -> owners.putIfAbsent(id, Optional.of(stack)));
      known = Optional.ofNullable(found.get(physicalId));
      owners.put(physicalId, known);
    }
    return known;
  }

  private synchronized Optional<Owner.Another> ofContent(
      StackRef stack, ResourceRef resource, Item extra) {
    var id = resource.physicalId();
    var naming = namingStacks.get(id);
    if (naming == null) {
      naming = stacks.thatCanName(id, stack);
      namingStacks.put(id, naming);
    }
    return declaring(naming, resource, extra);
  }

  private synchronized Optional<Owner.Another> declaring(
      List<StackRef> stacks, ResourceRef resource, Item extra) {
    return stacks.stream()
        .filter(
            other ->
                membersOf(other, resource).stream()
                    .anyMatch(key -> Item.of(key).identity().equals(extra.identity())))
        .findFirst()
        .map(StackClaims::named);
  }

  private Set<String> membersOf(StackRef other, ResourceRef resource) {
    try {
      return foreignMembers.apply(other, resource);
    } catch (DeniedFailure | TransientFailure e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DeniedFailure("reading the template of " + other.name(), e);
    }
  }

  private static Owner.Another named(StackRef other) {
    return new Owner.Another(Owner.Sort.STACK, "the stack " + other.name());
  }
}
