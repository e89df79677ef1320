package dev.driftmend.aws.resource;

import dev.driftmend.port.Parallel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkRequest;

/**
 * What has been asked during one read of live states. Kinds that need the same answer (subnets and
 * route tables, listeners and their rules) share one call; the next read asks anew.
 */
public final class Answers {
  private final Map<SdkRequest, FutureTask<?>> asked = new ConcurrentHashMap<>();

  /**
   * The answer to this request: by the call if nobody asked it yet, else what that call gives or
   * throws, for which it waits.
   *
   * @param call all pages, as it is shared whole; the same for every equal request
   */
  @SuppressWarnings("unchecked")
  public <Q extends SdkRequest, R> R to(Q request, Function<Q, R> call) {
    var answer = asked.computeIfAbsent(request, q -> new FutureTask<>(() -> call.apply(request)));
    answer.run();
    return (R) Parallel.result(answer);
  }
}
