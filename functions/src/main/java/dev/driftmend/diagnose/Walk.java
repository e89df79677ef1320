package dev.driftmend.diagnose;

import dev.driftmend.diagnose.check.AclCheck;
import dev.driftmend.diagnose.check.AppCheck;
import dev.driftmend.diagnose.check.BalancerCheck;
import dev.driftmend.diagnose.check.BalancerGroupCheck;
import dev.driftmend.diagnose.check.DeploymentCheck;
import dev.driftmend.diagnose.check.DnsCheck;
import dev.driftmend.diagnose.check.Found;
import dev.driftmend.diagnose.check.HealthCheckCheck;
import dev.driftmend.diagnose.check.HopCheck;
import dev.driftmend.diagnose.check.InstanceCheck;
import dev.driftmend.diagnose.check.InternetRouteCheck;
import dev.driftmend.diagnose.check.LegCheck;
import dev.driftmend.diagnose.check.ListenerCheck;
import dev.driftmend.diagnose.check.PackagesCheck;
import dev.driftmend.diagnose.check.PublicAddressCheck;
import dev.driftmend.diagnose.check.PublicSubnetCheck;
import dev.driftmend.diagnose.check.RuleCheck;
import dev.driftmend.diagnose.check.SharedGroupCheck;
import dev.driftmend.diagnose.check.TargetGroupCheck;
import dev.driftmend.diagnose.check.TargetsCheck;
import dev.driftmend.diagnose.check.WorldOpenCheck;
import dev.driftmend.diagnose.path.ClassicLoadBalancers;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.planned.Creation;
import dev.driftmend.diagnose.verdict.Advices;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.Verdicts;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.Behind;
import dev.driftmend.model.incident.Diagnosis.Hop;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.model.incident.Diagnosis.Walked;
import dev.driftmend.model.network.SecurityRule.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Walks the path of a stack, hop by hop. Pure. */
public final class Walk {
  /** On the path, in the order in which requests pass them. */
  private static final List<HopCheck> PATH =
      List.of(
          new DnsCheck(),
          new BalancerCheck(),
          new InternetRouteCheck(),
          new AclCheck(true),
          new BalancerGroupCheck(),
          new ListenerCheck(),
          new RuleCheck(),
          new TargetGroupCheck(),
          new TargetsCheck(),
          new LegCheck(Direction.EGRESS),
          new AclCheck(false),
          new LegCheck(Direction.INGRESS),
          new InstanceCheck(),
          new AppCheck(),
          new HealthCheckCheck());

  /** What no request passes, and should be right all the same. */
  private static final List<HopCheck> BESIDE =
      List.of(
          new PackagesCheck(),
          new DeploymentCheck(),
          new SharedGroupCheck(),
          new PublicSubnetCheck(),
          new PublicAddressCheck(),
          new WorldOpenCheck());

  private Walk() {}

  /** The path that clients take first. */
  public static Diagnosis of(Scene scene) {
    return of(Path.of(scene));
  }

  /** Every path. */
  public static Diagnosis all(Scene scene) {
    var whole = whole(scene);
    return (scene.deployed() ? whole : withOthers(whole, scene))
        .noting(ClassicLoadBalancers.notWalked(scene));
  }

  private static Diagnosis whole(Scene scene) {
    var paths = Path.all(scene);
    if (paths.size() == 1) {
      return of(paths.getFirst());
    }
    var walks = paths.stream().map(Walk::of).toList();
    var walked = new ArrayList<Walked>();
    var worst = walks.getFirst();
    for (var i = 0; i < paths.size(); i++) {
      var walk = walks.get(i);
      walked.add(new Walked(paths.get(i).title(), walk.verdict(), walk.explainedBy(), walk.hops()));
      worst = walk.verdict().compareTo(worst.verdict()) > 0 ? walk : worst;
    }
    return new Diagnosis(
        worst.verdict(),
        worst.explainedBy(),
        worst.hops(),
        walks.stream().flatMap(w -> w.contradictions().stream()).distinct().toList(),
        walks.stream().flatMap(w -> w.advice().stream()).distinct().toList(),
        walked,
        List.of());
  }

