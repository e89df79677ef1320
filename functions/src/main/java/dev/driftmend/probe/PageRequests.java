package dev.driftmend.probe;

import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.port.Endpoint;
import dev.driftmend.port.Endpoint.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** What a client is answered: all pages at once, so that a probe takes as long as the slowest. */
final class PageRequests {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private PageRequests() {}

  /**
   * One answer for each page. What has not come to its end after five seconds is given up, a lookup
   * that nothing can interrupt too.
   */
  static List<Asked> ask(Endpoint endpoint, String url, List<String> paths) {
    var base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    var asking =
        paths.stream()
            .map(p -> threads.submit(() -> endpoint.get(URI.create(base + p), PATIENCE)))
            .toList();
    var until = System.nanoTime() + PATIENCE.toNanos();
    var asked =
        IntStream.range(0, paths.size())
            .mapToObj(i -> new Asked(paths.get(i), answer(asking.get(i), until)))
            .toList();
    threads.shutdownNow();
    return asked;
  }

  private static Answer answer(Future<Answer> asking, long until) {
    try {
      return asking.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      asking.cancel(true);
      return new Answer.TimedOut(PATIENCE);
    } catch (ExecutionException e) {
      return new Answer.Broken(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Broken("interrupted");
    }
  }
}
