package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight;
import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at everything that a deployment may stumble over, and that a deployed guard may be without
 * effect for. What could not be looked at is said to be unknown and keeps nothing else from being
 * looked at.
 */
public final class Doctor {
  private static final List<Matter> MATTERS =
      List.of(
          new Standing(),
          new NameLengths(),
          new Workload(),
          new OfWorkload(new Images()),
          new OfWorkload(new InstanceZones()),
          new OfWorkload(new SubnetRanges()),
          new Concurrencies(),
          new SnapStarts(),
          new TrailCosts(),
          new OfWorkload(new Addresses()),
          new OfWorkload(new VpcQuotas()),
          new PolicySizes(),
          new LivePolicies(),
          new RoleEvents(),
          new Subscribers(),
          new Costs());

  private Doctor() {}

  public static Preflight look(Visit visit) {
    var checks = new ArrayList<Check>();
    for (var matter : MATTERS) {
      checks.addAll(looked(matter, visit));
    }
    return new Preflight(
        visit.who().account(),
        visit.who().region(),
        visit.stack(),
        !visit.settings().first(),
        checks,
        visit.settings().handedOver());
  }

  private static List<Check> looked(Matter matter, Visit visit) {
    try {
      return matter.look(visit);
    } catch (DeniedFailure | TransientFailure e) {
      return List.of(matter.says().unknown("could not be looked at: " + e.getMessage()));
    } catch (RuntimeException e) {
      // An odd answer about one matter keeps nobody from looking at the others.
      return List.of(matter.says().unknown("AWS's answer is not understood: " + e));
    }
  }
}
