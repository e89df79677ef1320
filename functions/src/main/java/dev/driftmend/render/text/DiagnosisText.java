package dev.driftmend.render.text;

import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.Behind;
import dev.driftmend.model.incident.Diagnosis.Hop;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.incident.Diagnosis.Walked;
import dev.driftmend.render.Moments;
import dev.driftmend.render.text.Page.Ink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A diagnosis for people: the verdict, the hop that explains it with its evidence and what to
 * change, the other faults, what is not known, advice last. Lines are short enough for a phone.
 */
public final class DiagnosisText {
  /** Characters of a line on a phone held upright, in most mail readers. */
  private static final int WIDTH = 72;

  private final Page page;
  private final Diagnosis diagnosis;

  private DiagnosisText(Diagnosis diagnosis, Page page) {
    this.diagnosis = diagnosis;
    this.page = page;
  }

  /** Lines of text; without escape sequences unless colour is asked for. */
  public static String write(Diagnosis diagnosis, boolean colour) {
    var page = new Page(colour);
    new DiagnosisText(diagnosis, page).write();
    return page.toString();
  }

  static void write(Page page, Diagnosis diagnosis) {
    new DiagnosisText(diagnosis, page).write();
  }

  private void write() {
    head();
    diagnosis.notes().stream().skip(isNowhere() ? 1 : 0).forEach(n -> wrapped("  ", n));
    var first = new ArrayList<Hop>();
    var others = new ArrayList<Hop>();
    for (var hop : diagnosis.hops()) {
      if (hop.broken()) {
        (hop.hop().equals(diagnosis.explainedBy()) ? first : others).add(hop);
      }
    }
    first.forEach(this::broken);
    if (!first.isEmpty() && !others.isEmpty()) {
      page.blank();
      page.line(Ink.BOLD, "Also");
    }
    others.forEach(this::broken);
    notes("Contradictions", diagnosis.contradictions());
    unknown();
    paths();
    notes("Advice", diagnosis.advice().stream().map(a -> a.about() + ": " + a.text()).toList());
  }

  private void head() {
    var worst = worst();
    var by =
        (diagnosis.explainedBy() == null ? "" : ": " + diagnosis.explainedBy())
            + (worst == null ? "" : " of " + worst.path());
    switch (diagnosis.verdict()) {
      case OK ->
          page.line(
              Ink.GREEN,
              diagnosis.paths().isEmpty()
                  ? "OK: nothing on the path keeps clients from the app"
                  : "OK: nothing on the "
                      + diagnosis.paths().size()
                      + " paths keeps clients from the app");
      case DEGRADED -> page.line(Ink.YELLOW, "DEGRADED" + by);
      case OUTAGE -> page.line(Ink.RED, "OUTAGE" + by);
      case UNKNOWN ->
          page.line(
              Ink.YELLOW,
              isNowhere()
                  ? "UNKNOWN: " + diagnosis.notes().getFirst()
                  : "UNKNOWN: no fault is known on the path, and not all of it is");
    }
  }

  /** Whether there is no path: then the first note says why. */
  private boolean isNowhere() {
    return diagnosis.hops().stream().noneMatch(h -> h.hop().equals("dns"))
        && !diagnosis.notes().isEmpty();
  }

  /** The path that decides; null if there is one only. */
  private @Nullable Walked worst() {
    return diagnosis.paths().stream()
        .filter(p -> p.verdict() == diagnosis.verdict())
        .findFirst()
        .orElse(null);
  }

  /** Each path in a line, and what is broken on it unless it was shown already. */
  private void paths() {
    if (diagnosis.paths().isEmpty()) {
      return;
    }
    page.blank();
    page.line(Ink.BOLD, "Paths");
    var shown = new HashSet<List<String>>();
    diagnosis.hops().forEach(h -> shown.add(h.evidence()));
    for (var path : diagnosis.paths()) {
      wrapped(
          "  ",
          path.path()
              + ": "
              + path.verdict().name()
              + (path.explainedBy() == null ? "" : ", " + path.explainedBy()));
      path.hops().stream().filter(h -> h.broken() && shown.add(h.evidence())).forEach(this::broken);
    }
  }

  private void broken(Hop hop) {
    page.blank();
    page.line(Ink.BOLD, hop.hop() + " is broken" + seen(hop.symptom()));
    hop.evidence().forEach(e -> wrapped("  ", e));
    if (hop.fix() != null) {
      wrapped("  Fix: ", hop.fix());
    }
    if (hop.cause() != null) {
      wrapped("  Behind it: ", behind(hop.cause()));
    }
  }

  private static String seen(@Nullable Symptom symptom) {
    return switch (symptom) {
      case null -> "";
      case NO_NAME -> ", clients find no such name";
      case TIMEOUT -> ", clients get no connection";
      case REFUSED -> ", clients are refused";
      case BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT -> ", clients see " + symptom.text();
      case STATUS -> ", clients see another status";
      case SLOW -> ", clients wait";
      case NONE -> ", clients notice nothing";
    };
  }

  private static String behind(Behind behind) {
    var call = behind.call();
    if (call == null) {
      return behind.what();
    }
    var who = call.caller() == null ? "somebody unknown" : call.caller().principal();
    return behind.what()
        + " ("
        + who
        + " by "
        + call.event()
        + ", "
        + Moments.text(call.time())
        + ")";
  }

  private void unknown() {
    var unknown =
        diagnosis.hops().stream()
            .filter(h -> h.state() == State.UNKNOWN)
            .map(h -> h.hop() + ": " + h.evidence().stream().collect(Collectors.joining("; ")))
            .toList();
    notes("Not known", unknown);
    var fine = diagnosis.hops().stream().filter(h -> h.state() == State.OK).map(Hop::hop).toList();
    if (!fine.isEmpty()) {
      page.blank();
      wrapped("Fine: ", String.join(", ", fine));
    }
  }

  private void notes(String title, List<String> notes) {
    if (notes.isEmpty()) {
      return;
    }
    page.blank();
    page.line(Ink.BOLD, title);
    notes.forEach(n -> wrapped("  ", n));
  }

  /** Breaks between words; later lines stand deeper. */
  private void wrapped(String head, String text) {
    var line = new StringBuilder(head);
    var begun = false;
    for (var word : text.split(" ")) {
      if (begun && line.length() + 1 + word.length() > WIDTH) {
        page.line(line.toString());
        line.setLength(0);
        line.append("    ");
        begun = false;
      }
      line.append(begun ? " " : "").append(word);
      begun = true;
    }
    page.line(line.toString());
  }
}
