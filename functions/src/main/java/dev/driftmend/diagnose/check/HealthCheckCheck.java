package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Fronts;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.port.Endpoint.Answer;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Health checks ask what the app answers. Clients notice nothing: with every target unhealthy the
 * load balancer fails open and still forwards.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html">Health
 *     checks for target groups</a>
 */
public final class HealthCheckCheck implements HopCheck {
  private static final String OFTEN = "200";
  private static final int NOT_FOUND = 404;

  @Override
  public String name() {
    return "health-check";
  }

  /** What a group checks. */
  private record Check(String group, String path, @Nullable Integer port, String matcher) {}

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var found = new Found();
    for (var group : path.groups()) {
      if (path.byId(group) instanceof Observed.Found live) {
        look(found, path, before, check(group, live));
      } else {
        found.unclear("the health check of " + path.name(group) + " is not known");
      }
    }
    return path.groups().isEmpty() ? found.unclear("there is no target group to look at") : found;
  }

  private static Check check(String group, Observed.Found live) {
    var requestPath = Read.text(live, "HealthCheckPath");
    var port = Read.text(live, "HealthCheckPort");
    var matcher = Read.text(live, TargetGroup.MATCHER);
    return new Check(
        group,
        requestPath == null ? "/" : requestPath,
        port != null && port.matches("\\d{1,5}") ? Integer.valueOf(port) : null,
        matcher == null ? OFTEN : matcher);
  }

  private static void look(Found found, Path path, WalkState before, Check check) {
    byFiles(found, path, check);
    var targets = path.targets().stream().filter(t -> t.group().equals(check.group)).toList();
    targets.forEach(t -> port(found, path, check, t));
    var known = found.faults().size();
    targets.stream()
        .filter(PathTarget::registered)
        .filter(t -> before.reaches(t.key(), AppCheck.WAY))
        .forEach(t -> judged(found, path, before, check, t));
    if (found.faults().size() == known && known == 0) {
      asked(found, path, check, targets);
    }
    if (found.evidence().isEmpty()) {
      found.unclear(
          "nothing tells what the app answers to GET " + check.path + ", which is checked");
    }
  }

  private static void byFiles(Found found, Path path, Check check) {
    var app = path.scene().app();
    var answers = app == null ? null : app.answers(check.path);
    if (answers == null) {
      return;
    }
    var front = new Fronts(path).any(check.group);
    if (answers || includes(check.matcher, NOT_FOUND)) {
      found.ok("the app has what is checked: " + check.path);
    } else if (front != null) {
      found.unclear("the app has no route " + check.path + ", which is checked, but " + front);
    } else {
      found.fault(
          fault(
              path,
              check,
              Set.of(),
              path.name(check.group) + " checks " + check.path + ", and the app has no such route",
              "give the app a route " + check.path + " that answers " + check.matcher));
    }
  }

  private static void port(Found found, Path path, Check check, PathTarget target) {
    if (check.port == null || check.port == target.port() || target.id().contains(":lambda:")) {
      return;
    }
    var groups = target.groups();
    var app = path.scene().app();
    var closed =
        groups != null
            && new GroupRules(path)
                    .let(
                        groups,
                        Direction.INGRESS,
                        check.port,
                        path.balancerGroups(),
                        path.nodeAddresses())
                == GroupRules.Let.NONE;
    var silent =
        app != null
            && app.port() != null
            && !app.port().equals(check.port)
            && new Fronts(path).of(target) == null;
    if (closed || silent) {
      found.fault(
          fault(
              path,
              check,
              Set.of(target.key()),
              path.name(check.group)
                  + " checks port "
                  + check.port
                  + (closed
                      ? ", which is not let in to " + path.name(target.id())
                      : ", where the app does not listen"),
              "check the traffic port (" + target.port() + ")"));
    }
  }

  private static void judged(
      Found found, Path path, WalkState before, Check check, PathTarget target) {
    var asks = path.name(check.group) + " checks " + check.path + " for " + check.matcher;
    if (target.state().equals("healthy")) {
      found.ok(asks + ", and " + path.name(target.id()) + " is healthy");
      return;
    }
    var app = before.at(AppCheck.NAME);
    var appIsFine = app == null || app.faults().isEmpty();
    var answersWrong =
        app != null && app.faults().stream().anyMatch(f -> f.symptom() == Symptom.STATUS);
    if (target.reason().equals(AppCheck.MISMATCH)) {
      if (!answersWrong) {
        found.fault(
            fault(
                path,
                check,
                Set.of(target.key()),
                asks
                    + ", and "
                    + path.name(target.id())
                    + " answers with another status ("
                    + AppCheck.MISMATCH
                    + ")",
                "check a path that the app answers with " + check.matcher));
      } else {
        found.unclear("as long as the app answers wrong its health tells nothing more");
      }
    } else if (List.of(AppCheck.FAILED, AppCheck.SILENT).contains(target.reason())
        && found.faults().isEmpty()
        && appIsFine) {
      found.fault(
          fault(
              path,
              check,
              Set.of(target.key()),
              asks
                  + (check.port == null ? "" : " on port " + check.port)
                  + ", and "
                  + path.name(target.id())
                  + " fails it ("
                  + target.reason()
                  + "), although the app answers clients",
              "check what the app answers: its port, its protocol, its path, in good time"));
    }
  }

  private static boolean answersWell(Path path) {
    var asked = path.scene().asked();
    return !asked.isEmpty() && asked.getFirst().good();
  }

  /** What a client got who asked for the same, where no target's health tells. */
  private static void asked(Found found, Path path, Check check, List<PathTarget> targets) {
    if (!answersWell(path) || targets.stream().anyMatch(t -> !t.state().isEmpty())) {
      return;
    }
    path.scene().asked().stream()
        .filter(a -> a.path().equals(check.path))
        .findFirst()
        .ifPresent(
            a -> {
              if (a.answer() instanceof Answer.Status s && includes(check.matcher, s.code())) {
                found.ok("what is checked answers: " + a.seen());
              } else {
                found.fault(
                    fault(
                        path,
                        check,
                        Set.of(),
                        path.name(check.group)
                            + " checks "
                            + check.path
                            + " for "
                            + check.matcher
                            + ", and a client got "
                            + a.seen(),
                        "check a path that the app answers with " + check.matcher));
              }
            });
  }

  private static Fault fault(
      Path path, Check check, Set<String> hits, String evidence, String fix) {
    var about =
        Stream.concat(TargetGroup.HEALTH_CHECK.stream(), Stream.of(TargetGroup.MATCHER))
            .map(p -> path.about(check.group, p))
            .toList();
    return new Fault(evidence, Symptom.NONE, hits, fix, about);
  }

  /**
   * Whether a status is one of a matcher such as {@code 200,302} or {@code 200-299}.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html">Matcher</a>
   */
  static boolean includes(String matcher, int status) {
    for (var part : matcher.split(",")) {
      var ends = part.strip().split("-");
      if (ends[0].matches("\\d{1,3}")
          && Integer.parseInt(ends[0]) <= status
          && status <= Integer.parseInt(ends[ends.length - 1].strip())) {
        return true;
      }
    }
    return false;
  }
}
