package dev.driftmend.testing;

import dev.driftmend.drift.Comparison;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One resource as it is wanted and as it is: what differs, and what its kind would do about it. */
public record Look(Resource desired, Observed live) {

  public static Look at(DeclaredStack stack, String logicalId, Map<String, Property> live) {
    return new Look(Deployed.resource(stack, logicalId), new Observed.Found(live));
  }

  public static Property scalar(String value) {
    return new Property.Scalar(value);
  }

  public static Property.Members members(String... keys) {
    return Property.Members.of(Stream.of(keys).map(Item::of).toList());
  }

  /** Rules with the ids sgr-1, sgr-2 and so on. */
  public static Property rules(String... keys) {
    var items = new ArrayList<Item>();
    for (var key : keys) {
      items.add(new Item(key, new TreeMap<>(), "sgr-" + (items.size() + 1)));
    }
    return Property.Members.of(items);
  }

  public Kind kind() {
    return Kinds.of(desired.ref().type()).orElseThrow();
  }

  public List<Drift> drifts() {
    return Comparison.between(
        new Desired(Deployed.STACK, Deployed.UPDATED, List.of(desired), List.of()),
        new Live(Deployed.STACK, Map.of(desired.ref().logicalId(), live)));
  }

  /** Each as its sort and what differs, e.g. {@code EXTRA not in the template: sg-1}. */
  public List<String> differences() {
    return drifts().stream().map(d -> d.sort() + " " + d.what()).toList();
  }

  public List<Step> steps() {
    return kind().repair(Deployed.STACK, desired, live, drifts());
  }

  /** The only step, which must be a call. */
  public Step.Call call() {
    return (Step.Call) only();
  }

  /** The only step, which must be a report. */
  public Step.Report report() {
    return (Step.Report) only();
  }

  /** As it is once all calls have been made. */
  public Look afterAll() {
    var now = live;
    for (var step : steps()) {
      now = after(step, now);
    }
    return new Look(desired, now);
  }

  /**
   * As it is once all calls have been made and were taken back, the last one first: what takes a
   * call back is the repair of the state before it, taken as desired, against the state after it.
   */
  public Observed rolledBack() {
    var states = new ArrayDeque<Observed>(List.of(live));
    for (var step : steps()) {
      states.push(after(step, states.element()));
    }
    var now = states.pop();
    for (var before : states) {
      var wanted = new Resource(desired.ref(), ((Observed.Found) before).properties());
      for (var step : new Look(wanted, now).steps()) {
        if (step instanceof Step.Report report) {
          throw new AssertionError("not taken back: " + report);
        }
        now = after(step, now);
      }
    }
    return now;
  }

  private Observed after(Step step, Observed now) {
    return step instanceof Step.Call call ? kind().after(call, now) : now;
  }

  private Step only() {
    var steps = steps();
    if (steps.size() != 1) {
      throw new AssertionError("one step expected, not " + steps);
    }
    return steps.getFirst();
  }
}
