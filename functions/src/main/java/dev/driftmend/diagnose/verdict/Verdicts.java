package dev.driftmend.diagnose.verdict;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.check.AppCheck;
import dev.driftmend.diagnose.check.BalancerGroupCheck;
import dev.driftmend.diagnose.check.DeploymentCheck;
import dev.driftmend.diagnose.check.PackagesCheck;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.model.incident.Diagnosis.Hop;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.port.Endpoint.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was predicted, held against what was seen. */
public final class Verdicts {
  private static final String INSTANCE = "instance";
  private static final String EGRESS = "load-balancer-egress";

  private final Scene scene;
  private final Path path;
  private final WalkState before;
  private final List<Hop> onPath;
  private final @Nullable Asked seen;

  /**
   * @param onPath the hops that requests pass
   */
  public Verdicts(Scene scene, Path path, WalkState before, List<Hop> onPath) {
    this.scene = scene;
    this.path = path;
    this.before = before;
    this.onPath = onPath;
    var asked = scene.asked().isEmpty() ? null : scene.asked().getFirst();
    this.seen = asked == null || outside(path, asked) ? null : asked;
  }

  /** Whether who asked is none of those whom the template lets in. */
  public static boolean outside(Path path, Asked asked) {
    return asked.answer() instanceof Answer.TimedOut && BalancerGroupCheck.isRestricted(path);
  }

  public Verdict verdict() {
    var broken = onPath.stream().anyMatch(Hop::broken);
    if (seen != null) {
      if (!seen.good() && !redirected(seen)) {
        return Verdict.OUTAGE;
      }
      return broken ? Verdict.DEGRADED : Verdict.OK;
    }
    if (before.stops() || !scene.deployed() && neverRuns()) {
      return Verdict.OUTAGE;
    }
    if (broken) {
      return Verdict.DEGRADED;
    }
    return onPath.stream().anyMatch(h -> h.state() == State.UNKNOWN) ? Verdict.UNKNOWN : Verdict.OK;
  }

  /** Where the template sends clients on, they have not been answered by the app yet. */
  private boolean redirected(Asked asked) {
    return asked.answer() instanceof Answer.Status s
        && s.code() / 100 == 3
        && !before.broken("rule");
  }

  private boolean neverRuns() {
    return before.broken(PackagesCheck.NAME) || before.broken(DeploymentCheck.NAME);
  }

  public @Nullable String explainedBy() {
    var broken = onPath.stream().filter(Hop::broken).toList();
    if (seen == null) {
      return broken.isEmpty() ? null : broken.getFirst().hop();
    }
    return broken.stream()
        .filter(h -> h.symptom() != null && seen.fits(h.symptom()))
        .filter(h -> h.symptom() != Symptom.NONE)
        .findFirst()
        .or(() -> seen.good() ? broken.stream().findFirst() : Optional.empty())
        .map(Hop::hop)
        .orElse(null);
  }

  /** The first hop at which requests end. A target that does not run is not even asked. */
  private @Nullable Hop first() {
    var inOrder = new ArrayList<>(onPath);
    var asleep = inOrder.stream().filter(h -> h.hop().equals(INSTANCE)).findFirst();
    asleep.ifPresent(
        hop -> {
          inOrder.remove(hop);
          var at = inOrder.stream().map(Hop::hop).toList().indexOf(EGRESS);
          inOrder.add(Math.max(at, 0), hop);
        });
    return inOrder.stream().filter(h -> before.stopsAt(h.hop())).findFirst().orElse(null);
  }

  public List<String> contradictions() {
    var contradictions = new ArrayList<String>();
    var asked = scene.asked().isEmpty() ? null : scene.asked().getFirst();
    if (asked != null && seen == null) {
      contradictions.add(
          "who asked is none of those whom the template lets in ("
              + asked.seen()
              + "): judged by the health of the targets alone");
    }
    if (seen != null) {
      against(contradictions, seen);
    }
    for (var target : path.targets()) {
      if (target.state().equals("healthy") && !before.reaches(target.key(), AppCheck.WAY)) {
        contradictions.add(
            path.name(target.id())
                + " is healthy by its last checks, although nothing gets to it now: health lags"
                + " behind");
      }
    }
    return contradictions;
  }

  private void against(List<String> contradictions, Asked answer) {
    var first = first();
    if (first != null && first.symptom() != null) {
      if (!answer.fits(first.symptom()) && !explainedBefore(first)) {
        contradictions.add(
            "because of "
                + first.hop()
                + " clients should see "
                + words(first.symptom())
                + ", and saw "
                + answer.seen());
      }
    } else if (!answer.good() && !redirected(answer) && explainedBy() == null) {
      contradictions.add("no hop explains what clients see: " + answer.seen());
    }
  }

  /** By a hop that keeps only some requests off, those of whoever asked among them. */
  private boolean explainedBefore(Hop hop) {
    var names = onPath.stream().map(Hop::hop).toList();
    var by = explainedBy();
    return by != null && names.indexOf(by) < names.indexOf(hop.hop());
  }

  private static String words(Symptom symptom) {
    return switch (symptom) {
      case NO_NAME -> "a name that does not resolve";
      case TIMEOUT -> "no connection in time";
      case REFUSED -> "a connection refused";
      case BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT -> symptom.text();
      case STATUS -> "another status";
      case SLOW -> "a slow answer";
      case NONE -> "nothing of it";
    };
  }
}
