package dev.driftmend.lambda;

import dev.driftmend.aws.client.HttpEndpoint;
import dev.driftmend.port.Endpoint;
import dev.driftmend.port.Waits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/** What a function has to do with beside AWS's APIs: time, the endpoint, where metrics go. */
record Outside(InstantSource clock, Endpoint endpoint, Waits waits, Consumer<String> metrics) {

  static Outside real() {
    return new Outside(
        InstantSource.system(), new HttpEndpoint(), Outside::pass, System.out::println);
  }

  /** For a rehearsal: the time stands still, the endpoint answers well, no metric is counted. */
  static Outside rehearsed(Instant time) {
    return new Outside(
        InstantSource.fixed(time),
        (uri, timeout) -> new Endpoint.Answer.Status(200, "", Duration.ofMillis(1)),
        wait -> {},
        line -> {});
  }

  private static void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