  /** What a template registers in target groups of others is on none of its paths. */
  private static Diagnosis withOthers(Diagnosis diagnosis, Scene scene) {
    var found = new Found();
    new Creation(Path.of(scene)).ofOthers(found);
    if (found.faults().isEmpty()) {
      return diagnosis;
    }
    var name = TargetGroupCheck.NAME;
    var hop = hop(scene, name, found, found.faults().getFirst().symptom());
    var paths = new ArrayList<>(diagnosis.paths());
    paths.add(
        new Walked("what goes to target groups of others", Verdict.OUTAGE, name, List.of(hop)));
    return new Diagnosis(
        Verdict.OUTAGE,
        diagnosis.verdict() == Verdict.OUTAGE ? diagnosis.explainedBy() : name,
        diagnosis.verdict() == Verdict.OUTAGE ? diagnosis.hops() : List.of(hop),
        diagnosis.contradictions(),
        diagnosis.advice(),
        paths,
        diagnosis.notes());
  }

  private static Diagnosis of(Path path) {
    if (path.isNone()) {
      return nowhere(path);
    }
    var scene = path.scene();
    var before = new WalkState(path);
    var onPath = new ArrayList<Hop>();
    for (var check : PATH) {
      before.add(check.name(), check.look(scene, path, before));
    }
    PATH.forEach(
        check -> onPath.add(hop(scene, check.name(), before, symptom(path, before, check.name()))));
    var hops = new ArrayList<>(onPath);
    for (var check : BESIDE) {
      before.add(check.name(), check.look(scene, path, before));
      hops.add(hop(scene, check.name(), before, symptom(path, before, check.name())));
    }
    var verdicts = new Verdicts(scene, path, before, onPath);
    return new Diagnosis(
        verdicts.verdict(),
        verdicts.explainedBy(),
        hops,
        verdicts.contradictions(),
        Advices.of(scene, path, before));
  }

  /** Without anything that clients could ask by name, what is open is judged all the same. */
  private static Diagnosis nowhere(Path path) {
    var before = new WalkState(path);
    var open = new WorldOpenCheck();
    var hops = new ArrayList<Hop>();
    if (!path.instances().isEmpty()) {
      before.add(open.name(), open.look(path.scene(), path, before));
      hops.add(hop(path.scene(), open.name(), before, Symptom.NONE));
    }
    return new Diagnosis(
        Verdict.UNKNOWN,
        null,
        hops,
        List.of(),
        List.of(),
        List.of(),
        ClassicLoadBalancers.notWalked(path.scene()).isEmpty()
            ? List.of("there is no load balancer here, so there is no path to walk")
            : List.of());
  }

  private static Hop hop(Scene scene, String name, WalkState before, Symptom symptom) {
    return hop(scene, name, Objects.requireNonNull(before.at(name)), symptom);
  }

  private static Hop hop(Scene scene, String name, Found found, Symptom symptom) {
    if (found.state() != State.BROKEN) {
      return new Hop(name, found.state(), found.evidence(), null, null, null);
    }
    var fixes =
        found.faults().stream().map(Fault::fix).distinct().collect(Collectors.joining("; "));
    return new Hop(name, State.BROKEN, found.evidence(), symptom, fixes, cause(scene, found));
  }

  /** What clients see of this hop, once requests are sent to what is left. */
  private static Symptom symptom(Path path, WalkState before, String name) {
    var faults = Objects.requireNonNull(before.at(name)).faults();
    var noticed = faults.stream().filter(f -> f.symptom() != Symptom.NONE).toList();
    if (before.stopsAt(name)) {
      return noticed.getFirst().symptom();
    }
    return noticed.stream()
        .filter(f -> f.hits().isEmpty() || !path.targetKeys().containsAll(f.hits()))
        .map(Fault::symptom)
        .findFirst()
        .orElse(Symptom.NONE);
  }

  private static @Nullable Behind cause(Scene scene, Found found) {
    var about = found.faults().stream().flatMap(f -> f.about().stream()).toList();
    for (var each : about) {
      for (var because : scene.drifts()) {
        var drift = because.drift();
        if (drift.resource().logicalId().equals(each.logicalId())
            && (each.property() == null
                || each.property().equals(drift.property())
                || drift.property().equals("*"))) {
          return new Behind(
              "drift of "
                  + drift.resource().logicalId()
                  + ": "
                  + new Names(scene).say(drift.what()),
              because.cause());
        }
      }
    }
    var ofStack =
        about.stream()
            .anyMatch(
                a ->
                    scene.declared().resources().stream()
                        .anyMatch(r -> r.ref().logicalId().equals(a.logicalId())));
    return ofStack && scene.deployed()
        ? new Behind(
            "no drift: the stack's own template, deployed at " + scene.declared().asOf(), null)
        : ofStack ? new Behind("the template", null) : null;
  }
}
