package dev.driftmend.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.DeclaredStack;
import dev.driftmend.model.ResourceRef;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UndeployedTest {
  private static final String TEMPLATE =
      """
      Transform: AWS::Serverless-2016-10-31
      Parameters:
        Certificate: {Type: String, Default: ''}
        Port: {Type: Number, Default: 80}
      Conditions:
        Secure: !Not [!Equals [!Ref Certificate, '']]
      Resources:
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {SecurityGroups: [!GetAtt Group.GroupId]}
        Group:
          Type: AWS::EC2::SecurityGroup
          Properties: {GroupDescription: web}
        Rule:
          Type: AWS::ElasticLoadBalancingV2::ListenerRule
          Properties: {ListenerArn: !Ref Plain, Priority: 1}
        Plain:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: {LoadBalancerArn: !Ref Balancer, Port: !Ref Port}
        Tls:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Secure
          Properties: {LoadBalancerArn: !Ref Balancer, Port: 443}
        Function:
          Type: AWS::Serverless::Function
          Properties: {Handler: a.b}
      """;

  @Test
  void idsHaveTheFormOfTheirTypeAndAreAlwaysTheSame() {
    assertThat(id(stack(Map.of()), "Group")).matches("sg-[0-9a-f]{17}");
    assertThat(stack(Map.of())).isEqualTo(stack(Map.of()));
  }

  @Test
  void aListenersArnIsMadeOfItsLoadBalancersAndARulesOfItsListeners() {
    var stack = stack(Map.of());
    var balancer = id(stack, "Balancer");

    assertThat(balancer).contains(":loadbalancer/app/Balancer/");
    assertThat(id(stack, "Plain")).startsWith(balancer.replace(":loadbalancer/", ":listener/"));
    assertThat(id(stack, "Rule"))
        .startsWith(id(stack, "Plain").replace(":listener/", ":listener-rule/"));
  }

  @Test
  void whatReferencesNameIsResolved() {
    var stack = stack(Map.of("Port", "8080"));

    assertThat(stack.undecided()).isEmpty();
    assertThat(stack.toString()).contains("8080").doesNotContain("Unknown");
  }

  @Test
  void conditionsAreDecidedByTheParameters() {
    assertThat(names(stack(Map.of()))).doesNotContain("Tls");
    assertThat(names(stack(Map.of("Certificate", "arn:aws:acm:x")))).contains("Tls");
  }

  @Test
  void serverlessResourcesAreNoHindrance() {
    assertThat(names(stack(Map.of()))).contains("Function");
  }

  @Test
  void anUnknownParameterIsRefusedByName() {
    assertThatThrownBy(() -> stack(Map.of("Prot", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no parameter Prot; it has [Certificate, Port]");
  }

  @Test
  void aParameterWithoutAValueIsAskedFor() {
    assertThatThrownBy(
            () -> Undeployed.snapshot(TEMPLATE.replace(", Default: 80", ""), Map.of(), "us-east-1"))
        .hasMessageContaining("--parameter Port=VALUE");
  }

  private static DeclaredStack stack(Map<String, String> parameters) {
    return Resolver.resolve(Undeployed.snapshot(TEMPLATE, parameters, "us-east-1"));
  }

  private static List<String> names(DeclaredStack stack) {
    return stack.resources().stream().map(r -> r.ref().logicalId()).toList();
  }

  private static String id(DeclaredStack stack, String logicalId) {
    return stack.resources().stream()
        .map(r -> r.ref())
        .filter(r -> r.logicalId().equals(logicalId))
        .map(ResourceRef::physicalId)
        .findFirst()
        .orElseThrow();
  }
}
