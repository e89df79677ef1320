package dev.driftmend.model.plan;

import dev.driftmend.model.stack.ResourceRef;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One API call of a plan, or the reason why there is none. */
public sealed interface Step {
  /** The fingerprints of the drifts that it answers. */
  List<String> fingerprints();

  String why();

  /** All of it that people read, for the ids that stand in it. */
  default List<String> texts() {
    return switch (this) {
      case Call c ->
          Stream.concat(
                  Stream.of(c.resource().physicalId(), c.why()),
                  c.arguments().values().stream().flatMap(List::stream))
              .toList();
      case Report r -> List.of(r.resource().physicalId(), r.why(), r.remediation());
    };
  }

  /**
   * One API call.
   *
   * @param phase restores precede changes, changes precede removals
   * @param resource whose kind knows the operation
   * @param operation the API's own name for it, e.g. {@code RevokeSecurityGroupIngress}
   * @param arguments by the names that the kind defines; complete, so that execution needs to read
   *     nothing
   */
  record Call(
      List<String> fingerprints,
      Phase phase,
      ResourceRef resource,
      String operation,
      Map<String, List<String>> arguments,
      String why)
      implements Step {
    public Call {
      fingerprints = List.copyOf(fingerprints);
      var copy = new TreeMap<String, List<String>>();
      arguments.forEach((k, v) -> copy.put(k, List.copyOf(v)));
      arguments = Collections.unmodifiableMap(copy);
    }

    /** The only value of an argument. */
    public String argument(String name) {
      var values = arguments.getOrDefault(name, List.of());
      if (values.size() != 1) {
        throw new IllegalStateException(operation + " needs one " + name + ", has " + values);
      }
      return values.getFirst();
    }
  }

  /**
   * No call: a person has to decide.
   *
   * @param wayBack what that person can do, filled in
   */
  record Report(List<String> fingerprints, ResourceRef resource, String why, String remediation)
      implements Step {
    public Report {
      fingerprints = List.copyOf(fingerprints);
    }
  }

  enum Phase {
    RESTORE,
    CHANGE,
    REMOVE
  }
}
