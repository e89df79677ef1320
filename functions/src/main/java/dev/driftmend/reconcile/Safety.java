package dev.driftmend.reconcile;

import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.model.Live;
import dev.driftmend.model.Network;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Step;
import dev.driftmend.network.Flows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Plays a plan in the network that was read: a step that would cut what the template allows and
 * what flows now is no step but a report. Pure.
 */
final class Safety {
  /**
   * Rules per group, direction and address family, unless the account has more.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups">Quotas</a>
   */
  private static final int RULES = 60;

  private final Worlds worlds;
  private final Live live;

  Safety(Worlds worlds, Live live) {
    this.worlds = worlds;
    this.live = live;
  }

  /** The same steps in an order that works, each proved or turned into a report. */
  List<Step> proved(List<Step> steps) {
    var made = new ArrayList<Step.Call>();
    var proved = new ArrayList<Step>();
    for (var step : roomFirst(steps)) {
      switch (step) {
        case Step.Report r -> proved.add(r);
        case Step.Call c -> {
          var lost = lostBy(made, c);
          if (lost.isEmpty()) {
            made.add(c);
            proved.add(c);
          } else {
            proved.add(report(c, lost));
          }
        }
      }
    }
    return proved;
  }

  /**
   * At the quota nothing can be added before something is removed: there an extra rule that serves
   * nothing goes first.
   */
  private List<Step> roomFirst(List<Step> steps) {
    var first = new ArrayList<Step>();
    var others = new ArrayList<Step>();
    for (var step : steps) {
      var makesRoom =
          step instanceof Step.Call c
              && c.resource().type().equals(SecurityGroup.TYPE)
              && c.phase() == Step.Phase.REMOVE
              && isFull(c)
              && lostBy(List.of(), c).isEmpty();
      (makesRoom ? first : others).add(step);
    }
    first.addAll(others);
    return first;
  }

  private boolean isFull(Step.Call revoke) {
    var property =
        revoke.operation().endsWith("Egress") ? SecurityGroup.EGRESS : SecurityGroup.INGRESS;
    return live.resources().get(revoke.resource().logicalId()) instanceof Observed.Found found
        && found.properties().get(property) instanceof Property.Members rules
        && rules.items().size() >= RULES;
  }

  private Flows lostBy(List<Step.Call> made, Step.Call next) {
    var calls = new ArrayList<>(made);
    calls.add(next);
    var networks = worlds.after(calls);
    Network before = made.isEmpty() ? worlds.live() : networks.get(made.size() - 1);
    var after = networks.getLast();
    return after.equals(before)
        ? new Flows(Map.of())
        : worlds.flows(before).and(worlds.flows(worlds.wanted())).minus(worlds.flows(after));
  }

  private static Step report(Step.Call call, Flows lost) {
    return new Step.Report(
        call.fingerprints(),
        call.resource(),
        call.operation() + " would cut what the template allows: " + lost.text(),
        "see that this traffic has another way first; then "
            + call.operation()
            + " "
            + call.arguments());
  }
}
