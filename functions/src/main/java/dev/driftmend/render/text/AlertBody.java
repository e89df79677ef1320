package dev.driftmend.render.text;

import static java.util.stream.Collectors.groupingBy;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.render.Moments;
import dev.driftmend.render.Order;
import dev.driftmend.render.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an e-mail says: what, who, how exposed, what was done, the proof, what is next. */
final class AlertBody {
  /** More than a screen of drifts is read with {@code driftmend plan}. */
  private static final int SHOWN = 10;

  private final Page page = new Page(false);
  private final Naming naming;
  private final Alert alert;
  private final Incident incident;
  private final List<Alert.Line> all;
  private final List<Alert.Line> shown;

  private AlertBody(Alert alert) {
    this.alert = alert;
    incident = alert.incident();
    naming = new Naming(alert.names());
    all = Order.lines(alert.lines());
    shown = all.subList(0, Math.min(SHOWN, all.size()));
  }

  static String write(Alert alert) {
    return new AlertBody(alert).write();
  }

  private String write() {
    head();
    what();
    path();
    who();
    exposed();
    done();
    proof();
    section("Next", naming.command(alert.next()));
    var _ = naming.write(page);
    foot();
    return page.toString();
  }

  private void head() {
    var stack = incident.stack();
    page.line(Words.state(alert) + ": " + incident.title());
    page.line(
        "severity "
            + incident.severity().text()
            + ", stack "
            + stack.name()
            + ", account "
            + stack.account()
            + ", "
            + stack.region());
  }

  private void what() {
    section("What");
    if (all.isEmpty()) {
      page.line("  " + incident.subject());
      page.line("  " + incident.title());
      return;
    }
    for (var i = 0; i < shown.size(); i++) {
      var drift = shown.get(i).finding().drift();
      if (i == 0 || !drift.resource().equals(shown.get(i - 1).finding().drift().resource())) {
        naming.shown(drift.resource());
        page.line("  " + Words.resource(drift.resource()) + " (" + drift.resource().type() + ")");
      }
      page.line(number(i) + naming.say(drift.what()));
    }
    if (all.size() > shown.size()) {
      page.line("  and " + (all.size() - shown.size()) + " more, none more severe" + allOfThem());
    }
  }

  private String allOfThem() {
    return Words.isResolved(incident)
        ? ""
        : "; driftmend plan --stack " + incident.stack().name() + " lists them";
  }

  private void path() {
    var diagnosis = alert.diagnosis();
    if (diagnosis != null) {
      section("Path");
      DiagnosisText.write(page, diagnosis);
    }
  }

  private void who() {
    var cause = incident.cause();
    switch (incident.kind()) {
      case DRIFT -> {
        section("Who");
        if (cause == null) {
          page.line("  not known: no API call that did it has been found");
        } else {
          who(cause);
        }
      }
      case HEALTH, GUARD -> {
        if (cause != null) {
          section("Who");
          who(cause);
        }
      }
    }
  }

  private void who(Cause cause) {
    var caller = cause.caller();
    if (caller == null) {
      page.line("  not known");
      page.line("  " + seenBy(cause) + " at " + Moments.text(cause.time()));
      return;
    }
    page.line("  " + caller.principal() + through(caller.invokedBy()));
    page.line("  " + seenBy(cause) + " at " + Moments.text(cause.time()));
    if (caller.sourceIp() != null) {
      page.line("  from " + caller.sourceIp());
    }
    if (caller.userAgent() != null) {
      page.line("  with " + caller.userAgent());
    }
    page.line("  event " + cause.eventId());
  }

  private static String through(@Nullable String service) {
    return service == null ? "" : " through " + service;
  }

