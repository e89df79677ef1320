package dev.driftmend.probe;

import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.Endpoint.Answer;
import dev.driftmend.port.TargetHealths.Health;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one probe has before it judges.
 *
 * @param unasked why the endpoint was not asked; null if it was
 * @param balanced whether the stack has target groups at all
 */
record ProbeObservation(
    StackSnapshot snapshot,
    String url,
    @Nullable String unasked,
    List<Asked> asked,
    List<Health> targets,
    boolean balanced) {
  private static final int SHOWN = 5;
  private static final int IN_A_ROW = 2;

  /** While a deployment is on its way, or no target has been judged yet. */
  private static final int UNDER_WAY = 5;

  ProbeObservation {
    asked = List.copyOf(asked);
    targets = List.copyOf(targets);
  }

  /** A redirect is an answer, too: where it leads is the template's business. */
  boolean answers() {
    return asked.stream().allMatch(a -> a.good() || isRedirect(a));
  }

  private static boolean isRedirect(Asked asked) {
    return asked.answer() instanceof Answer.Status s && s.code() >= 300 && s.code() < 400;
  }

  /** Targets that come and go tell nothing for a while. */
  boolean targetsTell() {
    return targets.isEmpty() || !sick().isEmpty() || serves();
  }

  private boolean serves() {
    return targets.stream().anyMatch(t -> t.state().equals("healthy"));
  }

  /** Not yet judged, going, or unknown is no fault of the target. */
  List<Health> sick() {
    return targets.stream()
        .filter(t -> t.state().equals("unhealthy") || t.state().equals("unused"))
        .toList();
  }

  boolean noneServes() {
    return sick().size() == targets.size();
  }

  boolean targetsServe() {
    return sick().isEmpty() && serves();
  }

  /**
   * While something is on its way that will end, an alert waits for more failures, and comes all
   * the same: a deployment may be what breaks the path.
   *
   * @return how many in a row are alerted
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html">Initial
   *     health checks</a>
   */
  int enough(boolean ok) {
    var beginning =
        !targets.isEmpty() && targets.stream().allMatch(t -> t.state().equals("initial"));
    return ok || snapshot.state().settled() && !beginning ? IN_A_ROW : UNDER_WAY;
  }

  String endpointTitle() {
    return url + " does not answer as it should: " + evidence(true);
  }

  String targetsTitle() {
    var about = unasked == null ? url + " answers, but " : url + " is not asked; ";
    return targets.isEmpty()
        ? "No target is registered"
        : about + "targets are unhealthy: " + evidence(false);
  }

  private String evidence(boolean ofAnswers) {
    var parts = new ArrayList<String>();
    if (ofAnswers) {
      asked.forEach(a -> parts.add("GET " + a.path() + ": " + a.what()));
    }
    sick().stream()
        .limit(SHOWN)
        .map(h -> h.target() + ":" + h.port() + " is " + h.state() + " (" + h.reason() + ")")
        .forEach(parts::add);
    if (sick().size() > SHOWN) {
      parts.add("and " + (sick().size() - SHOWN) + " more");
    }
    return String.join("; ", parts);
  }
}
