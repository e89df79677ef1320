package dev.driftmend.probe;

import dev.driftmend.model.StackRef;
import dev.driftmend.port.Endpoint.Answer;
import dev.driftmend.port.TargetHealths.Health;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What one probe saw.
 *
 * @param subject the endpoint's URL, or why it was not asked
 */
public record ProbeReport(
    StackRef stack, Verdict verdict, String subject, List<Request> requests, List<Health> targets) {
  static final int OK = 200;

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
    return new ProbeReport(stack, Verdict.NOT_PROBED, why, List.of(), List.of());
  }

  /** Milliseconds that the slowest answer took; empty if there was none. */
  public OptionalLong latencyMs() {
    return requests.stream()
        .filter(r -> r.answer() instanceof Answer.Status)
        .mapToLong(r -> ((Answer.Status) r.answer()).took().toMillis())
        .max();
  }

  /** One request of a probe. */
  public record Request(String path, Answer answer) {
    public boolean ok() {
      return answer instanceof Answer.Status s && s.code() == OK;
    }

    /** The answer in a few words, as a client would describe it. */
    public String seen() {
      return switch (answer) {
        case Answer.Status s -> String.valueOf(s.code());
        case Answer.NoName n -> "the name " + n.host() + " does not resolve";
        case Answer.Refused r -> "connection refused";
        case Answer.TimedOut t -> "no answer within " + seconds(t.after());
        case Answer.Broken b -> b.why();
      };
    }

    private static String seconds(Duration time) {
      return time.toSeconds() + " s";
    }
  }
}
