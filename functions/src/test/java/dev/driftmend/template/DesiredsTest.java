package dev.driftmend.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Through the real kinds, on a whole template. */
class DesiredsTest {

  @Test
  void everyResourceOfAKindIsDesiredAndPartsMergeIntoIt() {
    var desired = desired("short-tags.yaml");

    assertThat(desired.resources().stream().map(r -> r.ref().logicalId()))
        .contains("LoadBalancerSecurityGroup", "WebSecurityGroup", "LoadBalancer")
        .doesNotContain("WebIngressFromLoadBalancer");
    assertThat(resource(desired, "WebSecurityGroup").properties().get("Ingress"))
        .isInstanceOfSatisfying(
            Property.Members.class,
            rules ->
                assertThat(rules.items().stream().map(i -> i.key()))
                    .containsExactly("ingress tcp 5000 from sg-0b1"));
  }

  @Test
  void whatNoKindGuardsIsNamedOnceAndPartsAreNot() {
    assertThat(desired("serverless-json.yaml").notCovered())
        .contains(
            new NotCovered(
                "RouteFunction", "AWS::Lambda::Function", "*", "no kind guards this type yet"))
        .doesNotHaveDuplicates();
    assertThat(desired("short-tags.yaml").notCovered())
        .noneMatch(n -> n.logicalId().equals("WebIngressFromLoadBalancer"));
  }

  @Test
  void aPropertyThatIsNotKnownIsNamedWithItsReason() {
    var desired = desired("left-over-transform.yaml");

    assertThat(desired.notCovered())
        .anyMatch(n -> n.logicalId().equals("Group") && n.property().equals("*"))
        .anyMatch(
            n ->
                n.logicalId().equals("Group")
                    && n.property().equals("Ingress")
                    && n.why().contains("Fn::Transform was left in the template"));
  }

  @Test
  void aRuleListWithAnUnknownMemberIsNamedAndKeepsWhatIsKnown() {
    var snapshot =
        StackCase.read("intrinsics.yaml")
            .snapshot(
                """
                Resources:
                  Group:
                    Type: AWS::EC2::SecurityGroup
                    Properties:
                      GroupDescription: web
                      SecurityGroupEgress: [{IpProtocol: "-1", CidrIp: 0.0.0.0/0}]
                      SecurityGroupIngress:
                        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}
                        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Nobody}
                """);

    var desired = Desireds.of(Resolver.resolve(snapshot));

    assertThat(resource(desired, "Group").properties().get("Ingress"))
        .isInstanceOfSatisfying(
            Property.Members.class,
            rules -> {
              assertThat(rules.items()).hasSize(1);
              assertThat(rules.openBecause()).contains("Nobody");
            });
    assertThat(desired.notCovered())
        .singleElement()
        .satisfies(
            n -> {
              assertThat(n.property()).isEqualTo("Ingress");
              assertThat(n.why()).contains("the template has no Nobody");
            });
  }

  @Test
  void whatIsUndecidedIsNamedToo() {
    assertThat(desired("undecided.yaml").notCovered())
        .anyMatch(n -> n.logicalId().equals("MixedToo") && n.why().contains("cannot be decided"));
  }

  @Test
  void anEmptyStackDesiresNothing() {
    var snapshot = StackCase.read("intrinsics.yaml").snapshot("Resources: {}");
    DeclaredStack stack = Resolver.resolve(snapshot);

    assertThat(Desireds.of(stack))
        .isEqualTo(new Desired(snapshot.stack(), snapshot.lastUpdated(), List.of(), List.of()));
    assertThat(stack.resources()).isEqualTo(List.<Declared>of());
  }

  private static Desired desired(String file) {
    var stack = StackCase.read("stacks/" + file);
    return Desireds.of(Resolver.resolve(stack.snapshot(stack.template())));
  }

  private static Resource resource(Desired desired, String logicalId) {
    return desired.resources().stream()
        .filter(r -> r.ref().logicalId().equals(logicalId))
        .findFirst()
        .orElseThrow();
  }
}
