package dev.driftmend.render;

import static java.util.Comparator.comparing;

import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.stack.NotCovered;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which things are shown: the most severe first, then by name, so that the same state
 * is always the same text. Steps keep the order of the plan, because it means something.
 */
public final class Order {
  private static final Comparator<Finding> FINDINGS =
      comparing(Finding::severity)
          .thenComparing(f -> f.drift().resource().logicalId())
          .thenComparing(f -> f.drift().property())
          .thenComparing(f -> f.drift().sort())
          .thenComparing(f -> f.drift().what());

  private Order() {}

  public static List<Finding> findings(List<Finding> findings) {
    return findings.stream().sorted(FINDINGS).toList();
  }

  public static List<Alert.Line> lines(List<Alert.Line> lines) {
    return lines.stream().sorted(comparing(Alert.Line::finding, FINDINGS)).toList();
  }

  public static List<NotCovered> notCovered(List<NotCovered> notCovered) {
    return notCovered.stream()
        .sorted(
            comparing(NotCovered::logicalId)
                .thenComparing(NotCovered::type)
                .thenComparing(NotCovered::property)
                .thenComparing(NotCovered::why))
        .toList();
  }
}
