package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.model.incident.Diagnosis.State;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What looking at one hop gave, as it is collected. A fault outweighs what is not known. */
public final class Found {
  /** Of a hundred targets that have the same fault nobody reads all. */
  private static final int SHOWN = 10;

  private final List<String> fine = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();

  static Found fine(String evidence) {
    return new Found().ok(evidence);
  }

  static Found unknown(String why) {
    return new Found().unclear(why);
  }

  Found ok(String evidence) {
    fine.add(evidence);
    return this;
  }

  public Found unclear(String why) {
    unknown.add(why);
    return this;
  }

  public Found fault(Fault fault) {
    faults.add(fault);
    return this;
  }

  public State state() {
    if (!faults.isEmpty()) {
      return State.BROKEN;
    }
    return unknown.isEmpty() ? State.OK : State.UNKNOWN;
  }

  public List<Fault> faults() {
    return List.copyOf(faults);
  }

  public List<String> evidence() {
    var evidence =
        switch (state()) {
          case BROKEN -> faults.stream().map(Fault::evidence).toList();
          case UNKNOWN -> unknown;
          case OK -> fine;
        };
    var distinct = evidence.stream().distinct().toList();
    return distinct.size() <= SHOWN
        ? distinct
        : Stream.concat(
                distinct.stream().limit(SHOWN),
                Stream.of("and " + (distinct.size() - SHOWN) + " more"))
            .toList();
  }
}
