package dev.driftmend.kind.securitygroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.Repairs;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.testing.Deployed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All rules that a stack gives to one of its groups, wherever the template writes them. */
class RuleReaderTest {
  private static final String GROUP =
      """
      Web:
        Type: AWS::EC2::SecurityGroup
        Properties:
          GroupDescription: Web
      """;

  @Test
  void inlineAndSeparateRulesAreOneSet() {
    var rules =
        ingress(
            GROUP
                + """
                    SecurityGroupIngress:
                      - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}
                FromElsewhere:
                  Type: AWS::EC2::SecurityGroupIngress
                  Properties: {GroupId: !GetAtt Web.GroupId, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}
                OfAnother:
                  Type: AWS::EC2::SecurityGroupIngress
                  Properties: {GroupId: sg-another, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8}
                """);

    assertThat(rules.items())
        .extracting(Item::key)
        .containsExactly("ingress tcp 80 from 0.0.0.0/0", "ingress tcp 443 from 10.0.0.0/8");
    assertThat(rules.openBecause()).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{IpProtocol: '6', FromPort: '80', ToPort: '80', CidrIp: 10.1.2.3/8} | tcp 80 from"
            + " 10.0.0.0/8",
        "{IpProtocol: 6, FromPort: ' 80 ', ToPort: 80, CidrIp: 10.0.0.0/8} | tcp 80 from"
            + " 10.0.0.0/8",
        "{IpProtocol: '-1', CidrIp: 0.0.0.0/0} | all from 0.0.0.0/0",
        "{IpProtocol: -1, FromPort: 0, ToPort: 65535, CidrIp: 0.0.0.0/0} | all from 0.0.0.0/0",
        "{IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIp: 10.0.0.0/8} | icmp 8--1 from"
            + " 10.0.0.0/8",
        "{IpProtocol: icmpv6, CidrIpv6: '2001:DB8::1/32'} | icmpv6 from 2001:db8::/32",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourcePrefixListId: pl-0abc} | tcp 80 from"
            + " pl-0abc",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: sg-other} | tcp 80 from"
            + " sg-other",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref Web} | tcp 80 from"
            + " sg-web",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: sg-o,"
            + " SourceSecurityGroupOwnerId: !Ref AWS::AccountId} | tcp 80 from sg-o",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: sg-o,"
            + " SourceSecurityGroupOwnerId: 123456789012} | tcp 80 from 123456789012/sg-o",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupName: !Ref Web} | tcp 80"
            + " from sg-web",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupName: named} | tcp 80 from"
            + " sg-named"
      })
  void everyFormOfARuleHasOneNormalForm(String rule, String normal) {
    var rules =
        ingress(
            GROUP
                + "    SecurityGroupIngress: ["
                + rule
                + "]\n"
                + """
                Named:
                  Type: AWS::EC2::SecurityGroup
                  Properties: {GroupDescription: x, GroupName: named}
                """);

    assertThat(rules.items()).extracting(Item::key).containsExactly("ingress " + normal);
    assertThat(rules.openBecause()).isNull();
  }

  @Test
  void aRuleWithASourceThatIsUnknownMakesTheListUnsureAndTheOthersStay() {
    var rules =
        ingress(
            GROUP
                + """
                    SecurityGroupIngress:
                      - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}
                      - {IpProtocol: tcp, FromPort: 81, ToPort: 81, CidrIp: !ImportValue office}
                """);

    assertThat(rules.items()).hasSize(1);
    assertThat(rules.openBecause()).contains("office");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{IpProtocol: tcp, FromPort: http, ToPort: 80, CidrIp: 0.0.0.0/0}",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/40}",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80}",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8, CidrIpv6: '::/0'}",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIpv6: '::ffff:192.0.2.1%1/128'}",
        "{FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupName: nobody}",
        "[]",
        "text",
        "!ImportValue rule"
      })
  void aRuleThatCannotBeUnderstoodMakesTheListUnsure(String rule) {
    assertThat(ingress(GROUP + "    SecurityGroupIngress: [" + rule + "]\n").openBecause())
        .isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GroupId: !ImportValue group", "GroupName: !ImportValue group"})
  void aPartWhoseGroupIsUnknownMakesEveryGroupUnsure(String group) {
    var stack =
        Deployed.stack(
            GROUP
                + """
                Other:
                  Type: AWS::EC2::SecurityGroup
                  Properties: {GroupDescription: x}
                Part:
                  Type: AWS::EC2::SecurityGroupIngress
                  Properties: {%s, IpProtocol: '-1', CidrIp: 0.0.0.0/0}
                """
                    .formatted(group));

    for (var name : new String[] {"Web", "Other"}) {
      assertThat(ingress(stack, name).openBecause()).contains("Part").contains("group");
    }
  }

  @Test
  void aPartOfWhichNotEvenThePresenceIsKnownMakesEveryGroupUnsure() {
    var stack = Deployed.undecided(Deployed.stack(GROUP), "AWS::EC2::SecurityGroupIngress");

    assertThat(ingress(stack, "Web").openBecause()).contains("Perhaps");
  }

  @Test
  void aPartNamesItsGroupByNameToo() {
    var rules =
        ingress(
            GROUP
                + """
                    GroupName: web
                ByName:
                  Type: AWS::EC2::SecurityGroupIngress
                  Properties: {GroupName: web, IpProtocol: '-1', CidrIp: 10.0.0.0/8}
                ByOtherName:
                  Type: AWS::EC2::SecurityGroupIngress
                  Properties: {GroupName: other, IpProtocol: '-1', CidrIp: 10.1.0.0/16}
                """);

    assertThat(rules.items()).extracting(Item::key).containsExactly("ingress all from 10.0.0.0/8");
  }

  @Test
  void ofTwoEqualDeclarationsTheFirstCountsBecauseEc2KeepsOne() {
    var rules =
        ingress(
            GROUP
                + """
                    SecurityGroupIngress:
                      - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8, Description: one}
                      - {IpProtocol: 6, FromPort: 80, ToPort: 80, CidrIp: 10.9.9.9/8, Description: two}
                """);

    assertThat(rules.items()).hasSize(1);
    assertThat(rules.items().getFirst().fields()).containsEntry("description", "one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "    SecurityGroupEgress: []\n"})
  void withoutDeclaredEgressEc2sDefaultIsExpectedAndOnlyReported(String egress) {
    var rules = egress(GROUP + egress);

    assertThat(rules.items()).extracting(Item::key).containsExactly("egress all to 0.0.0.0/0");
    assertThat(rules.tolerated()).containsExactly("egress all to ::/0");
    assertThat(rules.held()).contains("declares no egress");
  }

  @Test
  void aForeignPartThatIsUnknownDoesNotMakeTheDefaultEgressAnExtra() {
    var rules =
        egress(
            GROUP
                + """
                Part:
                  Type: AWS::EC2::SecurityGroupEgress
                  Properties: {GroupId: !ImportValue group, IpProtocol: '-1', CidrIp: 10.0.0.0/8}
                """);

    assertThat(rules.items()).extracting(Item::key).containsExactly("egress all to 0.0.0.0/0");
    assertThat(rules.openBecause()).contains("Part");
  }

  @Test
  void besideSeparateEgressEc2sOwnDefaultIsNoDriftWhetherItIsThereOrNot() {
    var rules =
        egress(
            GROUP
                + """
                Part:
                  Type: AWS::EC2::SecurityGroupEgress
                  Properties: {GroupId: !Ref Web, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
                """);

    assertThat(rules.items()).extracting(Item::key).containsExactly("egress tcp 443 to 0.0.0.0/0");
    assertThat(rules.open())
        .extracting(OpenMember::form)
        .containsExactly("egress all to 0.0.0.0/0", "egress all to ::/0");
    assertThat(rules.open()).noneMatch(OpenMember::declared);
    assertThat(rules.openBecause()).isNull();
  }

  @Test
  void ipv6AllowAllThatAwsAddsByItselfIsToleratedOnlyBesideDeclaredAllowAll() {
    var all = "    SecurityGroupEgress: [{IpProtocol: -1, CidrIp: 0.0.0.0/0}]\n";
    var some = "    SecurityGroupEgress: [{IpProtocol: -1, CidrIp: 10.0.0.0/8}]\n";

    assertThat(egress(GROUP + all).tolerated()).containsExactly("egress all to ::/0");
    assertThat(egress(GROUP + some).tolerated()).isEmpty();
    assertThat(egress(GROUP + some).reportOnly()).isEmpty();
  }

  @Test
  void egressNamesItsDestination() {
    var rules =
        egress(
            GROUP
                + """
                    SecurityGroupEgress:
                      - {IpProtocol: tcp, FromPort: 5000, ToPort: 5000, DestinationSecurityGroupId: sg-app}
                      - {IpProtocol: tcp, FromPort: 443, ToPort: 443, DestinationPrefixListId: pl-0s3}
                """);

    assertThat(rules.items())
        .extracting(Item::key)
        .containsExactly("egress tcp 5000 to sg-app", "egress tcp 443 to pl-0s3");
  }

  private static Property.Members ingress(String resources) {
    return ingress(Deployed.stack(resources), "Web");
  }

  private static Property.Members ingress(DeclaredStack stack, String group) {
    return rules(stack, group, SecurityGroup.INGRESS);
  }

  private static Property.Members egress(String resources) {
    return rules(Deployed.stack(resources), "Web", SecurityGroup.EGRESS);
  }

  private static Property.Members rules(DeclaredStack stack, String group, String property) {
    return Repairs.members(Deployed.resource(stack, group), property);
  }
}
