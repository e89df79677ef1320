package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.drift.Comparison;
import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.testing.Deployed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several parts on one resource of another stack are one thing in the simulated network. */
class SharedPartsTest {
  private static final String TEMPLATE =
      """
      Resources:
        One:
          Type: AWS::EC2::SecurityGroupIngress
          Properties: {GroupId: sg-0theirs, IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.80.1.0/24}
        Two:
          Type: AWS::EC2::SecurityGroupIngress
          Properties: {GroupId: sg-0theirs, IpProtocol: tcp, FromPort: 6379, ToPort: 6379, CidrIp: 10.80.1.0/24}
      """;
  private static final String ONE = "ingress tcp 5432 from 10.80.1.0/24";
  private static final String TWO = "ingress tcp 6379 from 10.80.1.0/24";
  private static final String THEIRS = "ingress tcp 22 from 10.0.0.0/8";

  private final Desired desired = Desireds.withParts(Resolver.resolve(Deployed.snapshot(TEMPLATE)));
  private final Live live = live();
  private final List<Drift> drifts = Comparison.between(desired, live);
  private final NetworkSimulation worlds =
      new NetworkSimulation(desired, live, Network.EMPTY, drifts);

  private Live live() {
    var seen = new HashMap<String, Observed>();
    for (var resource : desired.resources()) {
      seen.put(
          resource.ref().logicalId(),
          new Observed.Found(
              Map.of(
                  SecurityGroup.INGRESS,
                  Property.Members.of(List.of(Item.of(THEIRS))),
                  SecurityGroup.EGRESS,
                  Property.Members.of(List.of()))));
    }
    return new Live(desired.stack(), seen);
  }

  private static List<String> rules(Network network) {
    return network.groups().getOrDefault("sg-0theirs", List.of()).stream()
        .map(SecurityRule::key)
        .toList();
  }

  private List<Step.Call> calls() {
    return desired.resources().stream().flatMap(r -> calls(r).stream()).toList();
  }

  private List<Step.Call> calls(Resource resource) {
    var of = drifts.stream().filter(d -> d.resource().equals(resource.ref())).toList();
    return Kinds.of(resource.ref().type())
        .orElseThrow()
        .repair(
            desired.stack(),
            resource,
            Objects.requireNonNull(live.resources().get(resource.ref().logicalId())),
            of)
        .stream()
        .map(Step.Call.class::cast)
        .toList();
  }

  @Test
  void theNetworkThatTheTemplateWantsHasBothLostRules() {
    assertThat(drifts).hasSize(2);
    assertThat(rules(worlds.wanted())).containsExactlyInAnyOrder(THEIRS, ONE, TWO);
  }

  @Test
  void withOneOfThemRevertedItHasThatOne() {
    for (var drift : drifts) {
      assertThat(rules(worlds.without(Set.of(drift))))
          .containsExactlyInAnyOrder(THEIRS, ((Drift.Missing) drift).item().key());
    }
  }

  @Test
  void whatOneCallRestoredIsStillThereAfterTheNext() {
    var played = worlds.unplayed();
    for (var call : calls()) {
      var next = worlds.after(played, call);
      assertThat(worlds.lost(played.network(), next.network(), call).isEmpty()).isTrue();
      played = next;
    }
    assertThat(rules(played.network())).containsExactlyInAnyOrder(THEIRS, ONE, TWO);
  }
}
