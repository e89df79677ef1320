package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.number;
import static dev.driftmend.aws.ledger.DynamoTable.text;

import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.ResourceNames;
import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.ResourceNames.Source;
import dev.driftmend.model.stack.StackRef;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Alerts as attributes of an item, and back: what a run was to alert, should it not come to it. */
final class AlertItems {
  private AlertItems() {}

  static Map<String, AttributeValue> write(Alert alert) {
    var item = new HashMap<String, AttributeValue>();
    item.put("incident", AttributeValue.fromM(IncidentItems.write(alert.incident())));
    item.put(
        "lines",
        AttributeValue.fromL(
            alert.lines().stream().map(l -> AttributeValue.fromM(write(l))).toList()));
    item.put("next", text(alert.next()));
    item.put("names", AttributeValue.fromM(write(alert.names())));
    millis(item, "eventToFixMs", alert.eventToFix());
    millis(item, "receiveToFixMs", alert.receiveToFix());
    millis(item, "exposedMs", alert.exposed());
    return item;
  }

  static Alert read(StackRef stack, Map<String, AttributeValue> item) {
    return new Alert(
        IncidentItems.read(stack, attribute(item, "incident").m()),
        attribute(item, "lines").l().stream().map(l -> line(l.m())).toList(),
        duration(item, "eventToFixMs"),
        duration(item, "receiveToFixMs"),
        duration(item, "exposedMs"),
        attribute(item, "next").s(),
        null,
        item.containsKey("names") ? names(attribute(item, "names").m()) : ResourceNames.NONE);
  }

  private static Map<String, AttributeValue> write(ResourceNames names) {
    var item = new HashMap<String, AttributeValue>();
    names
        .byId()
        .forEach(
            (id, name) ->
                item.put(
                    id,
                    AttributeValue.fromM(
                        Map.of("is", text(name.text()), "by", text(name.source().name())))));
    return item;
  }

  private static ResourceNames names(Map<String, AttributeValue> item) {
    var names = new TreeMap<String, Name>();
    item.forEach(
        (id, name) ->
            names.put(
                id,
                new Name(
                    attribute(name.m(), "is").s(), Source.valueOf(attribute(name.m(), "by").s()))));
    return new ResourceNames(names);
  }

  private static Map<String, AttributeValue> write(Alert.Line line) {
    var item = new HashMap<String, AttributeValue>();
    item.put("finding", AttributeValue.fromM(FindingItems.write(line.finding())));
    if (line.step() != null) {
      item.put("step", AttributeValue.fromM(write(line.step().step())));
      item.put("result", AttributeValue.fromM(write(line.step().result())));
    }
    return item;
  }

  private static Alert.Line line(Map<String, AttributeValue> item) {
    return new Alert.Line(
        FindingItems.read(attribute(item, "finding").m()),
        item.containsKey("step")
            ? new StepResult(
                step(attribute(item, "step").m()), result(attribute(item, "result").m()))
            : null);
  }

  private static Map<String, AttributeValue> write(Step step) {
    var item = new HashMap<String, AttributeValue>();
    item.put("fingerprints", texts(step.fingerprints()));
    item.put("why", text(step.why()));
    switch (step) {
      case Step.Call c -> {
        item.put("resource", AttributeValue.fromM(FindingItems.write(c.resource())));
        item.put("phase", text(c.phase().name()));
        item.put("operation", text(c.operation()));
        var arguments = new HashMap<String, AttributeValue>();
        c.arguments().forEach((name, values) -> arguments.put(name, texts(values)));
        item.put("arguments", AttributeValue.fromM(arguments));
      }
      case Step.Report r -> {
        item.put("resource", AttributeValue.fromM(FindingItems.write(r.resource())));
        item.put("wayBack", text(r.remediation()));
      }
    }
    return item;
  }

  private static Step step(Map<String, AttributeValue> item) {
    var fingerprints = texts(attribute(item, "fingerprints"));
    var resource = FindingItems.resource(attribute(item, "resource").m());
    var why = attribute(item, "why").s();
    if (item.containsKey("wayBack")) {
      return new Step.Report(fingerprints, resource, why, attribute(item, "wayBack").s());
    }
    var arguments = new TreeMap<String, List<String>>();
    attribute(item, "arguments").m().forEach((name, values) -> arguments.put(name, texts(values)));
    return new Step.Call(
        fingerprints,
        Step.Phase.valueOf(attribute(item, "phase").s()),
        resource,
        attribute(item, "operation").s(),
        arguments,
        why);
  }

  private static Map<String, AttributeValue> write(Result result) {
    return switch (result) {
      case Result.Done _ -> Map.of("is", text("done"));
      case Result.Planned p -> Map.of("is", text("planned"), "why", text(p.why()));
      case Result.Failed f -> Map.of("is", text("failed"), "why", text(f.why()));
      case Result.Skipped s -> Map.of("is", text("skipped"), "why", text(s.why()));
    };
  }

  private static Result result(Map<String, AttributeValue> item) {
    var is = attribute(item, "is").s();
    return switch (is) {
      case "done" -> new Result.Done();
      case "planned" -> new Result.Planned(attribute(item, "why").s());
      case "failed" -> new Result.Failed(attribute(item, "why").s());
      case "skipped" -> new Result.Skipped(attribute(item, "why").s());
      default -> throw new IllegalStateException("the ledger knows a result that is " + is);
    };
  }

  private static AttributeValue texts(List<String> values) {
    return AttributeValue.fromL(values.stream().map(DynamoTable::text).toList());
  }

  private static List<String> texts(AttributeValue list) {
    return list.l().stream().map(AttributeValue::s).toList();
  }

  private static void millis(
      Map<String, AttributeValue> item, String name, @Nullable Duration duration) {
    if (duration != null) {
      item.put(name, number(duration.toMillis()));
    }
  }

  private static @Nullable Duration duration(Map<String, AttributeValue> item, String name) {
    return item.containsKey(name)
        ? Duration.ofMillis(Long.parseLong(attribute(item, name).n()))
        : null;
  }
}
