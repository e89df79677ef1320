package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;
import java.util.Set;

/** Whether Lambda has snapshots of Java functions in the region; no API tells it. */
final class SnapStarts implements Matter {
  private static final String SNAP_START = "SnapStart";

  /** New Zealand, Taipei: the commercial regions that the document names as exceptions. */
  private static final Set<String> WITHOUT = Set.of("ap-southeast-6", "ap-east-2");

  @Override
  public Says says() {
    return new Says(
        "SnapStart",
        "Where Lambda has no SnapStart, a function that asks for it cannot be made.",
        "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var settings = visit.settings();
    var region = visit.who().region();
    if (WITHOUT.contains(region)) {
      settings.lookUp(SNAP_START, "false");
    }
    if (!settings.isTrue(SNAP_START)) {
      return List.of(says().fine("not asked for: functions start from the beginning"));
    }
    if (WITHOUT.contains(region)) {
      return List.of(
          says().blocks("Lambda has none in " + region, Says.parameters(SNAP_START, "false")));
    }
    if (!visit.who().partition().equals("aws")) {
      return List.of(
          says()
              .unknown(
                  "not documented for " + visit.who().partition(),
                  Says.parameters(SNAP_START, "false")));
    }
    return List.of(says().fine("Lambda has it in " + region));
  }
}
