package dev.driftmend.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.driftmend.json.JsonTree;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/**
 * Constant sentences with keys, one JSON object a line, through the runtime's own logger.
 *
 * <p>As bytes: of a text the runtime makes a JSON object with that text as its {@code message}, in
 * which no query finds a field; bytes it passes on as they are. So the fields that it would have
 * added are ours, and {@code level} and {@code timestamp} are what Lambda filters by.
 *
 * @see <a
 *     href="https://github.com/aws/aws-lambda-java-libs/blob/main/aws-lambda-java-runtime-interface-client/src/main/java/com/amazonaws/services/lambda/runtime/api/client/logging/AbstractLambdaLogger.java">AbstractLambdaLogger</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html">Log-level
 *     filtering</a>
 */
final class Log {
  private final Context context;
  private final InstantSource clock;

  Log(Context context, InstantSource clock) {
    this.context = context;
    this.clock = clock;
  }

  void reconciled(Outcome outcome) {
    var line = line("Stack reconciled");
    line.put("stack", outcome.plan().stack().name());
    line.put("standAside", outcome.plan().permission().why());
    line.put("drifts", outcome.plan().findings().size());
    line.put("repaired", outcome.repaired().size());
    line.put("remaining", outcome.remaining().size());
    line.put("proved", outcome.proved());
    var steps = line.putArray("steps");
    for (var result : outcome.results()) {
      steps.add(step(result));
    }
    write(line, LogLevel.INFO);
  }

  private static ObjectNode step(StepResult result) {
    var node = JsonTree.object();
    switch (result.step()) {
      case Step.Call c -> node.put("call", c.operation()).put("resource", c.resource().logicalId());
      case Step.Report r -> node.putNull("call").put("resource", r.resource().logicalId());
    }
    return switch (result.result()) {
      case StepResult.Result.Done d -> node.put("result", "done");
      case StepResult.Result.Planned p -> node.put("result", "planned").put("why", p.why());
      case StepResult.Result.Failed f -> node.put("result", "failed").put("why", f.why());
      case StepResult.Result.Skipped s -> node.put("result", "skipped").put("why", s.why());
    };
  }

  /** Something that did not go well, and about what. */
  void error(String sentence, String subject, String why) {
    write(line(sentence).put("subject", subject).put("why", why), LogLevel.ERROR);
  }

  /** Something that should never happen, with the place where it did. */
  void failure(String sentence, String subject, RuntimeException failure) {
    var line = line(sentence).put("subject", subject).put("why", failure.toString());
    var places = line.putArray("at");
    for (var place : failure.getStackTrace()) {
      if (place.getClassName().startsWith("dev.driftmend.")) {
        places.add(place.toString());
      }
    }
    write(line, LogLevel.ERROR);
  }

  void info(ObjectNode line) {
    write(line, LogLevel.INFO);
  }

  private void write(ObjectNode line, LogLevel level) {
    var whole = JsonTree.object();
    whole.put("timestamp", clock.instant().toString());
    whole.put("level", level.name());
    whole.put("AWSRequestId", context.getAwsRequestId());
    whole.setAll(line);
    context.getLogger().log((JsonTree.write(whole) + "\n").getBytes(StandardCharsets.UTF_8), level);
  }

  static ObjectNode line(String sentence) {
    return JsonTree.object().put("message", sentence);
  }
}
