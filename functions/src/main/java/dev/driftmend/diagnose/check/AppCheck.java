package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.app.AppFacts;
import dev.driftmend.diagnose.path.Fronts;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.Verdicts;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import java.util.List;

/** The app answers. */
public final class AppCheck implements HopCheck {
  static final String NAME = "app";
  static final String MISMATCH = "Target.ResponseCodeMismatch";
  static final String FAILED = "Target.FailedHealthChecks";
  static final String SILENT = "Target.Timeout";

  /** Between the load balancer and the app. */
  public static final List<String> WAY =
      List.of(
          "load-balancer-acl",
          "target-group",
          "load-balancer-egress",
          "instance-acl",
          "instance-group",
          "instance");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    return scene.deployed() ? live(scene, path, before) : planned(scene, path);
  }

  private static Found planned(Scene scene, Path path) {
    var app = scene.app();
    if (app == null) {
      return Found.unknown("the app's files were not given: driftmend diagnose --app DIR");
    }
    var found = new Found();
    byFiles(found, path, app);
    if (app.port() == null) {
      found.unclear("its files do not tell where the app listens");
    }
    if (app.routes() == null) {
      found.unclear("its files do not tell which paths the app answers");
    }
    return found.ok("the app answers GET / on " + app.port() + " (" + app.source() + ")");
  }

  /** Where something stands before the app, what the app does is not what clients meet. */
  private static void byFiles(Found found, Path path, AppFacts app) {
    var front = new Fronts(path).any();
    if (front != null && (app.onlyLocal() || Boolean.FALSE.equals(app.answers("/")))) {
      found.unclear(front + ": what stands before the app is not judged");
      return;
    }
    if (app.onlyLocal()) {
      found.fault(
          Fault.whole(
              "the app listens on 127.0.0.1 alone (" + app.source() + ")",
              Symptom.BAD_GATEWAY,
              "let the app listen on 0.0.0.0"));
    }
    if (Boolean.FALSE.equals(app.answers("/"))) {
      found.fault(Fault.whole("the app has no route /", Symptom.STATUS, "give the app a route /"));
    }
  }

  private static Found live(Scene scene, Path path, WalkState before) {
    var found = new Found();
    var seen = scene.asked().isEmpty() || before.stops() ? null : scene.asked().getFirst();
    if (seen != null && (Verdicts.outside(path, seen) || !seen.good() && before.explains(seen))) {
      seen = null;
    }
    var good = !scene.asked().isEmpty() && scene.asked().getFirst().good();
    path.targets().stream()
        .filter(PathTarget::registered)
        .filter(t -> before.reaches(t.key(), WAY))
        .forEach(t -> judged(found, path, t, good && path.targets().size() == 1));
    if (seen != null) {
      seen(found, path, seen);
    } else if (found.evidence().isEmpty() && scene.app() != null) {
      byFiles(found, path, scene.app());
    }
    return found.evidence().isEmpty()
        ? found.unclear("nothing that got through tells whether the app answers")
        : found;
  }

  /**
   * @param proved whether it must be this one that clients were answered by
   */
  private static void judged(Found found, Path path, PathTarget target, boolean proved) {
    var name = path.name(target.id());
    if (target.state().equals("healthy") || proved) {
      found.ok(name + (proved ? " answers clients" : " answers its health checks"));
      return;
    }
    switch (target.reason()) {
      case MISMATCH -> found.ok(name + " answers, with another status than its health check's");
      case FAILED, SILENT -> {
        if (checkedElsewhere(path, target)) {
          found.unclear(name + " is checked elsewhere than it is asked");
        } else {
          found.fault(sick(path, target, name));
        }
      }
      default -> {}
    }
  }

  private static Fault sick(Path path, PathTarget target, String name) {
    if (target.reason().equals(FAILED) && isTcp(path, target)) {
      return Fault.at(
          target.key(),
          name
              + " takes no connections of its health checks on "
              + target.port()
              + " ("
              + FAILED
              + "): its app is down, or something on the way drops them",
          Symptom.REFUSED,
          "look whether the app on "
              + name
              + " listens on 0.0.0.0:"
              + target.port()
              + ", then at what decides who gets there");
    }
    return target.reason().equals(FAILED)
        ? Fault.at(
            target.key(),
            name + " refuses or breaks connections on " + target.port() + " (" + FAILED + ")",
            Symptom.BAD_GATEWAY,
            "start the app on " + name + ", listening on 0.0.0.0:" + target.port())
        : Fault.at(
            target.key(),
            name
                + " takes connections on "
                + target.port()
                + " and does not answer in time ("
                + SILENT
                + "); all that is on the way lets them through",
            Symptom.SLOW,
            "look why the app on " + name + " hangs: its log, load and memory");
  }

  /** A check that only connects fails alike for what is refused and for what gets lost. */
  private static boolean isTcp(Path path, PathTarget target) {
    return "TCP".equals(Read.text(path.byId(target.group()), "HealthCheckProtocol"));
  }

  /** Whether health checks ask another port, or in another protocol, than clients' requests do. */
  static boolean checkedElsewhere(Path path, PathTarget target) {
    var group = path.byId(target.group());
    var port = Read.text(group, "HealthCheckPort");
    var protocol = Read.text(group, "HealthCheckProtocol");
    return port != null
            && !port.equals("traffic-port")
            && !port.equals(String.valueOf(target.port()))
        || protocol != null && !protocol.equals(Read.text(group, "Protocol"));
  }

  private static void seen(Found found, Path path, Asked asked) {
    var symptom = asked.symptom();
    if (asked.good()) {
      if (symptom == Symptom.SLOW) {
        found.fault(
            Fault.whole(
                "the app answers slowly: " + asked.seen(),
                Symptom.SLOW,
                "look what the app waits for: its log, load and memory"));
      }
      found.ok("the app answers: " + asked.seen());
      return;
    }
    if (!found.faults().isEmpty()) {
      return;
    }
    if (isAnsweredBefore(path)) {
      found.unclear("the load balancer answers GET / itself: " + asked.seen());
      return;
    }
    switch (symptom) {
      case STATUS ->
          found.fault(
              Fault.whole(
                  "the app answers with a status of its own: " + asked.seen(),
                  Symptom.STATUS,
                  "fix the app: its log says why it answers so"));
      case BAD_GATEWAY ->
          found.fault(
              Fault.whole(
                  "the app refuses or breaks connections: " + asked.seen(),
                  Symptom.BAD_GATEWAY,
                  "start the app; it must listen where its target group asks, on 0.0.0.0"));
      case TIMEOUT, GATEWAY_TIMEOUT -> silent(found, path, asked, symptom);
      case UNAVAILABLE -> {
        if (path.targets().stream().anyMatch(t -> t.state().equals("healthy"))) {
          found.fault(
              Fault.whole(
                  "targets are healthy, and the app answers 503 itself: " + asked.seen(),
                  Symptom.UNAVAILABLE,
                  "fix the app: its log says why it answers so"));
        }
      }
      case NO_NAME, REFUSED, SLOW, NONE -> found.unclear("no answer of the app's: " + asked.seen());
    }
  }

  /** A client that connects and waits has got through to something that hangs. */
  private static void silent(Found found, Path path, Asked asked, Symptom symptom) {
    if (path.targets().stream()
            .anyMatch(t -> t.state().equals("healthy") || t.reason().equals(MISMATCH))
        || symptom == Symptom.GATEWAY_TIMEOUT) {
      found.fault(
          Fault.whole(
              "the app does not answer in time, and all that is on the way lets requests through: "
                  + asked.seen(),
              symptom == Symptom.TIMEOUT ? Symptom.SLOW : symptom,
              "look why the app hangs: its log, load and memory"));
    } else {
      found.unclear("no answer of the app's: " + asked.seen());
    }
  }

  private static boolean isAnsweredBefore(Path path) {
    var action = path.taken() == null ? null : path.taken().last();
    return action != null && !action.type().equals("forward");
  }
}