  private static String seenBy(Cause cause) {
    return switch (cause.origin()) {
      case API_CALL -> "called " + cause.event();
      case CONFIG_CHANGE -> "AWS Config saw " + cause.event();
      case STACK_STATUS -> "the stack became " + cause.event();
      case INSTANCE_STATE -> "the instance became " + cause.event();
      case ALARM -> "the alarm went to " + cause.event();
      case HEALTH -> "the endpoint failed: " + cause.event();
      case SWEEP -> "found by the scheduled sweep";
      case CLI -> "found from the command line";
    };
  }

  private void exposed() {
    if (all.isEmpty()) {
      return;
    }
    section("Exposed");
    shown.stream()
        .map(Alert.Line::finding)
        .collect(groupingBy(f -> f.exposure(), LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (exposure, findings) -> {
              page.line("  " + exposure + ": " + Words.exposure(exposure));
              findings.stream()
                  .map(f -> f.exposureWhy())
                  .filter(why -> !why.isBlank())
                  .distinct()
                  .forEach(why -> page.line("  " + naming.say(why)));
            });
  }

  private void done() {
    if (all.isEmpty()) {
      return;
    }
    section("Done");
    var bySteps = new LinkedHashMap<Optional<StepResult>, List<Integer>>();
    for (var i = 0; i < all.size(); i++) {
      var step = Optional.ofNullable(all.get(i).step());
      bySteps.computeIfAbsent(step, s -> new ArrayList<>()).add(i);
    }
    bySteps.entrySet().stream()
        .limit(SHOWN)
        .forEach(e -> page.line("  " + which(e.getValue()) + outcome(e.getKey())));
    if (bySteps.size() > SHOWN) {
      page.line("  and " + (bySteps.size() - SHOWN) + " more steps");
    }
  }

  private String which(List<Integer> indexes) {
    if (all.size() == 1) {
      return "";
    }
    var named = indexes.stream().filter(i -> i < shown.size()).map(i -> i + 1).toList();
    var rest = indexes.size() - named.size();
    var names = named.stream().map(String::valueOf).collect(Collectors.joining(","));
    return (named.isEmpty() ? rest + " more" : names + (rest == 0 ? "" : " and " + rest + " more"))
        + ": ";
  }

  private String outcome(Optional<StepResult> step) {
    return step.map(this::outcome).orElse("nothing was called");
  }

  private String outcome(StepResult step) {
    return switch (step.step()) {
      case Step.Call call -> naming.say(Words.outcome(call, step.result()));
      case Step.Report report ->
          "nothing, it is left to you: "
              + naming.say(report.why())
              + (alert.next().contains(report.remediation())
                  ? ""
                  : ". Way back: " + naming.command(report.remediation()));
    };
  }

  private void proof() {
    if (incident.kind() != Incident.Kind.DRIFT || !Words.isResolved(incident)) {
      return;
    }
    section(
        "Proof",
        Words.anyResult(alert, Result.Done.class)
            ? "live was read again after the last write and is as the template says"
            : "live was read again and is as the template says");
    if (alert.eventToFix() != null) {
      page.line("  " + Moments.text(alert.eventToFix()) + " from the call to this proof");
    }
    if (alert.receiveToFix() != null) {
      page.line("  " + Moments.text(alert.receiveToFix()) + " from hearing of it to this proof");
    }
  }

  private void foot() {
    page.blank();
    page.line(
        "Incident "
            + incident.fingerprint()
            + ", opened "
            + Moments.text(incident.openedAt())
            + (incident.resolvedAt() == null
                ? ""
                : ", resolved " + Moments.text(incident.resolvedAt()))
            + stood()
            + repairs());
  }

  private String stood() {
    return alert.exposed() == null ? "" : ", stood for " + Moments.text(alert.exposed());
  }

  private String repairs() {
    return incident.repairs() > 1 ? ", repaired " + incident.repairs() + " times" : "";
  }

  private String number(int index) {
    return all.size() == 1 ? "  " : "  " + (index + 1) + " ";
  }

  private void section(String name) {
    page.blank();
    page.line(name);
  }

  private void section(String name, String text) {
    section(name);
    page.line("  " + text);
  }
}
