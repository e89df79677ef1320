package dev.driftmend.probe;

import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Endpoint.Answer;
import dev.driftmend.port.TargetHealths.Health;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one probe saw.
 *
 * @param subject the endpoint's URL, or why the stack was not probed
 * @param unasked why the endpoint was not asked and its targets alone tell; null if it was
 */
public record ProbeReport(
    StackRef stack,
    Verdict verdict,
    String subject,
    @Nullable String unasked,
    List<Asked> requests,
    List<Health> targets) {
  public ProbeReport {
    requests = List.copyOf(requests);
    targets = List.copyOf(targets);
  }

  public enum Verdict {
    OK,
    FAILING,
    NOT_PROBED
  }

  static ProbeReport notProbed(StackRef stack, String why) {
    return new ProbeReport(stack, Verdict.NOT_PROBED, why, null, List.of(), List.of());
  }

  /** Milliseconds that the slowest answer took; empty if there was none. */
  public OptionalLong latencyMs() {
    return requests.stream()
        .filter(r -> r.answer() instanceof Answer.Status)
        .mapToLong(r -> ((Answer.Status) r.answer()).took().toMillis())
        .max();
  }
}
