package dev.driftmend.reconcile;

import dev.driftmend.kind.Instance;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Finding;
import dev.driftmend.model.Item;
import dev.driftmend.model.Live;
import dev.driftmend.model.Network;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import dev.driftmend.model.SecurityRule;
import dev.driftmend.model.SecurityRule.Peer.PrefixList;
import dev.driftmend.model.Severity;
import dev.driftmend.network.Exposures;
import dev.driftmend.network.Exposures.Exposed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From drifts to findings: what each one opens or breaks. Pure. */
final class Judge {
  private Judge() {}

  /**
   * Which part of the network must be read to judge these drifts; nothing if none of them needs it.
   */
  record Question(TreeSet<String> groups, TreeSet<String> prefixLists) {
    boolean isEmpty() {
      return groups.isEmpty();
    }
  }

  static Question question(Desired desired, Live live, List<Drift> drifts) {
    var groups = new TreeSet<String>();
    var prefixLists = new TreeSet<String>();
    for (var drift : drifts) {
      if (rule(drift).isPresent()) {
        groups.add(drift.resource().physicalId());
      }
      if (isPublicAddress(drift)
          && live.resources().get(drift.resource().logicalId()) instanceof Observed.Found f) {
        members(f.properties().get(Instance.GROUPS)).forEach(i -> groups.add(i.key()));
      }
    }
    // Not the drifting rules' alone: other rules decide whether they let anything more through.
    Stream.of(rulesOf(desired), rulesOf(desired, live))
        .flatMap(byGroup -> byGroup.entrySet().stream())
        .filter(e -> groups.contains(e.getKey()))
        .flatMap(e -> e.getValue().stream())
        .flatMap(r -> r.peer() instanceof PrefixList p ? Stream.of(p.text()) : Stream.of())
        .forEach(prefixLists::add);
    return new Question(groups, prefixLists);
  }

  /**
   * @param network null if nothing asks for it or it could not be read: then the kind's own
   *     judgement holds, which takes a drift for as bad as it can be
   * @param unread why it could not be read, null if it could or nothing asks for it
   */
  static List<Finding> judge(
      Desired desired,
      Live live,
      List<Drift> drifts,
      @Nullable Network network,
      @Nullable String unread) {
    var exposures =
        network == null ? null : new Exposures(network, rulesOf(desired), rulesOf(desired, live));
    var resources = new HashMap<String, Resource>();
    desired.resources().forEach(r -> resources.put(r.ref().logicalId(), r));
    var findings = new ArrayList<Finding>();
    for (var drift : drifts) {
      var resource = Objects.requireNonNull(resources.get(drift.resource().logicalId()));
      var exposed = exposed(drift, resource, live, exposures, unread);
      findings.add(new Finding(drift, exposed.exposure(), exposed.why(), severity(drift, exposed)));
    }
    return findings;
  }

  private static Exposed exposed(
      Drift drift,
      Resource resource,
      Live live,
      @Nullable Exposures exposures,
      @Nullable String unread) {
    if (exposures != null) {
      var group = drift.resource().physicalId();
      if (drift instanceof Drift.Extra e && rule(drift).isPresent()) {
        return exposures.extra(group, SecurityRule.parse(e.item().key()));
      }
      if (drift instanceof Drift.Missing m && rule(drift).isPresent()) {
        return exposures.missing(group, SecurityRule.parse(m.item().key()));
      }
      if (drift instanceof Drift.Extra e && isPublicAddress(drift)) {
        return exposures.publicAddress(group, e.item().key());
      }
    }
    Kind kind = Kinds.of(resource.ref().type()).orElseThrow();
    var observed =
        live.resources()
            .getOrDefault(resource.ref().logicalId(), new Observed.Unreadable("not looked at"));
    var impact = kind.impact(drift, resource, observed);
    var guessed = unread != null && (rule(drift).isPresent() || isPublicAddress(drift));
    var why = guessed ? impact.why() + " (" + unread + ")" : impact.why();
    return new Exposed(impact.exposure(), why);
  }

  /** Not knowing is not harmless: what could not be read is looked at like something degraded. */
  private static Severity severity(Drift drift, Exposed exposed) {
    return drift instanceof Drift.Unreadable ? Severity.MEDIUM : Severity.of(exposed.exposure());
  }

  private static Optional<SecurityRule> rule(Drift drift) {
    if (!drift.resource().type().equals(SecurityGroup.TYPE)) {
      return Optional.empty();
    }
    return switch (drift) {
      case Drift.Extra e -> Optional.of(SecurityRule.parse(e.item().key()));
      case Drift.Missing m -> Optional.of(SecurityRule.parse(m.item().key()));
      case Drift.Changed c -> Optional.empty();
      case Drift.Gone g -> Optional.empty();
      case Drift.Unreadable u -> Optional.empty();
    };
  }

  private static boolean isPublicAddress(Drift drift) {
    return drift.resource().type().equals(Instance.TYPE)
        && drift.property().equals(Instance.PUBLIC_ADDRESS);
  }

  private static Map<String, List<SecurityRule>> rulesOf(Desired desired) {
    var rules = new HashMap<String, List<SecurityRule>>();
    groups(desired).forEach(g -> rules.put(g.ref().physicalId(), rules(g.properties())));
    return rules;
  }

  private static Map<String, List<SecurityRule>> rulesOf(Desired desired, Live live) {
    var rules = new HashMap<String, List<SecurityRule>>();
    groups(desired)
        .forEach(
            g -> {
              if (live.resources().get(g.ref().logicalId()) instanceof Observed.Found f) {
                rules.put(g.ref().physicalId(), rules(f.properties()));
              }
            });
    return rules;
  }

  private static Stream<Resource> groups(Desired desired) {
    return desired.resources().stream().filter(r -> r.ref().type().equals(SecurityGroup.TYPE));
  }

  private static List<SecurityRule> rules(Map<String, Property> properties) {
    return Stream.of(SecurityGroup.INGRESS, SecurityGroup.EGRESS)
        .flatMap(p -> members(properties.get(p)).stream())
        .map(i -> SecurityRule.parse(i.key()))
        .toList();
  }

  private static List<Item> members(@Nullable Property property) {
    return property instanceof Property.Members m ? m.items() : List.of();
  }
}
