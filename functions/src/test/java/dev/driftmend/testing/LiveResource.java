package dev.driftmend.testing;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.ListenerRule;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.kind.role.Role;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A resource of the {@link World}; every rule that is added gets an id that no rule had before. */
public final class LiveResource {
  private static final String DESCRIPTION = "description";

  private final ResourceRef ref;
  private final Map<String, String> scalars = new LinkedHashMap<>();
  private final Map<String, List<Item>> members = new LinkedHashMap<>();
  private final Map<String, String> health = new HashMap<>();
  private final Map<String, String> reasons = new LinkedHashMap<>();
  private @Nullable Observed instead;
  private int ids;

  LiveResource(ResourceRef ref) {
    this.ref = ref;
    switch (ref.type()) {
      case SecurityGroup.TYPE -> empty(SecurityGroup.INGRESS, SecurityGroup.EGRESS);
      case Listener.TYPE ->
          empty(Listener.CERTIFICATES, Listener.OTHER_LISTENERS, Listener.OTHER_RULES);
      case ListenerRule.TYPE -> empty(ListenerRule.OTHERS);
      case Role.TYPE -> empty(Role.MANAGED_POLICIES, Role.INLINE_POLICIES);
      case TargetGroup.TYPE -> empty(TargetGroup.TARGETS);
      case Instance.TYPE -> {
        empty(Instance.GROUPS, Instance.PUBLIC_ADDRESS);
        scalars.put(Instance.INTERFACES, "1");
        scalars.put("Subnet", "subnet-private");
      }
      case Vpc.TYPE -> scalars.put(Vpc.DEFAULT_ACL_ID, "acl-default");
      case Subnet.TYPE -> {
        scalars.put(Subnet.DEFAULT_ACL_ID, "acl-default");
        scalars.put(Subnet.ROUTE_TABLE_ASSOCIATION, "");
        scalars.put(Subnet.NETWORK_ACL_ASSOCIATION, "");
      }
      default -> {}
    }
  }

  /** As the resource's kind says that it is after the call. */
  void become(Observed now) {
    if (now instanceof Observed.Found found) {
      found
          .properties()
          .forEach(
              (name, property) -> {
                switch (property) {
                  case Property.Scalar s -> scalars.put(name, s.value());
                  case Property.Members m -> members.put(name, new ArrayList<>(m.items()));
                  case Property.Unknown _ -> {}
                }
              });
    }
  }

  private void empty(String... properties) {
    for (var property : properties) {
      members.put(property, new ArrayList<>());
    }
  }

  ResourceRef ref() {
    return ref;
  }

  void deploy(Resource wanted) {
    wanted
        .properties()
        .forEach(
            (name, property) -> {
              switch (property) {
                case Property.Scalar s -> scalars.put(name, s.value());
                case Property.Members m when m.openBecause() == null -> {
                  var keys = m.items().stream().map(Item::key).collect(Collectors.toSet());
                  items(name).removeIf(i -> !keys.contains(i.key()));
                  m.items().forEach(i -> add(name, i.key(), i.fields()));
                }
                case Property.Members m -> m.items().forEach(i -> add(name, i.key(), i.fields()));
                case Property.Unknown _ -> {}
              }
            });
  }

  public void set(String property, String value) {
    scalars.put(property, value);
  }

  /** A set as a whole, in place of what there was. */
  public LiveResource put(String property, Property.Members value) {
    members.put(property, new ArrayList<>(value.items()));
    return this;
  }

  public @Nullable String get(String property) {
    return scalars.get(property);
  }

  public List<String> keys(String property) {
    return items(property).stream().map(Item::key).toList();
  }

  /** The id of a member, the same for as long as it was never removed. */
  public @Nullable String handle(String property, String key) {
    return items(property).stream()
        .filter(i -> i.key().equals(key))
        .findFirst()
        .map(Item::handle)
        .orElse(null);
  }

  public LiveResource add(String property, String key) {
    return add(property, key, Map.of());
  }

  public LiveResource add(String property, String key, Map<String, String> fields) {
    var old =
        items(property).stream().filter(i -> i.key().equals(key)).map(Item::handle).findFirst();
    items(property).removeIf(i -> i.key().equals(key));
    items(property).add(new Item(key, new TreeMap<>(fields), old.orElseGet(() -> newId(property))));
    return this;
  }

  public LiveResource remove(String property, String key) {
    items(property).removeIf(i -> i.key().equals(key));
    return this;
  }

