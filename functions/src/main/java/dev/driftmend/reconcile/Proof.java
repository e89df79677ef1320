package dev.driftmend.reconcile;

import dev.driftmend.model.Finding;
import dev.driftmend.model.Live;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Plan;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.StepResult;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.Waits;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads live again after acting, because a call that was accepted proves nothing. EC2 is eventually
 * consistent, so what still differs is read again with growing waits before it counts.
 *
 * @see <a href="https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html">Eventual
 *     consistency in the Amazon EC2 API</a>
 */
final class Proof {
  private static final List<Duration> WAITS =
      List.of(
          Duration.ZERO,
          Duration.ofMillis(200),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2));

  private final LiveStates liveStates;
  private final Waits waits;

  Proof(LiveStates liveStates, Waits waits) {
    this.liveStates = liveStates;
    this.waits = waits;
  }

  /** The plan's findings that still stand. */
  List<Finding> remaining(Examination examination, List<StepResult> results) {
    var plan = examination.plan();
    var done = done(results);
    var touched =
        plan.findings().stream()
            .filter(f -> done.contains(f.drift().fingerprint(plan.stack())))
            .map(f -> f.drift().resource().logicalId())
            .collect(Collectors.toSet());
    var resources =
        examination.desired().resources().stream()
            .filter(r -> touched.contains(r.ref().logicalId()))
            .toList();
    var standing = Set.<String>of();
    for (var wait : WAITS) {
      waits.pass(wait);
      var again = liveStates.read(examination.desired(), resources);
      standing = fingerprints(plan.stack(), examination, again, touched);
      if (standing.stream().noneMatch(done::contains)) {
        break;
      }
    }
    return standing(plan, touched, standing);
  }

  private static Set<String> done(List<StepResult> results) {
    return results.stream()
        .filter(r -> r.result() instanceof StepResult.Result.Done)
        .flatMap(r -> r.step().fingerprints().stream())
        .collect(Collectors.toSet());
  }

  private static Set<String> fingerprints(
      StackRef stack, Examination examination, Live again, Set<String> touched) {
    var merged = new HashMap<String, Observed>(examination.live().resources());
    merged.putAll(again.resources());
    var live = new Live(stack, merged);
    var fingerprints = new HashSet<String>();
    for (var drift : Comparison.between(examination.desired(), live)) {
      if (touched.contains(drift.resource().logicalId())) {
        fingerprints.add(drift.fingerprint(stack));
      }
    }
    return fingerprints;
  }

  /**
   * What could not be read again is not proved: all of that resource's findings still stand. So do
   * those of resources that nothing was done to.
   */
  private static List<Finding> standing(Plan plan, Set<String> touched, Set<String> standing) {
    return plan.findings().stream()
        .filter(
            f ->
                !touched.contains(f.drift().resource().logicalId())
                    || standing.contains(f.drift().fingerprint(plan.stack())))
        .toList();
  }
}
