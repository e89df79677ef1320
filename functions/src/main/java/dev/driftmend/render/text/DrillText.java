package dev.driftmend.render.text;

import dev.driftmend.model.incident.Drill;
import dev.driftmend.model.incident.Drill.Stage;
import dev.driftmend.render.Plain;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What a drill has seen, for the person who held it. */
public final class DrillText {
  private static final int MILLIS = 1000;

  private DrillText() {}

  /** A line for each part: when it answered, how long it took, and how long it may. */
  public static String write(Drill drill) {
    var text = new StringBuilder();
    drill.stages().forEach(stage -> text.append(Plain.line(line(stage))).append('\n'));
    var silent = drill.silent();
    text.append('\n').append(Plain.line(verdict(drill, silent))).append('\n');
    drill.hints().forEach(hint -> text.append(Plain.line("  " + hint)).append('\n'));
    return text.toString();
  }

  private static String line(Stage stage) {
    return "%-12s  %-24s  %8s  %s"
        .formatted(stage.part(), at(stage.at()), took(stage.took()), objective(stage))
        .stripTrailing();
  }

  private static String at(@Nullable Instant at) {
    return at == null ? "no answer" : at.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static String took(@Nullable Duration took) {
    return took == null ? "" : "+" + seconds(took);
  }

  private static String objective(Stage stage) {
    if (stage.objective() == null) {
      return "";
    }
    return "objective " + seconds(stage.objective()) + (stage.isLate() ? ": late" : "");
  }

  private static String seconds(Duration time) {
    var tenths = Math.round(time.toMillis() / (double) (MILLIS / 10));
    return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " s";
  }

  private static String verdict(Drill drill, @Nullable Stage silent) {
    if (silent != null) {
      return "Not proved: " + silent.part() + " did not answer.";
    }
    return drill.stages().stream().anyMatch(Stage::isLate)
        ? "Proved, but late: each part of the guard answered."
        : "Proved: each part of the guard answered in time.";
  }
}
