package dev.driftmend.cli;

import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.incident.DrillRule;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.render.Plain;
import dev.driftmend.render.json.DrillJson;
import dev.driftmend.render.text.DrillText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Proves the guard end to end. */
@Command(
    name = "drill",
    description = {
      "Proves the guard end to end: makes a harmless rule (to the discard port, from an address"
          + " that nobody has) on a security group of the stack, waits until the guard has seen,"
          + " repaired and reported it, and shows when each part answered.",
      "Pauses nothing and leaves nothing. Its alerts are marked DRILL. In mode observe, or while"
          + " the guard is paused, it ends when the guard has reported, and takes the rule away"
          + " itself.",
      "On AWS, CloudTrail's delay comes before the guard's first second. Use a role or a user of"
          + " your own: the guard's own calls are recognised and ignored.",
      "Ends with 0 if each part answered, with 2 if one did not."
    })
final class DrillCommand extends StackCommand {
  private static final double LEAST_MINUTES = 0.1;
  private static final double MOST_MINUTES = 24 * 60;

  @Option(
      names = "--group",
      paramLabel = "ID",
      description =
          "The security group of the stack, by id or logical id. Default: the first one that no"
              + " network interface carries.")
  private @Nullable String group;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "How long to wait; 0.5 is half a minute. Default: ${DEFAULT-VALUE}, which has a sweep in"
              + " it.")
  private double minutes;

  @Option(names = "--yes", description = "Do not ask. Needed where nobody can be asked.")
  private boolean yes;

  DrillCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Session session) {
    var unused = session.needGuard("drill");
    if (!(minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES)) {
      throw new Refusal("--minutes takes from 0.1 to 1440, for example --minutes 5");
    }
    var stack = session.stack();
    if (!ObservedPlan.settled(session)) {
      throw new Refusal(stack.name() + " is being deployed: hold the drill when it is done");
    }
    var snapshot = session.templates().read(stack).orElseThrow(() -> ObservedPlan.gone(session));
    var chosen = group(session, snapshot);
    var rule = DrillRule.of(ThreadLocalRandom.current().nextInt());
    var withheld = session.reconciler().refusal(stack);
    if (!json()) {
      out().print(intention(session, chosen, rule, withheld));
      out().flush();
    }
    if (!isAgreed(yes, "Hold the drill?", "drill")) {
      out().println("Nothing was done.");
      return DRIFT;
    }
    var drill =
        session
            .drilling(surroundings().clock())
            .hold(
                stack,
                chosen,
                rule,
                surroundings().user(),
                withheld.isEmpty(),
                Duration.ofMillis(Math.round(minutes * 60_000)));
    out().print(json() ? DrillJson.write(drill) + System.lineSeparator() : DrillText.write(drill));
    return drill.silent() == null ? IN_SYNC : DRIFT;
  }

  private ResourceRef group(Session session, StackSnapshot snapshot) {
    var groups =
        snapshot.resources().stream()
            .filter(r -> r.type().equals(SecurityGroup.TYPE))
            .filter(r -> r.physicalId().startsWith("sg-"))
            .toList();
    if (groups.isEmpty()) {
      throw new Refusal(groupless(session));
    }
    if (group != null) {
      return groups.stream()
          .filter(g -> g.physicalId().equals(group) || g.logicalId().equals(group))
          .findFirst()
          .orElseThrow(
              () ->
                  new Refusal(
                      group
                          + " is no security group of "
                          + snapshot.stack().name()
                          + named(groups)));
    }
    var carried =
        session
            .drillGround()
            .carried(groups.stream().map(ResourceRef::physicalId).collect(Collectors.toSet()));
    return unused(groups, carried)
        .orElseThrow(
            () ->
                new Refusal(
                    "a network interface carries each security group of "
                        + snapshot.stack().name()
                        + ": name one with --group, the rule opens nothing there either"
                        + named(groups)));
  }

  /** A guard alone (Workload=false) has none: what it guards is proved on what it guards. */
  private static String groupless(Session session) {
    var stack = session.stack();
    var isGuard = session.needGuard("drill").stack().equals(stack);
    return stack.name()
        + " has no security group to make a rule on"
        + (isGuard
            ? ", for it is a guard alone: hold the drill on a stack that it guards, with --stack"
                + " NAME --guard "
                + stack.name()
            : ": hold the drill on another stack that is guarded");
  }

  private static Optional<ResourceRef> unused(List<ResourceRef> groups, Set<String> carried) {
    return groups.stream().filter(g -> !carried.contains(g.physicalId())).findFirst();
  }

  private static String named(List<ResourceRef> groups) {
    return groups.isEmpty()
        ? " (it has none)"
        : groups.stream()
            .map(g -> g.logicalId() + " " + g.physicalId())
            .collect(Collectors.joining(", ", " (it has ", ")"));
  }

  private static String intention(
      Session session, ResourceRef group, SecurityRule rule, Optional<String> withheld) {
    var lines =
        List.of(
            "This makes one rule on "
                + group.logicalId()
                + " "
                + group.physicalId()
                + " of "
                + session.stack().name()
                + ": "
                + rule.key(),
            "Nobody has that address and nothing listens on that port. It is taken away at the end,"
                + " also if this is interrupted.",
            withheld
                .map(
                    why ->
                        "The guard writes nothing now ("
                            + why
                            + "): it is to alert, and the rule is taken away here.")
                .orElse("The guard is to see it, to take it away and to alert it as DRILL."));
    return lines.stream()
        .map(line -> Plain.line(line) + System.lineSeparator())
        .collect(Collectors.joining());
  }
}
