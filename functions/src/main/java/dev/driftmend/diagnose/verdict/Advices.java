package dev.driftmend.diagnose.verdict;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.app.KeepAlive;
import dev.driftmend.diagnose.check.PackagesCheck;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathFinder;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.incident.Diagnosis.Advice;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import dev.driftmend.network.Reachability;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is no fault and could be better. */
public final class Advices {
  private static final int SHOWN = 6;

  /** What AWS made, somewhere, once. */
  private static final Pattern ID =
      Pattern.compile(
          "(?:vpc|subnet|sg|ami|igw|rtb|nat|eipalloc|acl|eni|i|lt|snap|vol|pcx|tgw|vpce)"
              + "-[0-9a-f]{8}(?:[0-9a-f]{9})?");

  private final Scene scene;
  private final Path path;
  private final List<Advice> advice = new ArrayList<>();

  private Advices(Scene scene, Path path) {
    this.scene = scene;
    this.path = path;
  }

  public static List<Advice> of(Scene scene, Path path, WalkState before) {
    var advices = new Advices(scene, path);
    advices.zonesAndTargets();
    advices.https();
    advices.wayOut(before);
    KeepAlive.advice(scene, path).ifPresent(advices.advice::add);
    advices.hardCoded();
    advices.notRead();
    return advices.advice;
  }

  private void zonesAndTargets() {
    var instances = path.instances();
    if (!isWhole()) {
      return;
    }
    if (path.targets().size() == 1) {
      advice.add(
          new Advice(
              "one-target",
              path.name(path.targets().getFirst().id())
                  + " is the only target: while it is replaced or down nothing serves"));
    } else if (instances.size() > 1) {
      var zones = new HashSet<>(instances.stream().map(this::zone).toList());
      if (zones.size() == 1 && !zones.contains("")) {
        advice.add(
            new Advice(
                "one-zone",
                "all targets stand in "
                    + path.name(zones.iterator().next())
                    + ": put some into another zone"));
      }
    }
  }

  /** Faults there are not found, and nobody should think that there are none. */
  private void notRead() {
    if (!scene.deployed()) {
      return;
    }
    scene.live().resources().values().stream()
        .flatMap(Advices::unread)
        .distinct()
        .sorted()
        .forEach(why -> advice.add(new Advice("not-read", "faults there are not found: " + why)));
  }

  private static Stream<String> unread(Observed observed) {
    return switch (observed) {
      case Observed.Unreadable u -> Stream.of(u.why());
      case Observed.Found f ->
          f.properties().values().stream()
              .flatMap(p -> p instanceof Property.Unknown u ? Stream.of(u.why()) : Stream.of());
      case Observed.Gone g -> Stream.of();
    };
  }

  /** Whether all targets are known. */
  private boolean isWhole() {
    return path.groups().stream()
        .allMatch(
            g ->
                path.byId(g) instanceof Observed.Found f
                    && f.properties().get(TargetGroup.TARGETS) instanceof Property.Members m
                    && m.openBecause() == null);
  }

  /** The zone, or if that is not known the subnet; empty if neither is known. */
  private String zone(PathTarget target) {
    var subnet = target.subnet();
    if (subnet == null) {
      return "";
    }
    var zone = path.declared(subnet).map(d -> Read.text(d, "AvailabilityZone")).orElse(null);
    return zone == null ? subnet : zone;
  }

  private void https() {
    var balancer = path.balancer();
    if (balancer == null || path.listener() == null || !path.protocol().startsWith("HTTP")) {
      return;
    }
    var secure =
        scene.desired().resources().stream()
            .filter(r -> r.ref().type().equals(Listener.TYPE))
            .filter(r -> PathFinder.balancerOf(r.ref().physicalId()).equals(balancer.physicalId()))
            .flatMap(
                r ->
                    Stream.concat(
                        Stream.ofNullable(Read.text(r.properties(), Listener.PROTOCOL)),
                        Read.items(path.live(r.ref()), Listener.OTHER_LISTENERS).stream()
                            .flatMap(List::stream)
                            .map(i -> i.fields().getOrDefault("protocol", ""))))
            .anyMatch(p -> p.equals("HTTPS") || p.equals("TLS"));
    if (!secure) {
      advice.add(
          new Advice(
              "no-https",
              path.name(balancer.physicalId())
                  + " has no HTTPS listener: what clients send can be read on the way"));
    }
  }

  private void wayOut(WalkState before) {
    if (before.broken(PackagesCheck.NAME)) {
      return;
    }
    for (var target : path.instances()) {
      var subnet = target.subnet();
      if (subnet != null
          && Boolean.FALSE.equals(PackagesCheck.open(path, target))
          && new Reachability(scene.network()).byInternetGateway(subnet).publicPart().isEmpty()) {
        advice.add(
            new Advice(
                "no-nat",
                path.name(target.id())
                    + " is private and has no way out: it can install nothing and fetch no"
                    + " update"));
      }
    }
  }

  private void hardCoded() {
    var own = new HashSet<String>();
    scene.declared().resources().forEach(r -> own.add(r.ref().physicalId()));
    own.addAll(scene.given());
    var places = new ArrayList<String>();
    for (var declared : scene.declared().resources()) {
      declared
          .properties()
          .values()
          .forEach(
              (name, value) ->
                  ids(value)
                      .filter(id -> !own.contains(id))
                      .forEach(id -> places.add(place(declared, name, id))));
    }
    var distinct = List.copyOf(new LinkedHashSet<>(places));
    if (!distinct.isEmpty()) {
      advice.add(
          new Advice(
              "hard-coded",
              "the template fits one account and region only; make parameters or resources of: "
                  + String.join(", ", distinct.subList(0, Math.min(SHOWN, distinct.size())))
                  + (distinct.size() > SHOWN
                      ? " and " + (distinct.size() - SHOWN) + " more"
                      : "")));
    }
  }

  private static String place(Declared declared, String property, String id) {
    return declared.ref().logicalId() + "." + property + " " + id;
  }

  private static Stream<String> ids(@Nullable Value value) {
    return switch (value) {
      case null -> Stream.of();
      case Value.Scalar s -> ID.matcher(s.text()).matches() ? Stream.of(s.text()) : Stream.of();
      case Value.Items i -> i.values().stream().flatMap(Advices::ids);
      case Value.Fields f -> f.values().values().stream().flatMap(Advices::ids);
      case Value.Unknown u -> Stream.of();
    };
  }
}
