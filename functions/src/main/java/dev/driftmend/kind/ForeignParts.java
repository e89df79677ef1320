package dev.driftmend.kind;

import dev.driftmend.kind.network.AclEntries;
import dev.driftmend.kind.network.ElasticIp;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.RouteReader;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.kind.role.Role;
import dev.driftmend.kind.role.RoleReader;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a stack declares of resources that it does not have: a rule of an imported group, a route of
 * an imported table. Such a part is compared for the stack that declares it, alone: all else of
 * that resource is its owner's.
 */
public final class ForeignParts {
  private ForeignParts() {}

  /**
   * How parts of one type name what they belong to.
   *
   * @param properties of them the first that is there names it
   * @param compared of the owner's properties those that such a part is seen in; null if it is not
   *     compared by itself
   */
  private record Naming(
      String owner, List<String> properties, @Nullable Predicate<String> compared) {}

  private static final Map<String, Naming> NAMINGS =
      Map.ofEntries(
          Map.entry(
              SecurityGroup.INGRESS_TYPE,
              naming(SecurityGroup.TYPE, SecurityGroup.INGRESS, "GroupId", "GroupName")),
          Map.entry(
              SecurityGroup.EGRESS_TYPE,
              naming(SecurityGroup.TYPE, SecurityGroup.EGRESS, "GroupId")),
          Map.entry(
              RouteTable.ROUTE_TYPE, naming(RouteTable.TYPE, RouteTable.ROUTES, RouteReader.TABLE)),
          Map.entry(AclEntries.TYPE, naming(NetworkAcl.TYPE, NetworkAcl.ENTRIES, AclEntries.ACL)),
          Map.entry(Subnet.TABLE_PART, naming(Subnet.TYPE, Subnet.ROUTE_TABLE, Subnet.SUBNET_ID)),
          Map.entry(Subnet.ACL_PART, naming(Subnet.TYPE, Subnet.NETWORK_ACL, Subnet.SUBNET_ID)),
          Map.entry(Vpc.ATTACHMENT, new Naming(Vpc.TYPE, List.of("VpcId"), null)),
          Map.entry(
              ElasticIp.ASSOCIATION,
              new Naming(ElasticIp.TYPE, List.of("AllocationId", "EIP"), null)),
          Map.entry(Role.POLICY, new Naming(Role.TYPE, List.of("Roles"), null)),
          Map.entry(Role.ROLE_POLICY, new Naming(Role.TYPE, List.of("RoleName"), null)),
          Map.entry(Role.INSTANCE_PROFILE, new Naming(Role.TYPE, List.of("Roles"), null)));

  /** A property of a member, as of a route, is named after the set. */
  private static Naming naming(String owner, String property, String... properties) {
    return new Naming(
        owner,
        List.of(properties),
        name -> name.equals(property) || name.startsWith(property + " "));
  }

  /**
   * @param resources the parts that are compared, each as a resource of its own under the part's
   *     name: the owner's physical id with the declared members alone
   */
  public record Found(List<Resource> resources, List<NotCovered> notCovered) {}

  /** All of them, in the order of the template. */
  public static Found of(DeclaredStack stack) {
    var resources = new ArrayList<Resource>();
    var notCovered = new ArrayList<NotCovered>();
    for (var part : stack.resources()) {
      var naming = NAMINGS.get(part.ref().type());
      var owner = naming == null ? null : owner(part, naming, stack);
      if (naming == null || owner == null) {
        continue;
      }
      var resource = resource(part, naming, owner, stack);
      if (resource == null) {
        notCovered.add(
            new NotCovered(
                part.ref().logicalId(),
                part.ref().type(),
                "*",
                "it belongs to " + owner + ", a resource of another stack"));
      } else {
        resources.add(resource);
      }
    }
    return new Found(resources, notCovered);
  }

  /**
   * The keys of the policies and profiles that a stack gives to a role that it does not have: such
   * parts are not compared, and are no drift of the role's owner.
   */
  public static Set<String> ofRole(DeclaredStack stack, String role) {
    if (stack.ofType(Role.TYPE).anyMatch(own -> names(own, role))) {
      return Set.of();
    }
    var ref = new ResourceRef(role, Role.TYPE, role);
    var reader = new RoleReader(new Declared(ref, new Value.Fields(Map.of())), stack);
    return Stream.concat(
            Stream.of(reader.managedPolicies(), reader.inlinePolicies()),
            reader.instanceProfiles().stream())
        .flatMap(p -> p instanceof Property.Members m ? m.keys().stream() : Stream.of())
        .collect(Collectors.toSet());
  }

  /** The id of what a part belongs to; null if that is the stack's own, or is not known. */
  private static @Nullable String owner(Declared part, Naming naming, DeclaredStack stack) {
    var value =
        naming.properties().stream()
            .flatMap(name -> part.property(name).stream())
            .findFirst()
            .orElse(null);
    if (value == null) {
      return null;
    }
    var ids = new ArrayList<String>();
    for (var each : NormalForms.list(value)) {
      if (!(each instanceof Value.Scalar id)) {
        return null;
      }
      ids.add(id.text());
    }
    var own = stack.ofType(naming.owner()).anyMatch(o -> ids.stream().anyMatch(id -> names(o, id)));
    return own || ids.isEmpty() ? null : String.join(", ", ids);
  }

  private static boolean names(Declared owner, String id) {
    return id.equals(owner.ref().physicalId())
        || id.equals(NormalForms.text(owner, "GroupName"))
        || id.equals(NormalForms.text(owner, "RoleName"));
  }

  private static @Nullable Resource resource(
      Declared part, Naming naming, String owner, DeclaredStack stack) {
    var compared = naming.compared();
    if (compared == null || !isId(owner)) {
      return null;
    }
    var ref = new ResourceRef(part.ref().logicalId(), naming.owner(), owner);
    var kind = Kinds.of(naming.owner()).orElseThrow();
    var others =
        stack.resources().stream()
            .filter(r -> r.equals(part) || !NAMINGS.containsKey(r.ref().type()))
            .toList();
    var whole =
        kind.desired(
            new Declared(ref, new Value.Fields(Map.of())),
            new DeclaredStack(stack.stack(), stack.asOf(), others));
    var properties = new LinkedHashMap<String, Property>();
    whole
        .properties()
        .forEach(
            (name, property) -> {
              if (compared.test(name)) {
                properties.put(name, property);
              }
            });
    return new Resource(ref, properties, true, Map.of(), whole.parts());
  }

  /** A group can be named by its name, by which no call on rules takes it. */
  private static boolean isId(String owner) {
    return Set.of("sg-", "rtb-", "acl-", "subnet-").stream().anyMatch(owner::startsWith);
  }
}
