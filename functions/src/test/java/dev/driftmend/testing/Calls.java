package dev.driftmend.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every call of a fake, in order, and what is to happen at some of them: a failure, a crash, a
 * change of the world at the worst moment.
 */
public final class Calls {
  private final List<String> made = new ArrayList<>();
  private final Map<String, Runnable> planned = new LinkedHashMap<>();
  private final Map<String, RuntimeException> failing = new LinkedHashMap<>();

  /**
   * Happens in place of or before a call.
   *
   * @param nth counted from one, from now on
   */
  public void at(String call, int nth, Runnable what) {
    planned.put(call + "#" + (count(call) + nth), what);
  }

  /** Every such call fails until {@link #heal}. */
  public void fail(String call, RuntimeException failure) {
    failing.put(call, failure);
  }

  public void heal() {
    failing.clear();
    planned.clear();
  }

  public void made(String call) {
    made.add(call);
    var what = planned.remove(call + "#" + count(call));
    if (what != null) {
      what.run();
    }
    var failure = failing.get(call);
    if (failure != null) {
      throw failure;
    }
  }

  public int count(String call) {
    return (int) made.stream().filter(call::equals).count();
  }

  public void forget() {
    made.clear();
  }

  /** In order. */
  public List<String> all() {
    return List.copyOf(made);
  }
}
