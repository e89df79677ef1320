package dev.driftmend.render;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.ResourceRef;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the types of the model are called in front of people and machines. */
public final class Words {
  private static final int ARN_PARTS = 6;
  private static final int SHOWN_VALUES = 5;

  private Words() {}

  /** The one word that tells whether somebody must get up. */
  public static String state(Alert alert) {
    var incident = alert.incident();
    if (isResolved(incident)) {
      return anyResult(alert, Result.Done.class) ? "FIXED" : "RESOLVED";
    }
    if (anyResult(alert, Result.Failed.class) || anyResult(alert, Result.Done.class)) {
      return "NOT FIXED";
    }
    return incident.state() == Incident.State.UPDATED ? "STILL OPEN" : "OPEN";
  }

  public static boolean isResolved(Incident incident) {
    return incident.state() == Incident.State.RESOLVED || incident.resolvedAt() != null;
  }

  public static boolean anyResult(Alert alert, Class<? extends Result> result) {
    return alert.lines().stream()
        .map(Alert.Line::step)
        .anyMatch(step -> step != null && result.isInstance(step.result()));
  }

  public static String exposure(Exposure exposure) {
    return switch (exposure) {
      case REACHABLE -> "open to the internet";
      case LATENT -> "opened, but not reachable from the internet yet";
      case OUTAGE -> "cuts traffic that the template allows";
      case DEGRADED -> "works with less than the template gives";
      case NONE -> "opens and cuts nothing";
    };
  }

  /** E.g. {@code WebSecurityGroup sg-0abc}; of an ARN only the part that tells it apart. */
  public static String resource(ResourceRef ref) {
    return ref.physicalId().isEmpty() ? ref.logicalId() : ref.logicalId() + " " + id(ref);
  }

  public static String id(ResourceRef ref) {
    var arn = ref.physicalId().split(":", ARN_PARTS);
    return arn.length == ARN_PARTS && arn[0].equals("arn") ? arn[ARN_PARTS - 1] : ref.physicalId();
  }

  /** The API call, null for a report. */
  public static @Nullable String call(Step step) {
    return switch (step) {
      case Step.Call c -> c.operation();
      case Step.Report r -> null;
    };
  }

  public static ResourceRef target(Step step) {
    return switch (step) {
      case Step.Call c -> c.resource();
      case Step.Report r -> r.resource();
    };
  }

  /**
   * E.g. {@code RevokeSecurityGroupIngress(ruleIds=sgr-1,sgr-2)}, without the resource itself,
   * which stands beside it.
   */
  public static String call(Step.Call call) {
    var itself = List.of(call.resource().physicalId());
    return call.operation()
        + call.arguments().entrySet().stream()
            .filter(argument -> !argument.getValue().equals(itself))
            .map(argument -> argument.getKey() + "=" + values(argument.getValue()))
            .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String values(List<String> values) {
    var shown = String.join(",", values.subList(0, Math.min(SHOWN_VALUES, values.size())));
    return values.size() <= SHOWN_VALUES
        ? shown
        : shown + " and " + (values.size() - SHOWN_VALUES) + " more";
  }

  /** {@code planned}, {@code done}, {@code failed} or {@code skipped}. */
  public static String result(Result result) {
    return switch (result) {
      case Result.Planned p -> "planned";
      case Result.Done d -> "done";
      case Result.Failed f -> "failed";
      case Result.Skipped s -> "skipped";
    };
  }

  /** Why it came to this result; for what is done, why it had to be. */
  public static String why(StepResult step) {
    return switch (step.result()) {
      case Result.Planned p -> p.why();
      case Result.Done d -> step.step().why();
      case Result.Failed f -> f.why();
      case Result.Skipped s -> s.why();
    };
  }

  /** What became of a call, in one line for a person. */
  public static String outcome(Step.Call call, Result result) {
    var verb = past(call.phase());
    return switch (result) {
      case Result.Done d -> verb + " by " + call(call);
      case Result.Failed f -> "NOT " + verb + ": " + call(call) + " failed: " + f.why();
      case Result.Planned p -> "not " + verb + ", would be " + call(call) + ": " + p.why();
      case Result.Skipped s -> "not " + verb + ", would be " + call(call) + ": " + s.why();
    };
  }

  private static String past(Step.Phase phase) {
    return switch (phase) {
      case RESTORE -> "put back";
      case CHANGE -> "changed back";
      case REMOVE -> "removed";
    };
  }
}
