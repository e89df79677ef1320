package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.planned.AsDeclared;
import dev.driftmend.diagnose.scene.Backend;
import dev.driftmend.diagnose.scene.Backends;
import dev.driftmend.diagnose.scene.Launch;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the targets of a group: those that it has, and those that the template gives it. */
public final class TargetFinder {
  private final Scene scene;

  TargetFinder(Scene scene) {
    this.scene = scene;
  }

  private Stream<Resource> ofType(String type) {
    return scene.desired().resources().stream().filter(r -> r.ref().type().equals(type));
  }

  List<PathTarget> of(String group) {
    var wanted =
        scene.desired().resources().stream()
            .filter(r -> r.ref().physicalId().equals(group))
            .findFirst();
    var state = scene.live().resources().get(wanted.map(r -> r.ref().logicalId()).orElse(group));
    Map<String, Item> declared = new LinkedHashMap<>();
    wanted
        .flatMap(r -> Read.items(new Observed.Found(r.properties()), TargetGroup.TARGETS))
        .orElse(List.of())
        .forEach(t -> declared.put(t.key(), t));
    var targets = new ArrayList<PathTarget>();
    var health = Read.items(state, TargetGroup.TARGET_HEALTH).orElse(List.of());
    for (var live : Read.items(state, TargetGroup.TARGETS).orElse(List.of())) {
      var key = live.key();
      var same = declared.remove(key) != null ? key : moved(key, declared);
      declared.remove(same);
      targets.add(target(key, same, group, true, health));
    }
    declared.keySet().forEach(key -> targets.add(target(key, key, group, false, health)));
    if (!scene.deployed()) {
      declared(group)
          .forEach(d -> Backends.of(d, scene.declared()).forEach(b -> add(targets, b, group)));
    }
    return targets;
  }

  /** All instances, as if they were asked themselves. */
  List<PathTarget> alone() {
    return ofType(Instance.TYPE)
        .map(r -> target(r.ref().physicalId(), null, "", false, List.of()))
        .toList();
  }

  private Stream<Declared> declared(String group) {
    return scene
        .declared()
        .ofType(TargetGroup.TYPE)
        .filter(d -> d.ref().physicalId().equals(group));
  }

  /** One for each subnet in which it may stand. */
  private void add(List<PathTarget> targets, Backend backend, String group) {
    var id = backend.by().ref().physicalId();
    var port = backend.port() == null ? 0 : backend.port();
    var subnets = backend.subnets().isEmpty() ? List.of("") : backend.subnets();
    for (var subnet : subnets) {
      targets.add(
          new PathTarget(
              id + "@" + subnet + ":" + port,
              id,
              port,
              port,
              group,
              true,
              true,
              "",
              "",
              null,
              scene.live().resources().get(AsDeclared.key(backend)),
              scene.network().interfaces().stream()
                  .filter(i -> id.equals(i.instanceId()) && i.subnetId().equals(subnet))
                  .toList(),
              subnet.isEmpty() ? null : subnet,
              backend));
    }
  }

  /** The declared target of the same id, on another port; null if there is none. */
  private static @Nullable String moved(String key, Map<String, Item> declared) {
    return declared.keySet().stream()
        .filter(other -> id(other).equals(id(key)))
        .findFirst()
        .orElse(null);
  }

  private static String id(String key) {
    var colon = key.lastIndexOf(':');
    return colon < 0 || !key.substring(colon + 1).matches("\\d{1,5}")
        ? key
        : key.substring(0, colon);
  }

  private static int port(String key) {
    return PathFinder.number(key.substring(key.lastIndexOf(':') + 1), 0);
  }

  private PathTarget target(
      String key, @Nullable String same, String group, boolean registered, List<Item> health) {
    var id = id(key);
    var judged = health.stream().filter(h -> h.key().equals(key)).findFirst();
    var instance =
        ofType(Instance.TYPE).map(Resource::ref).filter(r -> r.physicalId().equals(id)).findFirst();
    var interfaces =
        scene.network().interfaces().stream().filter(i -> id.equals(i.instanceId())).toList();
    return new PathTarget(
        key,
        id,
        port(key),
        same == null ? port(key) : port(same),
        group,
        registered,
        same != null,
        judged.map(h -> h.fields().getOrDefault("state", "")).orElse(""),
        judged.map(h -> h.fields().getOrDefault("reason", "")).orElse(""),
        instance.orElse(id.startsWith("i-") ? new ResourceRef(id, Instance.TYPE, id) : null),
        scene.live().resources().get(instance.map(ResourceRef::logicalId).orElse(id)),
        interfaces,
        subnet(id, interfaces),
        null);
  }

  private @Nullable String subnet(String id, List<Interface> interfaces) {
    var stands = interfaces.stream().map(Interface::subnetId).distinct().toList();
    return stands.isEmpty()
        ? scene.declared().resources().stream()
            .filter(d -> d.ref().physicalId().equals(id))
            .flatMap((Declared d) -> subnets(d, scene.declared()).stream())
            .findFirst()
            .orElse(null)
        : stands.size() == 1 ? stands.getFirst() : null;
  }

  /** The subnets that the template gives an instance. */
  public static Set<String> subnets(Declared instance, DeclaredStack stack) {
    var subnets = new LinkedHashSet<>(Launch.ofInstance(instance, stack).subnets());
    Read.list(instance, "NetworkInterfaces").stream()
        .map(i -> Read.text(i, "SubnetId"))
        .filter(Objects::nonNull)
        .forEach(subnets::add);
    return subnets;
  }
}
