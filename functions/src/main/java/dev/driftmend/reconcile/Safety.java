package dev.driftmend.reconcile;

import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.model.Live;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Step;
import dev.driftmend.network.Flows;
import java.util.ArrayList;
import java.util.List;

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
    var made = worlds.unplayed();
    var proved = new ArrayList<Step>();
    for (var step : roomFirst(steps)) {
      switch (step) {
        case Step.Report r -> proved.add(r);
        case Step.Call c -> {
          var next = worlds.after(made, c);
          var lost = worlds.lost(made.network(), next.network(), c);
          if (lost.isEmpty()) {
            made = next;
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
              && servesNothing(c);
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

  private boolean servesNothing(Step.Call revoke) {
    var now = worlds.unplayed();
    return worlds.lost(now.network(), worlds.after(now, revoke).network(), revoke).isEmpty();
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
