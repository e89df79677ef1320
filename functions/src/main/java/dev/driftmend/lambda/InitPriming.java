package dev.driftmend.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.RecordedAnswers;
import dev.driftmend.json.JsonTree;
import dev.driftmend.model.Version;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recorded event, played in INIT through the whole handler: what its classes and theirs cost to
 * load is paid before the first real event, and with SnapStart before the snapshot. AWS's answers
 * are recorded as well, so nothing is asked and nothing written; handler, clients and clock are the
 * rehearsal's own, so nothing of it is left.
 */
final class InitPriming {
  private static final Logger LOG = LoggerFactory.getLogger(InitPriming.class);

  private static final int BEFORE_SNAPSHOT = 10;

  /** After which it is not begun again. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final JsonNode recorded;
  private final RecordedAnswers answers;

  private InitPriming(JsonNode recorded) {
    this.recorded = recorded;
    this.answers = new RecordedAnswers(recorded);
  }

  /**
   * @param answer of the handler
   * @param asked the calls that were answered, in order
   * @param unasked the calls whose answers were recorded and that were not made
   */
  record Played(String answer, List<String> asked, List<String> unasked) {}

  /**
   * The recorded event of a function through a handler that is made for it.
   *
   * @throws IllegalStateException if the handler asks what was not recorded
   */
  static Played play(String name, Function<InitPriming, RequestStreamHandler> handler) {
    return play(recorded(name), handler);
  }

  private static JsonNode recorded(String name) {
    try (var in = InitPriming.class.getResourceAsStream("rehearsal-" + name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("no rehearsal was recorded for " + name);
      }
      return JsonTree.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Played play(
      JsonNode recorded, Function<InitPriming, RequestStreamHandler> handler) {
    var rehearsal = new InitPriming(recorded);
    var event = JsonTree.write(recorded.path("event")).getBytes(UTF_8);
    var answer = new ByteArrayOutputStream();
    try {
      handler
          .apply(rehearsal)
          .handleRequest(new ByteArrayInputStream(event), answer, new QuietContext());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Played(
        answer.toString(UTF_8), rehearsal.answers.asked(), rehearsal.answers.unasked());
  }

  /**
   * Whatever goes wrong in it, the function must start.
   *
   * @param snapshot whether one is taken afterwards: then it is played again, which loads no class
   *     more but has the JVM compile what it needs
   */
  static void attempt(
      String name, Function<InitPriming, RequestStreamHandler> handler, boolean snapshot) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    try {
      var recorded = recorded(name);
      int left = snapshot ? BEFORE_SNAPSHOT : 1;
      while (left-- > 0 && System.nanoTime() < until) {
        var unused = play(recorded, handler);
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.warn(
          "the rehearsal of {} failed, its first event will take longer: {}", name, e.toString());
    }
  }

  /** The function's environment when the event was recorded. */
  Map<String, String> environment() {
    var environment = new HashMap<String, String>();
    recorded
        .path("environment")
        .properties()
        .forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
    return environment;
  }

  Clients clients() {
    return answers.clients(recorded.path("environment").path("AWS_REGION").asText(), Version.TEXT);
  }

  Instant time() {
    return Instant.parse(recorded.path("time").asText());
  }
}
