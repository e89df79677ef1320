package dev.driftmend.diagnose;

import dev.driftmend.model.Diagnosis.State;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What looking at one hop gave, as it is collected. A fault outweighs what is not known. */
final class Found {
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

  Found unclear(String why) {
    unknown.add(why);
    return this;
  }

  Found fault(Fault fault) {
    faults.add(fault);
    return this;
  }

  State state() {
    if (!faults.isEmpty()) {
      return State.BROKEN;
    }
    return unknown.isEmpty() ? State.OK : State.UNKNOWN;
  }

  List<Fault> faults() {
    return List.copyOf(faults);
  }

  List<String> evidence() {
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
