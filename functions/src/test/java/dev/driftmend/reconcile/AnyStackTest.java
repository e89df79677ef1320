package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.drift.Comparison;
import dev.driftmend.drift.ExposureAssessor;
import dev.driftmend.drift.NetworkReading;
import dev.driftmend.drift.RepairDestinations;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.plan.Holds;
import dev.driftmend.plan.PlanRequest;
import dev.driftmend.plan.Planner;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.StackCase;
import dev.driftmend.testing.Deployed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stacks that were not made for Driftmend: what is not guarded is listed, and nothing throws. */
class AnyStackTest {
  private static final Path TEMPLATES = Path.of("functions/src/test/resources/templates");
  private static final Policy REPAIR =
      new Policy(Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), List.of());

  static List<String> stacks() throws IOException {
    var names = new ArrayList<String>();
    for (var folder : List.of("stacks", "any")) {
      try (var files = Files.list(TEMPLATES.resolve(folder))) {
        files.map(f -> folder + "/" + f.getFileName()).sorted().forEach(names::add);
      }
    }
    return names;
  }

  @Test
  void thereAreStacksOfVeryDifferentMake() throws IOException {
    assertThat(stacks()).hasSizeGreaterThanOrEqualTo(18);
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void everyResourceIsGuardedOrListedAsNotCovered(String name) throws IOException {
    var snapshot = snapshot(name);
    var resolved = Resolver.resolve(snapshot);
    var desired = Desireds.of(resolved);

    var listed =
        Stream.concat(
                desired.resources().stream().map(r -> r.ref().logicalId()),
                desired.notCovered().stream().map(NotCovered::logicalId))
            .collect(Collectors.toSet());

    assertThat(
            resolved.resources().stream()
                .map(r -> r.ref())
                .filter(r -> !isPart(r))
                .map(ResourceRef::logicalId))
        .allSatisfy(id -> assertThat(listed).contains(id));
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void liveAsTheTemplateSaysHasNoDrift(String name) throws IOException {
    var desired = Desireds.of(Resolver.resolve(snapshot(name)));

    assertThat(
            Comparison.between(
                desired, live(desired, r -> new Observed.Found(known(r.properties())))))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void whateverIsFoundEveryDriftIsAnsweredByOneStep(String name) throws IOException {
    var desired = Desireds.of(Resolver.resolve(snapshot(name)));

    assertThat(plan(desired, live(desired, r -> new Observed.Gone())).calls()).isEmpty();
    assertThat(plan(desired, live(desired, r -> new Observed.Unreadable("denied"))).calls())
        .isEmpty();
    plan(desired, live(desired, r -> new Observed.Found(Map.of())));
    plan(desired, live(desired, r -> new Observed.Found(strange(r.properties()))));
  }

  @Test
  void aStackOfManyResourcesIsOneToo() {
    var template = new StringBuilder("Resources:\n");
    IntStream.range(0, 160)
        .forEach(
            i ->
                template.append(
                    """
                      Group%d:
                        Type: AWS::EC2::SecurityGroup
                        Properties: {GroupDescription: g, SecurityGroupIngress: [{IpProtocol: tcp, FromPort: %d, ToPort: %d, SourceSecurityGroupId: !Ref Group%d}]}
                    """
                        .formatted(i, 1000 + i, 1000 + i, (i + 1) % 160)));
    var desired = Desireds.of(Resolver.resolve(Deployed.snapshot(template.toString())));

    assertThat(desired.resources()).hasSize(160);
    assertThat(
            plan(desired, live(desired, r -> new Observed.Found(strange(r.properties()))))
                .findings())
        .hasSizeGreaterThan(160);
  }

  private static Plan plan(Desired desired, Live live) {
    var drifts = Comparison.between(desired, live);
    var destinations = new RepairDestinations(desired, live, RepairDestinations.Seen.NOTHING);
    var findings =
        new ExposureAssessor(desired, live, destinations, NetworkReading.NOT_NEEDED).assess(drifts);
    var plan =
        Planner.plan(
            new PlanRequest(
                desired,
                live,
                findings,
                REPAIR,
                Map.of(),
                Holds.NONE,
                destinations,
                null,
                WritePermission.GRANTED));
    assertThat(plan.steps().stream().flatMap(s -> s.fingerprints().stream()))
        .containsExactlyInAnyOrderElementsOf(
            drifts.stream().map(d -> d.fingerprint(desired.stack())).toList());
    assertThat(plan.steps())
        .allSatisfy(
            s -> {
              if (s instanceof Step.Report r) {
                assertThat(r.remediation()).isNotBlank();
              }
            });
    return plan;
  }

  private static Live live(Desired desired, Function<Resource, Observed> observed) {
    var live = new HashMap<String, Observed>();
    desired.resources().forEach(r -> live.put(r.ref().logicalId(), observed.apply(r)));
    return new Live(desired.stack(), live);
  }

  private static Map<String, Property> known(Map<String, Property> properties) {
    var known = new HashMap<String, Property>();
    properties.forEach(
        (name, p) ->
            known.put(name, p instanceof Property.Members m ? Property.Members.of(m.items()) : p));
    return known;
  }

  /** Every scalar another one, every set empty. */
  private static Map<String, Property> strange(Map<String, Property> properties) {
    var strange = new HashMap<String, Property>();
    properties.forEach(
        (name, p) ->
            strange.put(
                name,
                switch (p) {
                  case Property.Scalar s -> new Property.Scalar("strange");
                  case Property.Members m -> Property.Members.of(List.of());
                  case Property.Unknown u -> u;
                }));
    return strange;
  }

  private static boolean isPart(ResourceRef ref) {
    return Kinds.of(ref.type()).isEmpty() && Kinds.covers(ref.type());
  }

  private static StackSnapshot snapshot(String name) throws IOException {
    if (name.startsWith("any/")) {
      return Deployed.snapshot(Files.readString(TEMPLATES.resolve(name)));
    }
    var stack = StackCase.read(name);
    return stack.snapshot(stack.template());
  }
}
