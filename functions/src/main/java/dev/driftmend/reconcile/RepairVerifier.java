package dev.driftmend.reconcile;

import dev.driftmend.drift.Comparison;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.Waits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads live again after the calls, because a call that was accepted proves nothing. EC2 is
 * eventually consistent, so what still differs is read again with growing waits before it counts.
 *
 * @see <a href="https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html">Eventual
 *     consistency in the Amazon EC2 API</a>
 */
final class RepairVerifier {
  private static final List<Duration> WAITS =
      List.of(
          Duration.ZERO,
          Duration.ofMillis(200),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2));

  private final LiveStates liveStates;
  private final Waits waits;

  RepairVerifier(LiveStates liveStates, Waits waits) {
    this.liveStates = liveStates;
    this.waits = waits;
  }

  /** The plan's findings that still stand. */
  List<Finding> remaining(Assessment assessment, List<StepResult> results) {
    var plan = assessment.plan();
    var done = done(results);
    var touched =
        plan.findings().stream()
            .filter(f -> done.contains(f.drift().fingerprint(plan.stack())))
            .map(f -> f.drift().resource().logicalId())
            .collect(Collectors.toSet());
    var resources =
        assessment.desired().resources().stream()
            .filter(r -> touched.contains(r.ref().logicalId()))
            .toList();
    var standing = Set.<String>of();
    for (var wait : WAITS) {
      waits.pass(wait);
      var again = liveStates.read(assessment.desired(), resources);
      standing = standing(assessment, again, touched);
      if (standing.stream().noneMatch(done::contains)) {
        break;
      }
    }
    var found = standing;
    return plan.findings().stream()
        .filter(
            f ->
                !touched.contains(f.drift().resource().logicalId())
                    || found.contains(f.drift().fingerprint(plan.stack())))
        .toList();
  }

  private static Set<String> done(List<StepResult> results) {
    return results.stream()
        .filter(r -> r.result() instanceof StepResult.Result.Done)
        .flatMap(r -> r.step().fingerprints().stream())
        .collect(Collectors.toSet());
  }

  /** Those of the plan's findings that reading again did not prove to be gone. */
  private static Set<String> standing(Assessment assessment, Live again, Set<String> touched) {
    var stack = assessment.plan().stack();
    var merged = new HashMap<String, Observed>(assessment.live().resources());
    touched.forEach(merged::remove);
    merged.putAll(again.resources());
    var now = Comparison.between(assessment.desired(), new Live(stack, merged));
    return assessment.plan().findings().stream()
        .map(Finding::drift)
        .filter(was -> now.stream().anyMatch(is -> stands(was, is, stack)))
        .map(was -> was.fingerprint(stack))
        .collect(Collectors.toSet());
  }

  /** What could not be read again, or has vanished altogether, is not proved to be repaired. */
  private static boolean stands(Drift was, Drift is, StackRef stack) {
    if (!was.resource().equals(is.resource())) {
      return false;
    }
    return switch (is) {
      case Drift.Gone _ -> true;
      case Drift.Unreadable u -> u.property().equals("*") || u.property().equals(was.property());
      case Drift.Extra _, Drift.Missing _, Drift.Changed _ ->
          is.fingerprint(stack).equals(was.fingerprint(stack));
    };
  }
}
