package dev.driftmend.aws.resource;

import static dev.driftmend.kind.role.Role.BOUNDARY;
import static dev.driftmend.kind.role.Role.DOCUMENT;
import static dev.driftmend.kind.role.Role.INLINE_POLICIES;
import static dev.driftmend.kind.role.Role.INSTANCE_PROFILES;
import static dev.driftmend.kind.role.Role.MANAGED_POLICIES;
import static dev.driftmend.kind.role.Role.TRUST_POLICY;
import static dev.driftmend.kind.role.Role.TYPE;

import dev.driftmend.aws.client.Chunks;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.iam.model.AttachedPolicy;
import software.amazon.awssdk.services.iam.model.InstanceProfile;

/** Roles and their policies. The service has no call for several roles that tells of no others. */
final class Roles implements ResourceAdapter {
  private static final Set<String> NOT_FOUND = Set.of("NoSuchEntity", "NoSuchEntityException");

  /** The service throttles early, and a throttled read is the whole stack's. */
  private static final int ROLES_AT_ONCE = 8;

  private final Clients clients;

  Roles(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    var observed = new HashMap<String, Observed>();
    for (var some : Chunks.of(List.copyOf(resources), ROLES_AT_ONCE)) {
      observed.putAll(Observations.each(some, this::observe));
    }
    return observed;
  }

  /** The parts of one role are asked for at once; each may be refused by itself. */
  private Observed observe(Resource resource) {
    var role = resource.ref().physicalId();
    var reads = new ArrayList<Supplier<Map<String, Property>>>();
    reads.add(() -> role(role));
    reads.add(() -> part(MANAGED_POLICIES, () -> managed(role)));
    reads.add(() -> part(INLINE_POLICIES, () -> inline(role, declared(resource))));
    if (resource.properties().containsKey(INSTANCE_PROFILES)) {
      reads.add(() -> part(INSTANCE_PROFILES, () -> profiles(role)));
    }
    var properties = new LinkedHashMap<String, Property>();
    try {
      Parallel.map(reads, Supplier::get).forEach(properties::putAll);
      return new Observed.Found(properties);
    } catch (DeniedFailure e) {
      return Failures.is(e, NOT_FOUND)
          ? new Observed.Gone()
          : new Observed.Unreadable(Failures.explain(e));
    }
  }

  private static Set<String> declared(Resource resource) {
    return resource.properties().get(INLINE_POLICIES) instanceof Property.Members members
        ? members.items().stream().map(Item::key).collect(Collectors.toSet())
        : Set.of();
  }

  private Map<String, Property> role(String name) {
    var role = clients.iam(iam -> iam.getRole(r -> r.roleName(name))).role();
    var boundary = role.permissionsBoundary();
    return Map.of(
        TRUST_POLICY,
        PolicyJsonText.normal(role.assumeRolePolicyDocument())
            .<Property>map(Property.Scalar::new)
            .orElseGet(() -> new Property.Unknown("the trust policy is no document")),
        BOUNDARY,
        new Property.Scalar(boundary == null ? "" : boundary.permissionsBoundaryArn()));
  }

  private static Map<String, Property> part(String property, Supplier<List<Item>> read) {
    try {
      return Map.of(property, Property.Members.of(read.get()));
    } catch (DeniedFailure e) {
      if (Failures.is(e, NOT_FOUND)) {
        throw e;
      }
      return Map.of(property, new Property.Unknown(Failures.explain(e)));
    }
  }

  private List<Item> managed(String role) {
    return clients.iam(
        iam ->
            iam.listAttachedRolePoliciesPaginator(r -> r.roleName(role)).attachedPolicies().stream()
                .map(AttachedPolicy::policyArn)
                .map(Item::of)
                .toList());
  }

  private List<Item> profiles(String role) {
    return clients.iam(
        iam ->
            iam
                .listInstanceProfilesForRolePaginator(r -> r.roleName(role))
                .instanceProfiles()
                .stream()
                .map(InstanceProfile::instanceProfileName)
                .map(Item::of)
                .toList());
  }

  /** What is declared is asked for without waiting for the list; the list says what there is. */
  private List<Item> inline(String role, Set<String> declared) {
    return Parallel.both(
        () -> names(role),
        () -> documents(role, declared),
        (names, found) -> {
          found.keySet().retainAll(names);
          found.putAll(documents(role, names.stream().filter(n -> !found.containsKey(n)).toList()));
          return names.stream().map(found::get).filter(Objects::nonNull).toList();
        });
  }

  private List<String> names(String role) {
    return clients.iam(
        iam ->
            iam.listRolePoliciesPaginator(r -> r.roleName(role)).policyNames().stream().toList());
  }

  private Map<String, Item> documents(String role, Collection<String> names) {
    var found = new HashMap<String, Item>();
    Parallel.map(names, name -> inline(role, name)).stream()
        .flatMap(Optional::stream)
        .forEach(item -> found.put(item.key(), item));
    return found;
  }

  /** Empty if there is none (any more); a document that is none has no normal form. */
  private Optional<Item> inline(String role, String name) {
    try {
      var document =
          clients
              .iam(iam -> iam.getRolePolicy(r -> r.roleName(role).policyName(name)))
              .policyDocument();
      return Optional.of(
          Item.of(
              name,
              Map.of(
                  DOCUMENT,
                  PolicyJsonText.normal(document)
                      .orElseGet(() -> Objects.requireNonNullElse(document, "")))));
    } catch (DeniedFailure e) {
      if (Failures.is(e, NOT_FOUND)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void execute(Step.Call call) {
    throw Observations.unknownOperation(call);
  }
}
