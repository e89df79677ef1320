package dev.driftmend.drift;

import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.network.Exposures;
import dev.driftmend.network.Exposures.Exposed;
import dev.driftmend.network.RuleExposures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From drifts to findings: what each one opens or breaks. Pure. */
public final class ExposureAssessor {
  private final Map<String, Resource> resources = new HashMap<>();
  private final Live live;
  private final RepairDestinations destinations;
  private final @Nullable NetworkSimulation simulation;
  private final @Nullable String unread;
  private @Nullable Exposures exposures;
  private @Nullable RuleExposures rules;

  /**
   * @param destinations whether that works which a repair leads traffic to
   * @param network where it has nothing to say, the kind's own judgement holds, which takes a drift
   *     for as bad as it can be
   */
  public ExposureAssessor(
      Desired desired, Live live, RepairDestinations destinations, NetworkReading network) {
    desired.resources().forEach(r -> resources.put(r.ref().logicalId(), r));
    this.live = live;
    this.destinations = destinations;
    this.simulation = network.simulation();
    this.unread = network.failure();
  }

  public List<Finding> assess(List<Drift> drifts) {
    var findings = new ArrayList<Finding>();
    for (var drift : drifts) {
      var exposed = destinations.exposed(drift, exposed(drift));
      findings.add(new Finding(drift, exposed.exposure(), exposed.why(), severity(drift, exposed)));
    }
    return findings;
  }

  private Exposed exposed(Drift drift) {
    var impact = impact(drift);
    if (simulation == null) {
      return unread != null && NetworkQuery.asks(drift)
          ? new Exposed(impact.exposure(), impact.why() + " (" + unread + ")")
          : impact;
    }
    var reached = ListenerExposures.of(drift, live, simulation);
    if (reached.isPresent()) {
      return reached.get();
    }
    if (kind(drift).decidesForNobody(drift, simulation.live())) {
      return new Exposed(Exposure.NONE, impact.why() + ", but nothing stands in the subnet");
    }
    return simulation.decides(drift) ? decided(drift, impact, simulation) : impact;
  }

  /** What the network says; the kind's own judgement only where it says nothing. */
  private Exposed decided(Drift drift, Exposed impact, NetworkSimulation in) {
    var found = exposures(in).of(in.opened(drift), in.cut(drift));
    if (found.isPresent() && found.get().exposure() != Exposure.LATENT) {
      return found.get();
    }
    return byRule(drift, in)
        .or(() -> found)
        .orElseGet(
            () ->
                impact.exposure() == Exposure.LATENT
                    ? impact
                    : new Exposed(
                        Exposure.NONE,
                        impact.why() + ", but nothing that the template allows goes there now"));
  }

  private static Kind kind(Drift drift) {
    return Kinds.of(drift.resource());
  }

  private Optional<Exposed> byRule(Drift drift, NetworkSimulation in) {
    if (!kind(drift).holdsRules()) {
      return Optional.empty();
    }
    var group = drift.resource().physicalId();
    var rules = rules(in);
    return switch (drift) {
      case Drift.Extra e ->
          Optional.of(
              rules.extra(
                  group,
                  SecurityRule.parse(e.item().key()),
                  in.wanted().groups().getOrDefault(group, List.of())));
      case Drift.Missing m -> Optional.of(rules.missing(group, SecurityRule.parse(m.item().key())));
      case Drift.Changed _, Drift.Gone _, Drift.Unreadable _ -> Optional.empty();
    };
  }

  private Exposures exposures(NetworkSimulation in) {
    if (exposures == null) {
      exposures = new Exposures(in.live(), in::flowing);
    }
    return exposures;
  }

  private RuleExposures rules(NetworkSimulation in) {
    if (rules == null) {
      rules = new RuleExposures(in.live());
    }
    return rules;
  }

  private Exposed impact(Drift drift) {
    var resource = Objects.requireNonNull(resources.get(drift.resource().logicalId()));
    var observed =
        live.resources()
            .getOrDefault(resource.ref().logicalId(), new Observed.Unreadable("not looked at"));
    var impact = Kinds.of(resource.ref()).impact(drift, resource, observed);
    return new Exposed(impact.exposure(), impact.why());
  }

  /** Not knowing is not harmless: what could not be read is looked at like something degraded. */
  private static Severity severity(Drift drift, Exposed exposed) {
    return drift instanceof Drift.Unreadable ? Severity.MEDIUM : Severity.of(exposed.exposure());
  }
}