  void removeByHandle(String property, String handle) {
    if (!items(property).removeIf(i -> handle.equals(i.handle()) || handle.equals(i.key()))) {
      throw new AssertionError("no " + handle + " in " + items(property));
    }
  }

  void replace(String property, List<String> keys) {
    items(property).removeIf(i -> !keys.contains(i.key()));
    keys.forEach(k -> add(property, k));
  }

  /** Unlike any target that is not named here, which is healthy. */
  public void health(String target, String state) {
    health.put(target, state);
  }

  /** An unhealthy target, with the code of what its load balancer got to see. */
  public void sick(String target, String reason) {
    health(target, "unhealthy");
    reasons.put(target, reason);
  }

  /** The service says that there is none. */
  public void vanish() {
    instead = new Observed.Gone();
  }

  /** Reading it fails. */
  public void hide(String why) {
    instead = new Observed.Unreadable(why);
  }

  public void show() {
    instead = null;
  }

  void authorize(String property, Step.Call call) {
    var rule = call.argument(Argument.RULE);
    if (keys(property).contains(rule)) {
      throw new AssertionError("a rule that exists is authorized again: " + rule);
    }
    add(
        property,
        rule,
        call.arguments().containsKey(Argument.DESCRIPTION)
            ? Map.of(DESCRIPTION, call.argument(Argument.DESCRIPTION))
            : Map.of());
  }

  void revoke(String property, Step.Call call) {
    call.arguments()
        .getOrDefault(Argument.RULE_IDS, List.of())
        .forEach(id -> removeByHandle(property, id));
  }

  void describe(String property, Step.Call call) {
    var id = call.argument(Argument.RULE_ID);
    var described =
        call.arguments().containsKey(Argument.DESCRIPTION)
            ? Map.of(DESCRIPTION, call.argument(Argument.DESCRIPTION))
            : Map.<String, String>of();
    items(property)
        .replaceAll(
            i -> id.equals(i.handle()) ? new Item(i.key(), new TreeMap<>(described), id) : i);
  }

  /** A target group to which nothing sends: but for a target that was named, none is known. */
  Observed idle() {
    if (!(observed() instanceof Observed.Found found)) {
      return observed();
    }
    var properties = new LinkedHashMap<>(found.properties());
    properties.put(
        TargetGroup.TARGET_HEALTH,
        Property.Members.of(
            keys(TargetGroup.TARGETS).stream()
                .map(
                    t ->
                        Item.of(
                            t,
                            health.getOrDefault(t, "").equals("draining")
                                ? healthOf(t)
                                : Map.of("state", "unused", "reason", "Target.NotInUse")))
                .toList()));
    return new Observed.Found(properties);
  }

  Observed observed() {
    if (instead != null) {
      return instead;
    }
    var properties = new LinkedHashMap<String, Property>();
    scalars.forEach((name, value) -> properties.put(name, new Property.Scalar(value)));
    members.forEach((name, items) -> properties.put(name, Property.Members.of(items)));
    if (ref.type().equals(TargetGroup.TYPE)) {
      properties.put(
          TargetGroup.TARGET_HEALTH,
          Property.Members.of(
              keys(TargetGroup.TARGETS).stream().map(t -> Item.of(t, healthOf(t))).toList()));
    }
    return new Observed.Found(properties);
  }

  private Map<String, String> healthOf(String target) {
    return Map.of(
        "state",
        health.getOrDefault(target, "healthy"),
        "reason",
        reasons.getOrDefault(target, ""));
  }

  Network.Interface networkInterface() {
    return new Network.Interface(
        "eni-" + ref.logicalId(),
        ref.physicalId(),
        ref.physicalId(),
        scalars.getOrDefault("Subnet", ""),
        Set.copyOf(keys(Instance.GROUPS)),
        Set.of("10.0.1." + (10 + Math.floorMod(ref.logicalId().hashCode(), 200))),
        new LinkedHashSet<>(keys(Instance.PUBLIC_ADDRESS)));
  }

  private List<Item> items(String property) {
    return members.computeIfAbsent(property, p -> new ArrayList<>());
  }

  private String newId(String property) {
    var prefix = property.equals(Instance.PUBLIC_ADDRESS) ? "eipassoc-" : "sgr-";
    return prefix + ref.logicalId() + "-" + property + "-" + ++ids;
  }
}
