package dev.driftmend.kind.network;

import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkAclTest {
  private static final String ACL =
      """
      Acl:
        Type: AWS::EC2::NetworkAcl
        Properties: {VpcId: vpc-1}
      """;
  private static final String ENTRIES =
      ACL
          + """
          Web:
            Type: AWS::EC2::NetworkAclEntry
            Properties: {NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, RuleAction: allow, CidrBlock: 0.0.0.0/0, PortRange: {From: 80, To: 80}}
          Out:
            Type: AWS::EC2::NetworkAclEntry
            Properties: {NetworkAclId: !GetAtt Acl.Id, RuleNumber: '100', Egress: 'true', Protocol: '-1', RuleAction: ALLOW, Ipv6CidrBlock: '::/0'}
          Other:
            Type: AWS::EC2::NetworkAclEntry
            Properties: {NetworkAclId: acl-other, RuleNumber: 110, Protocol: -1, RuleAction: deny, CidrBlock: 0.0.0.0/0}
          Default:
            Type: AWS::EC2::NetworkAclEntry
            Properties: {NetworkAclId: !GetAtt Vpc.DefaultNetworkAcl, RuleNumber: 110, Protocol: -1, RuleAction: deny, CidrBlock: 0.0.0.0/0}
          Vpc:
            Type: AWS::EC2::VPC
          """;
  private static final String WEB = "allow ingress tcp 80 from 0.0.0.0/0";
  private static final String OUT = "allow egress all to ::/0";

  @Test
  void entriesAsDeclaredAreLeftAlone() {
    assertThat(acl(Map.of()).drifts()).isEmpty();
  }

  @Test
  void everyRepairWaitsForTheWordOfThePolicy() {
    var look =
        acl(
            Map.of(
                "ingress 100", "",
                "egress 100", "allow egress all to 0.0.0.0/0",
                "ingress 90", "deny ingress all from 198.51.100.0/24"));

    assertThat(look.drifts()).hasSize(3).allMatch(look.kind()::requiresOptIn);
    assertThat(
            look.kind()
                .requiresOptIn(new Look(look.desired(), new Observed.Gone()).drifts().getFirst()))
        .isFalse();
  }

  @Test
  void lostEntriesAreCreatedChangedOnesReplacedAndExtraOnesDeletedInThisOrder() {
    var look =
        acl(
            Map.of(
                "ingress 100", "",
                "egress 100", "allow egress all to 0.0.0.0/0",
                "ingress 90", "deny ingress all from 198.51.100.0/24"));

    var calls = look.steps().stream().map(Step.Call.class::cast).toList();

    assertThat(calls)
        .extracting(Step.Call::operation, Step.Call::phase, Step.Call::arguments)
        .containsExactlyInAnyOrder(
            tuple(
                "CreateNetworkAclEntry",
                Phase.RESTORE,
                Map.of(
                    "acl", List.of("acl-acl"),
                    "entry", List.of("ingress 100"),
                    "rule", List.of(WEB))),
            tuple(
                "ReplaceNetworkAclEntry",
                Phase.CHANGE,
                Map.of(
                    "acl", List.of("acl-acl"),
                    "entry", List.of("egress 100"),
                    "rule", List.of(OUT))),
            tuple(
                "DeleteNetworkAclEntry",
                Phase.REMOVE,
                Map.of("acl", List.of("acl-acl"), "entry", List.of("ingress 90"))));
    var now = look.live();
    for (var call : calls) {
      now = look.kind().after(call, now);
    }
    assertThat(new Look(look.desired(), now).drifts()).isEmpty();
  }

  @Test
  void whatARepairMadeIsRevertedByRepairingTowardsTheStateBefore() {
    for (var change :
        List.of(
            Map.of("ingress 100", ""),
            Map.of("egress 100", "allow egress all to 0.0.0.0/0"),
            Map.of("ingress 90", "deny ingress all from 198.51.100.0/24"))) {
      var before = acl(change);
      var now = before.kind().after(before.call(), before.live());
      var back = new Look(new Resource(before.desired().ref(), found(before.live())), now);

      assertThat(new Look(back.desired(), before.kind().after(back.call(), now)).drifts())
          .isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Protocol: -1 | allow ingress all from 192.0.2.0/24",
        "Protocol: -1, PortRange: {From: 0, To: 65535} | allow ingress all from 192.0.2.0/24",
        "Protocol: 17, PortRange: {From: 53, To: 60} | allow ingress udp 53-60 from 192.0.2.0/24",
        "Protocol: 6 | allow ingress tcp 0-65535 from 192.0.2.0/24",
        "Protocol: 1, Icmp: {Type: 8, Code: -1} | allow ingress icmp 8--1 from 192.0.2.0/24",
        "Protocol: 1, Icmp: {Type: -1, Code: -1} | allow ingress icmp from 192.0.2.0/24",
        "Protocol: 50 | allow ingress 50 from 192.0.2.0/24"
      })
  void rulesAreWrittenAsThoseOfSecurityGroups(String properties, String rule) {
    var entries =
        entries(
            """
            A:
              Type: AWS::EC2::NetworkAclEntry
              Properties: {NetworkAclId: !Ref Acl, RuleNumber: 1, RuleAction: allow, CidrBlock: 192.0.2.7/24, %s}
            """
                .formatted(properties));

    assertThat(entries.items()).containsExactly(Item.of("ingress 1", Map.of("rule", rule)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{NetworkAclId: !ImportValue acl, RuleNumber: 1, RuleAction: allow, Protocol: -1,"
            + " CidrBlock: 192.0.2.0/24}",
        "{NetworkAclId: !Ref Acl, RuleNumber: !ImportValue n, RuleAction: allow, Protocol: -1,"
            + " CidrBlock: 192.0.2.0/24}",
        "{NetworkAclId: !Ref Acl, Egress: !ImportValue e, RuleNumber: 1, RuleAction: allow,"
            + " Protocol: -1, CidrBlock: 192.0.2.0/24}"
      })
  void anEntryThatMayBeAnyMakesTheAclUnsure(String properties) {
    assertThat(
            entries("A:\n  Type: AWS::EC2::NetworkAclEntry\n  Properties: " + properties + "\n")
                .openBecause())
        .contains("A");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CidrBlock: !ImportValue block", "CidrBlock: nowhere", "Icmp: {}"})
  void anEntryOfWhichOnlyTheRuleIsNotKnownIsLeftAlone(String properties) {
    var stack =
        ENTRIES
            + """
            A:
              Type: AWS::EC2::NetworkAclEntry
              Properties: {NetworkAclId: !Ref Acl, RuleNumber: 1, RuleAction: allow, Protocol: -1, %s}
            """
                .formatted(properties);
    var live = found(acl(Map.of("ingress 1", "allow ingress all from 192.0.2.0/24")).live());

    assertThat(Look.at(Deployed.stack(stack), "Acl", live).drifts()).isEmpty();
    assertThat(Deployed.desired(stack).notCovered())
        .anyMatch(n -> n.property().equals("Entries ingress 1"));
  }

  @ParameterizedTest
  @CsvSource({
    "ingress 100, '', OUTAGE",
    "ingress 100, deny ingress all from 0.0.0.0/0, OUTAGE",
    "ingress 90, deny ingress all from 0.0.0.0/0, OUTAGE",
    "ingress 90, allow ingress all from 0.0.0.0/0, LATENT"
  })
  void denyingCutsAndAllowingOpens(String entry, String rule, Exposure exposure) {
    var look = acl(Map.of(entry, rule));

    assertThat(look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure())
        .isEqualTo(exposure);
  }

  @Test
  void anAclThatIsGoneIsReported() {
    var look = new Look(Deployed.resource(Deployed.stack(ENTRIES), "Acl"), new Observed.Gone());

    assertThat(look.report().remediation()).contains("REVERT_DRIFT");
    assertThat(look.kind().calls(look.drifts().getFirst())).containsExactly("DeleteNetworkAcl");
  }

  /** The ACL as declared but for these entries; one without a rule is lost. */
  private static Look acl(Map<String, String> changes) {
    var entries = new LinkedHashMap<String, String>();
    entries.put("egress 100", OUT);
    entries.put("ingress 100", WEB);
    entries.putAll(changes);
    entries.values().removeIf(String::isEmpty);
    var live =
        entries.entrySet().stream()
            .map(e -> Item.of(e.getKey(), Map.of("rule", e.getValue())))
            .toList();
    return Look.at(
        Deployed.stack(ENTRIES),
        "Acl",
        Map.of("VpcId", scalar("vpc-1"), "Entries", Property.Members.of(live)));
  }

  private static Property.Members entries(String parts) {
    return (Property.Members)
        Objects.requireNonNull(
            Deployed.resource(Deployed.stack(ACL + parts), "Acl").properties().get("Entries"));
  }

  private static Map<String, Property> found(Observed observed) {
    return ((Observed.Found) observed).properties();
  }
}
