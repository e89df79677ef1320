package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoTable.number;
import static dev.driftmend.aws.ledger.DynamoTable.text;

import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Plans and outcomes as attributes of an item, for a person who looks into the table. */
final class PlanItems {
  /** Characters; an item holds 400 KB, and a character up to three bytes. */
  private static final int STEPS_BUDGET = 60_000;

  private static final int SUMMARY_BUDGET = 1_000;

  private PlanItems() {}

  /** The calls of the plan in one line. */
  static String summary(Plan plan) {
    var calls =
        plan.calls().stream()
            .map(c -> c.operation() + " on " + c.resource().logicalId())
            .collect(Collectors.joining(", "));
    return calls.length() <= SUMMARY_BUDGET ? calls : calls.substring(0, SUMMARY_BUDGET) + "...";
  }

  static Map<String, AttributeValue> plan(Plan plan) {
    var item = new HashMap<String, AttributeValue>();
    item.put("summary", text(summary(plan)));
    fit(item, "steps", plan.calls(), PlanItems::line);
    return item;
  }

  static Map<String, AttributeValue> outcome(Outcome outcome) {
    var item = new HashMap<String, AttributeValue>();
    item.put("proved", AttributeValue.fromBool(outcome.proved()));
    item.put("remaining", number(outcome.remaining().size()));
    fit(item, "results", outcome.results(), PlanItems::line);
    return item;
  }

  /** As many as fit; how many did not is written down beside them. */
  private static <T> void fit(
      Map<String, AttributeValue> item, String name, List<T> all, Function<T, String> line) {
    var lines = new ArrayList<AttributeValue>();
    var left = STEPS_BUDGET;
    for (var each : all) {
      var text = line.apply(each);
      left -= text.length();
      if (left < 0) {
        item.put(name + "Omitted", number(all.size() - lines.size()));
        break;
      }
      lines.add(text(text));
    }
    item.put(name, AttributeValue.fromL(lines));
  }

  private static String line(Step.Call call) {
    return call.operation()
        + " on "
        + call.resource().logicalId()
        + " ("
        + call.resource().physicalId()
        + ") "
        + call.arguments();
  }

  private static String line(StepResult result) {
    var what =
        switch (result.step()) {
          case Step.Call c -> c.operation() + " on " + c.resource().logicalId();
          case Step.Report r -> "report of " + r.resource().logicalId();
        };
    return what
        + ": "
        + switch (result.result()) {
          case Result.Planned p -> "planned, " + p.why();
          case Result.Done d -> "done";
          case Result.Failed f -> "failed, " + f.why();
          case Result.Skipped s -> "skipped, " + s.why();
        };
  }
}
