package dev.driftmend.diagnose.verdict;

import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.port.Endpoint.Answer;
import java.time.Duration;

/** One request as a client makes it, and what came of it. */
public record Asked(String path, Answer answer) {
  /** An answer that takes longer is slow. */
  static final Duration SLOW = Duration.ofSeconds(3);

  /**
   * From here on a load balancer has given up connecting to a target itself.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html">HTTP
   *     504: no connection within 10 seconds</a>
   */
  private static final Duration CONNECTING = Duration.ofSeconds(10);

  /** An answer of the app's, as one wants it, however long it took. */
  public boolean good() {
    return answer instanceof Answer.Status s && s.code() >= 200 && s.code() < 300;
  }

  /** What the client sees. */
  public Symptom symptom() {
    return switch (answer) {
      case Answer.NoName n -> Symptom.NO_NAME;
      case Answer.Refused r -> Symptom.REFUSED;
      case Answer.TimedOut t -> Symptom.TIMEOUT;
      case Answer.Broken b -> Symptom.REFUSED;
      case Answer.Status s ->
          switch (s.code()) {
            case 502 -> Symptom.BAD_GATEWAY;
            case 503 -> Symptom.UNAVAILABLE;
            case 504 -> Symptom.GATEWAY_TIMEOUT;
            default ->
                !good()
                    ? Symptom.STATUS
                    : s.took().compareTo(SLOW) > 0 ? Symptom.SLOW : Symptom.NONE;
          };
    };
  }

  /** Whether this is what one sees of such a fault. A client may give up before others do. */
  boolean fits(Symptom predicted) {
    if (answer instanceof Answer.TimedOut t) {
      return predicted == Symptom.TIMEOUT
          || predicted == Symptom.SLOW
          || predicted == Symptom.GATEWAY_TIMEOUT && t.after().compareTo(CONNECTING) <= 0;
    }
    return predicted == symptom();
  }

  /** In a few words. */
  public String seen() {
    var took = answer instanceof Answer.Status s ? " after " + s.took().toMillis() + " ms" : "";
    return "GET " + path + ": " + what() + took;
  }

  /** The answer in a few words that stay the same while it does. */
  public String what() {
    return switch (answer) {
      case Answer.Status s -> String.valueOf(s.code());
      case Answer.NoName n -> "the name " + n.host() + " does not resolve";
      case Answer.Refused r -> "connection refused";
      case Answer.TimedOut t -> "no answer within " + t.after().toSeconds() + " s";
      case Answer.Broken b -> "the connection broke: " + b.why();
    };
  }
}
