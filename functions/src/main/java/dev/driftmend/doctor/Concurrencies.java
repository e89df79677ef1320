package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;

/** What of Lambda's concurrency may be reserved; in a new account nothing. */
final class Concurrencies implements Matter {
  private static final String RESERVE = "ReserveConcurrency";

  /** Of the template: 5 for Route, 5 for Reconcile, 1 for Probe. */
  static final int RESERVED = 11;

  /** What Lambda keeps for functions that reserve nothing. */
  static final int UNRESERVED = 100;

  /** Route and Probe beside the two runs of Reconcile that make progress. */
  private static final int LEAST = 4;

  @Override
  public Says says() {
    return new Says(
        "concurrency",
        "Lambda keeps "
            + UNRESERVED
            + " concurrent executions for functions that reserve nothing; a new account has fewer,"
            + " and nothing can be reserved.",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var settings = visit.settings();
    var found = visit.account().concurrency();
    var left = found.unreserved() + " of " + found.limit() + " are unreserved";
    if (settings.isKept(RESERVE)) {
      return List.of(
          says().fine(left + "; ReserveConcurrency=" + settings.value(RESERVE) + " is kept"));
    }
    var room = found.unreserved() >= RESERVED + UNRESERVED;
    settings.lookUp(RESERVE, String.valueOf(room));
    if (settings.isTrue(RESERVE)) {
      return List.of(
          room
              ? says().fine(left + ", " + RESERVED + " can be reserved")
              : says()
                  .blocks(
                      left + ", so " + RESERVED + " cannot be reserved",
                      Says.parameters(RESERVE, "false")));
    }
    if (found.unreserved() < LEAST) {
      return List.of(
          says()
              .mend(
                  left + ": other functions would keep the guard from running",
                  "aws service-quotas request-service-quota-increase --service-code lambda"
                      + " --quota-code L-B99A9384 --desired-value 1000"));
    }
    return List.of(
        says()
            .fine(
                left
                    + "; nothing is reserved: the work queue's groups keep it to one run per stack,"
                    + " its mapping to five at a time"));
  }
}
