package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;

/**
 * Names that the template makes of the stack's. Those that CloudFormation makes (of roles, load
 * balancers, target groups, the bucket) it cuts to their service's length itself.
 */
final class NameLengths implements Matter {
  /** Of a schedule. */
  private static final int SCHEDULE = 64;

  private static final int LONGEST = SCHEDULE - "-sweep".length();

  @Override
  public Says says() {
    return new Says(
        "names",
        "The schedules are named after the stack, and a schedule's name has at most "
            + SCHEDULE
            + " characters.",
        "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var name = visit.stack();
    if (!name.matches("[A-Za-z][A-Za-z0-9-]*")) {
      return List.of(
          says()
              .blocks(
                  "a stack cannot be named "
                      + name
                      + ": letters, digits and hyphens, a letter first",
                  "--stack-name driftmend"));
    }
    if (name.length() > LONGEST) {
      return List.of(
          says()
              .blocks(
                  name + " has " + name.length() + " characters, " + LONGEST + " are the most",
                  "--stack-name " + name.substring(0, LONGEST).replaceAll("-+$", "")));
    }
    return List.of(says().fine("all names made of " + name + " fit"));
  }
}
