package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;

/** Where calls of IAM are heard of. */
final class RoleEvents implements Matter {
  private static final String HOME = "us-east-1";

  @Override
  public Says says() {
    return new Says(
        "calls of IAM",
        "IAM is global, and its calls become events in " + HOME + " alone.",
        "https://repost.aws/knowledge-center/eventbridge-rule-triggers-iam-single-region");
  }

  @Override
  public List<Check> look(Visit visit) {
    return List.of(
        visit.who().region().equals(HOME)
            ? says().fine("drift of roles is found by events here")
            : says()
                .note(
                    "in "
                        + visit.who().region()
                        + " drift of roles wakes nothing: the sweep finds it, every "
                        + visit.settings().value("SweepRate")));
  }
}
