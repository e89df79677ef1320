package dev.driftmend.port;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks independent questions at once, each on a virtual thread of its own. */
public final class Parallel {
  private Parallel() {}

  /** The results in the order of the inputs; the first failure is thrown as it was. */
  public static <T, R> List<R> map(Iterable<T> inputs, Function<T, R> call) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<R>>();
      for (var input : inputs) {
        running.add(threads.submit(() -> call.apply(input)));
      }
      var results = new ArrayList<R>();
      for (var each : running) {
        results.add(result(each));
      }
      return results;
    }
  }

  /** Both at once, and what they make together. */
  public static <A, B, R> R both(Supplier<A> one, Supplier<B> other, BiFunction<A, B, R> together) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(one::get);
      var second = threads.submit(other::get);
      return together.apply(result(first), result(second));
    }
  }

  public static <R> R result(Future<R> running) {
    try {
      return running.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for an answer", e);
    }
  }
}
