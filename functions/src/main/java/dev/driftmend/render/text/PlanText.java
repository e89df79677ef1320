package dev.driftmend.render.text;

import static java.util.stream.Collectors.groupingBy;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.render.Order;
import dev.driftmend.render.Plain;
import dev.driftmend.render.Words;
import dev.driftmend.render.text.Page.Ink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A plan for people: {@code +} is put back, {@code -} is removed, {@code ~} is changed back, {@code
 * !} is left to a person.
 */
public final class PlanText {
  private static final int WIDEST = 72;
  private static final int EXPOSURE = 9;
  private static final int SEVERITY = 8;

  private final Page page;
  private final Naming naming;
  private final Plan plan;
  private final Set<String> repaired;

  private PlanText(Plan plan, boolean colour) {
    this.plan = plan;
    page = new Page(colour);
    naming = new Naming(plan.names());
    repaired =
        plan.calls().stream()
            .flatMap(call -> call.fingerprints().stream())
            .collect(Collectors.toSet());
  }

  /** Lines of text; without escape sequences unless colour is asked for. */
  public static String write(Plan plan, boolean colour) {
    return new PlanText(plan, colour).write();
  }

  /**
   * The same, and below it the hash by which a person accepts the plan, if there is anything in it.
   */
  public static String withHash(Plan plan, boolean colour) {
    return plan.findings().isEmpty()
        ? write(plan, colour)
        : write(plan, colour)
            + "Plan "
            + plan.hash()
            + (plan.held() ? ", held until it is accepted" : "")
            + '\n';
  }

  private String write() {
    var stack = plan.stack();
    page.line(
        Ink.BOLD,
        "Stack " + stack.name() + " (account " + stack.account() + ", " + stack.region() + ")");
    drifts();
    steps();
    NotCoveredText.write(page, naming, plan.notCovered());
    var _ = naming.write(page);
    page.blank();
    page.line(Ink.BOLD, sum());
    if (!plan.permission().isGranted()) {
      page.line(Ink.BOLD, "Nothing is written now: " + plan.permission().why());
    }
    return page.toString();
  }

  private void drifts() {
    var findings = Order.findings(plan.findings());
    var width =
        findings.stream()
            .mapToInt(f -> Plain.line(difference(f.drift())).length())
            .filter(length -> length <= WIDEST)
            .max()
            .orElse(0);
    findings.stream()
        .collect(groupingBy(f -> f.drift().resource(), LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (resource, ofResource) -> {
              page.blank();
              naming.shown(resource);
              page.line(resource.logicalId() + "  " + resource.type() + "  " + Words.id(resource));
              ofResource.forEach(finding -> drift(finding, width));
            });
  }

  private void drift(Finding finding, int width) {
    var glyph = glyph(finding.drift());
    page.line(
        ink(glyph),
        "  "
            + glyph
            + " "
            + padded(Plain.line(difference(finding.drift())), width)
            + "  "
            + padded(finding.exposure().name(), EXPOSURE)
            + "  "
            + padded(finding.severity().text(), SEVERITY)
            + "  "
            + naming.say(finding.exposureWhy()));
  }

  private String difference(Drift drift) {
    return naming.say(differs(drift));
  }

  private static String differs(Drift drift) {
    return switch (drift) {
      case Drift.Extra extra -> extra.item().key();
      case Drift.Missing missing -> missing.item().key();
      case Drift.Changed changed ->
          (changed.key() == null ? changed.property() : changed.field() + " of " + changed.key())
              + ": \""
              + changed.live()
              + "\" -> \""
              + changed.desired()
              + "\"";
      case Drift.Gone gone -> gone.what();
      case Drift.Unreadable unreadable ->
          (unreadable.property().equals("*") ? "" : unreadable.property() + " ")
              + unreadable.what();
    };
  }

  private char glyph(Drift drift) {
    if (!repaired.contains(drift.fingerprint(plan.stack()))) {
      return '!';
    }
    return switch (drift) {
      case Drift.Extra extra -> '-';
      case Drift.Missing missing -> '+';
      case Drift.Changed changed -> '~';
      case Drift.Gone gone -> '!';
      case Drift.Unreadable unreadable -> '!';
    };
  }

  private static Ink ink(char glyph) {
    return switch (glyph) {
      case '+' -> Ink.GREEN;
      case '-' -> Ink.RED;
      case '~' -> Ink.YELLOW;
      default -> Ink.BOLD;
    };
  }

  private void steps() {
    if (plan.steps().isEmpty()) {
      return;
    }
    page.blank();
    page.line("Steps, in this order");
    var number = 1;
    for (var step : plan.steps()) {
      page.line("  " + number++ + ". " + Words.resource(Words.target(step)) + ": " + todo(step));
      page.line("     why: " + naming.say(step.why()));
      if (step instanceof Step.Report report) {
        page.line("     way back: " + naming.command(report.remediation()));
      }
    }
  }

  private String todo(Step step) {
    return switch (step) {
      case Step.Call call -> naming.say(Words.call(call));
      case Step.Report report -> "no call, left to you";
    };
  }

  private String sum() {
    if (plan.findings().isEmpty()) {
      // What holds writing back may be a stack in motion, of which nothing is known for sure.
      return plan.permission().isGranted() ? "Live equals the template." : "No drift was seen.";
    }
    return count(plan.findings().size(), "drift") + ": " + String.join(", ", parts());
  }

  private List<String> parts() {
    var parts = new ArrayList<String>();
    for (var phase : Step.Phase.values()) {
      var calls = plan.calls().stream().filter(call -> call.phase() == phase).count();
      if (calls > 0) {
        parts.add(count(calls, "call") + " to " + purpose(phase));
      }
    }
    var left =
        plan.findings().stream()
            .filter(f -> !repaired.contains(f.drift().fingerprint(plan.stack())))
            .count();
    if (left > 0) {
      parts.add(left + " left to you");
    }
    return parts;
  }

  private static String purpose(Step.Phase phase) {
    return switch (phase) {
      case RESTORE -> "put back what is lost";
      case CHANGE -> "change values back";
      case REMOVE -> "remove what is extra";
    };
  }

  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
