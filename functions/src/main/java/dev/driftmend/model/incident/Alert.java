package dev.driftmend.model.incident;

import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.stack.ResourceNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What on-call gets: one incident and the drifts that are it.
 *
 * @param eventToFix from the call that made the drift to the proof that it is gone; null if either
 *     is unknown
 * @param receiveToFix from receiving the message to the proof; null if nothing was fixed
 * @param exposed how long it stood; null while it stands or if its beginning is unknown
 * @param next what a person should do
 * @param diagnosis of the path, if it is about the endpoint
 * @param names of what it names by id, and of nothing else
 */
public record Alert(
    Incident incident,
    List<Line> lines,
    @Nullable Duration eventToFix,
    @Nullable Duration receiveToFix,
    @Nullable Duration exposed,
    String next,
    @Nullable Diagnosis diagnosis,
    ResourceNames names) {
  public Alert {
    lines = List.copyOf(lines);
    names = names.among(texts(incident, lines, next));
  }

  private static List<String> texts(Incident incident, List<Line> lines, String next) {
    var texts = new ArrayList<String>();
    texts.add(incident.title());
    texts.add(next);
    for (var line : lines) {
      texts.addAll(line.finding().texts());
      if (line.step() != null) {
        texts.addAll(line.step().texts());
      }
    }
    return texts;
  }

  /** Of what nobody knows by name. */
  public Alert(
      Incident incident,
      List<Line> lines,
      @Nullable Duration eventToFix,
      @Nullable Duration receiveToFix,
      @Nullable Duration exposed,
      String next,
      @Nullable Diagnosis diagnosis) {
    this(incident, lines, eventToFix, receiveToFix, exposed, next, diagnosis, ResourceNames.NONE);
  }

  /** Without a diagnosis. */
  public Alert(
      Incident incident,
      List<Line> lines,
      @Nullable Duration eventToFix,
      @Nullable Duration receiveToFix,
      @Nullable Duration exposed,
      String next) {
    this(incident, lines, eventToFix, receiveToFix, exposed, next, null);
  }

  /** One drift and its step. */
  public record Line(Finding finding, @Nullable StepResult step) {}
}
