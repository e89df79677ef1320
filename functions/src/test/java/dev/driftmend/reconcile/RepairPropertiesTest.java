package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.reconcile.Generated.Case;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import dev.driftmend.testing.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every plan, whatever the stack and whatever was done to it. */
class RepairPropertiesTest {
  private static final int TRIES = 100;

  @Provide
  static Arbitrary<Case> untouched() {
    return Generated.cases(0);
  }

  @Provide
  static Arbitrary<Case> touched() {
    return Generated.cases(6);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void aStackComparedWithItselfHasNoDrift(@ForAll("untouched") Case stack) {
    assertThat(stack.guard().drifts()).isEmpty();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyDriftIsAnsweredByExactlyOneStepAndNamedByItsOwnFingerprint(
      @ForAll("touched") Case stack) {
    var plan = plan(stack.guard());

    assertThat(plan.steps().stream().flatMap(s -> s.fingerprints().stream()))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(fingerprints(plan));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void afterRepairOnlyWhatIsLeftToPeopleRemains(@ForAll("touched") Case stack) {
    var guard = stack.guard();
    var before = plan(guard);

    // Twice, because an extra target goes only when a declared one serves again.
    guard.run();
    guard.run();

    var after = plan(guard);
    assertThat(after.calls()).isEmpty();
    assertThat(fingerprints(before)).containsAll(fingerprints(after));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void anEqualRuleIsNeverRemovedAndAddedAgain(@ForAll("touched") Case stack) {
    var guard = stack.guard();
    var before = declaredIds(guard.world);

    guard.run();

    assertThat(declaredIds(guard.world)).containsAllEntriesOf(before);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void noStepCutsTrafficThatTheTemplateAllows(@ForAll("touched") Case stack) {
    var guard = stack.guard();
    var allowed = new HashMap<String, Set<String>>();
    groups(guard.world.desired())
        .forEach(r -> allowed.put(r.ref().logicalId(), flows(keys(r.properties().values()))));

    for (var call : plan(guard).calls()) {
      var before = flowing(guard.world, allowed);
      guard.world.execute(call);
      flowing(guard.world, allowed)
          .forEach(
              (group, after) -> assertThat(after).as(call.why()).containsAll(before.get(group)));
    }
  }

  /** Of all that is wanted and flows, where each group is full. */
  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void makingRoomAtTheQuotaCutsNothingThatTheTemplateAllows(@ForAll("touched") Case stack) {
    var guard = stack.guard();
    var allowed = new HashMap<String, Set<String>>();
    groups(guard.world.desired())
        .forEach(r -> allowed.put(r.ref().logicalId(), flows(keys(r.properties().values()))));
    guard.world.fillGroups();
    var flowing = new HashMap<>(flowing(guard.world, allowed));
    guard.world.executed =
        () ->
            flowing(guard.world, allowed)
                .forEach(
                    (group, after) -> {
                      assertThat(after).containsAll(flowing.get(group));
                      flowing.put(group, after);
                    });

    guard.run();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void noStepTakesADeclaredTargetOrTheLastHealthyOne(@ForAll("touched") Case stack) {
    var guard = stack.guard();
    var declared =
        Set.copyOf(
            World.keys(
                Deployed.resource(guard.world.desired(), "Targets")
                    .properties()
                    .get(TargetGroup.TARGETS)));

    for (var call : plan(guard).calls()) {
      var before = new HashSet<>(guard.world.the("Targets").keys(TargetGroup.TARGETS));
      guard.world.execute(call);
      before.retainAll(declared);
      assertThat(guard.world.the("Targets").keys(TargetGroup.TARGETS)).containsAll(before);
      if (call.operation().equals("DeregisterTargets")) {
        assertThat(before).as("a declared target that serves").isNotEmpty();
      }
    }
  }

  /** Handles apart, which only the service gives, and health, which only time brings. */
  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void aStepMakesOfAResourceWhatItsKindSays(@ForAll("touched") Case stack) {
    var guard = stack.guard();
    for (var call : plan(guard).calls()) {
      var kind = Kinds.of(call.resource().type()).orElseThrow();
      var said = kind.after(call, observed(guard.world, call));
      guard.world.execute(call);
      assertThat(content(said)).as(call.why()).isEqualTo(content(observed(guard.world, call)));
    }
  }

  private static Observed observed(World world, Step.Call call) {
    return Objects.requireNonNull(
        world.read(world.desired()).resources().get(call.resource().logicalId()));
  }

  private static Map<String, Object> content(Observed observed) {
    var content = new HashMap<String, Object>();
    if (observed instanceof Observed.Found found) {
      found
          .properties()
          .forEach(
              (name, property) -> {
                if (!name.equals(TargetGroup.TARGET_HEALTH)) {
                  content.put(name, content(property));
                }
              });
    }
    return content;
  }

  private static Object content(dev.driftmend.model.stack.Property property) {
    return property instanceof dev.driftmend.model.stack.Property.Members m
        ? m.items().stream().collect(Collectors.toMap(Item::key, i -> said(i.fields())))
        : property;
  }

  /** Without the state of a route, which follows from its target. */
  private static Map<String, String> said(Map<String, String> fields) {
    var said = new HashMap<>(fields);
    said.remove(RouteTable.STATE);
    return said;
  }

  /**
   * Apart from targets: the last one that may serve is not taken away, not even to go back. And
   * apart from a subnet that used the main table, to which no call goes back.
   */
  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void takingAPlanBackMakesOfTheStackWhatItWas(@ForAll("touched") Case stack) {
    var guard = stack.guard();
    var mainTable = Subnet.MAIN.equals(guard.world.the("Subnet").get(Subnet.ROUTE_TABLE));
    var before = all(guard.world);
    var examined = plan(guard);
    var inverses =
        RollbackPlanner.of(
            examined, guard.world.desired(), guard.world.read(guard.world.desired()), null);
    examined.calls().forEach(guard.world::execute);

    inverses.forEach(i -> guard.world.execute(i.call()));

    var after = all(guard.world);
    if (mainTable) {
      before.remove("Subnet");
      after.remove("Subnet");
    }
    assertThat(after).isEqualTo(before);
  }

  private static Map<String, Object> all(World world) {
    var all = new HashMap<String, Object>();
    world
        .read(world.desired())
        .resources()
        .forEach((id, observed) -> all.put(id, content(observed)));
    all.remove("Targets");
    return all;
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void restoresPrecedeRemovals(@ForAll("touched") Case stack) {
    assertThat(plan(stack.guard()).calls()).extracting(Step.Call::phase).isSorted();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void theSameStackGivesTheSamePlan(@ForAll("touched") Case stack) {
    var guard = stack.guard();

    assertThat(plan(guard)).isEqualTo(plan(guard)).isEqualTo(plan(stack.guard()));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void aDriftKeepsItsNameWhateverElseDrifts(@ForAll("touched") Case stack) {
    var names = new HashMap<String, String>();
    for (var i = 0; i <= stack.changes().size(); i++) {
      var drifts = new Case(stack.template(), stack.changes().subList(0, i)).guard().drifts();
      for (var drift : drifts) {
        var name = names.putIfAbsent(identity(drift), drift.fingerprint(Deployed.STACK));
        assertThat(name).isIn(null, drift.fingerprint(Deployed.STACK));
      }
    }
    assertThat(names.values()).doesNotHaveDuplicates();
  }

  private static String identity(Drift drift) {
    var of =
        switch (drift) {
          case Drift.Extra e -> e.item().key();
          case Drift.Missing m -> m.item().key();
          case Drift.Changed c -> c.key() + "/" + c.field();
          case Drift.Gone _, Drift.Unreadable _ -> "";
        };
    return String.join(" ", drift.sort(), drift.resource().logicalId(), drift.property(), of);
  }

  private static Plan plan(Guard guard) {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow();
  }

  private static List<String> fingerprints(Plan plan) {
    return plan.findings().stream().map(f -> f.drift().fingerprint(plan.stack())).toList();
  }

  private static Stream<Resource> groups(Desired desired) {
    return desired.resources().stream().filter(r -> r.ref().type().equals(SecurityGroup.TYPE));
  }

  /** The ids of all live rules that the template declares. */
  private static Map<String, String> declaredIds(World world) {
    var ids = new HashMap<String, String>();
    groups(world.desired())
        .forEach(
            group ->
                group
                    .properties()
                    .forEach(
                        (way, rules) -> {
                          var live = world.the(group.ref().logicalId());
                          for (var key : World.keys(rules)) {
                            var id = live.handle(way, key);
                            if (id != null) {
                              ids.put(group.ref().logicalId() + " " + key, id);
                            }
                          }
                        }));
    return ids;
  }

  private static Map<String, Set<String>> flowing(World world, Map<String, Set<String>> allowed) {
    var flowing = new HashMap<String, Set<String>>();
    allowed.forEach(
        (group, flows) -> {
          var live = new ArrayList<>(world.the(group).keys("Ingress"));
          live.addAll(world.the(group).keys("Egress"));
          var now = flows(live);
          now.retainAll(flows);
          flowing.put(group, now);
        });
    return flowing;
  }

  private static List<String> keys(Collection<dev.driftmend.model.stack.Property> properties) {
    return properties.stream().flatMap(p -> World.keys(p).stream()).toList();
  }

  /** What these rules let through, as single flows: way, protocol, port, peer. */
  private static Set<String> flows(List<String> keys) {
    var flows = new HashSet<String>();
    for (var key : keys) {
      var rule = SecurityRule.parse(key);
      for (var protocol : List.of("tcp", "udp", "icmp")) {
        if (!rule.protocol().equals(SecurityRule.ALL) && !rule.protocol().equals(protocol)) {
          continue;
        }
        for (var port : List.of(8, 53, 80, 81, 443, 5000, 65_535)) {
          if (rule.from() == null || holds(rule, port)) {
            peers(rule).forEach(p -> flows.add(rule.direction() + protocol + port + p));
          }
        }
      }
    }
    return flows;
  }

  private static boolean holds(SecurityRule rule, int port) {
    var from = rule.from() == null ? 0 : rule.from();
    var to = rule.to() == null || rule.to() < 0 ? 65_535 : rule.to();
    return rule.protocol().equals("icmp") ? from == port : from <= port && port <= to;
  }

  private static List<String> peers(SecurityRule rule) {
    return rule.peer().text().equals("0.0.0.0/0")
        ? List.of("0.0.0.0/0", "10.0.0.0/8")
        : List.of(rule.peer().text());
  }
}
