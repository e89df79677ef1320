package dev.driftmend.render.text;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.render.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What was not compared: each property by name, whole resources only counted by type, because most
 * of a stack is of types that are not guarded. The JSON names them all.
 */
final class NotCoveredText {
  private static final int WIDTH = 100;

  private NotCoveredText() {}

  static void write(Page page, Naming naming, List<NotCovered> notCovered) {
    if (notCovered.isEmpty()) {
      return;
    }
    page.blank();
    page.line("Not compared");
    var sorted = Order.notCovered(notCovered);
    sorted.stream().filter(n -> !isWhole(n)).forEach(n -> property(page, naming, n));
    sorted.stream()
        .filter(NotCoveredText::isWhole)
        .collect(groupingBy(NotCovered::why, TreeMap::new, toList()))
        .forEach((why, resources) -> resources(page, why, resources));
  }

  private static boolean isWhole(NotCovered notCovered) {
    return notCovered.property().equals("*");
  }

  private static void property(Page page, Naming naming, NotCovered not) {
    page.line(
        "  "
            + not.logicalId()
            + "  "
            + not.type()
            + "  "
            + not.property()
            + ": "
            + naming.say(not.why()));
  }

  private static void resources(Page page, String why, List<NotCovered> resources) {
    if (resources.size() == 1) {
      var one = resources.getFirst();
      page.line("  " + one.logicalId() + "  " + one.type() + ": " + why);
      return;
    }
    page.line("  " + resources.size() + " resources: " + why);
    var counts = new ArrayList<String>();
    resources.stream()
        .collect(groupingBy(NotCovered::type, TreeMap::new, counting()))
        .forEach((type, count) -> counts.add(count == 1 ? type : type + " (" + count + ")"));
    wrapped(counts).forEach(line -> page.line("    " + line));
  }

  private static List<String> wrapped(List<String> parts) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (var part : parts) {
      if (!line.isEmpty() && line.length() + part.length() > WIDTH) {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
      }
      line.append(part).append(part.equals(parts.getLast()) ? "" : ", ");
    }
    lines.add(line.toString());
    return lines;
  }
}
