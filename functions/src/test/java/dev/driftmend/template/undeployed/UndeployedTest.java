package dev.driftmend.template.undeployed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.Value;
import dev.driftmend.template.Resolver;
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
  void whatHangsOnAParameterWithoutAValueIsNotKnownByItsName() {
    var stack = stack(TEMPLATE.replace(", Default: 80", ""), Map.of());

    assertThat(property(stack, "Plain", "Port").toString())
        .contains("there is no value for the parameter Port");
    assertThat(id(stack, "Plain")).contains(":listener/app/Balancer/");
  }

  @Test
  void theOnlyAllowedValueIsTheValue() {
    var stack = stack(TEMPLATE.replace("Default: 80", "AllowedValues: [8443]"), Map.of());

    assertThat(property(stack, "Plain", "Port")).isEqualTo(new Value.Scalar("8443"));
  }

  @Test
  void allWrongValuesAreNamedAtOnce() {
    var limited = TEMPLATE.replace("Default: 80", "AllowedValues: [80, 81]");

    assertThatThrownBy(() -> stack(limited, Map.of("Prot", "1", "Nam", "2", "Port", "82")))
        .hasMessageContaining("no parameter Nam, Prot;")
        .hasMessageContaining("the parameter Port may be one of [80, 81], not 82");
  }

  @Test
  void aResourceOfWhichTheConditionIsNotKnownIsTakenAsThere() {
    var open = TEMPLATE.replace(", Default: ''", "");
    var snapshot = Undeployed.snapshot(open, Map.of(), "us-east-1");

    assertThat(names(Resolver.resolve(snapshot))).contains("Tls");
    assertThat(Remarks.of(snapshot))
        .containsExactly(
            "the parameter Certificate has no value, so what hangs on it is not known: give values"
                + " with --parameter NAME=VALUE or --parameters FILE",
            "whether the condition Secure holds is not known: taken as there is Tls");
  }

  @Test
  void aChoiceByAnUnknownConditionIsNotKnownUnlessBothAreTheSame() {
    var open =
        TEMPLATE.replace(", Default: ''", "")
            + """
              One:
                Type: AWS::EC2::SecurityGroup
                Properties: {GroupDescription: !If [Secure, a, b], GroupName: !If [Secure, c, c]}
            """;
    var stack = stack(open, Map.of());

    assertThat(property(stack, "One", "GroupDescription")).isInstanceOf(Value.Unknown.class);
    assertThat(property(stack, "One", "GroupName")).isEqualTo(new Value.Scalar("c"));
  }

  @Test
  void macrosAndIncludesLeaveTheRestStanding() {
    var included =
        TEMPLATE.replace("Transform: AWS::Serverless-2016-10-31", "Transform: [Own, AWS::Include]")
            + """
              Fn::Transform: {Name: AWS::Include, Parameters: {Location: 's3://a/b'}}
              Other: {'Fn::Transform': {Name: Own}}
            """;
    var snapshot = Undeployed.snapshot(included, Map.of(), "us-east-1");

    assertThat(names(Resolver.resolve(snapshot))).contains("Balancer", "Rule");
    assertThat(Resolver.resolve(snapshot).undecided())
        .extracting("logicalId")
        .contains("Fn::Transform", "Other");
    assertThat(Remarks.of(snapshot))
        .containsExactly(
            "Fn::Transform is not read: only a transform says what it adds",
            "Other is not read: only a transform says what it adds",
            "what Own adds or changes is not known: the template is read as it stands");
  }

  @Test
  void partitionAndRegionGoTogether() {
    var china =
        Resolver.resolve(
            Undeployed.snapshot(
                TEMPLATE.replace("GroupDescription: web", "GroupDescription: !Ref AWS::URLSuffix"),
                Map.of(),
                "cn-north-1"));

    assertThat(property(china, "Group", "GroupDescription"))
        .isEqualTo(new Value.Scalar("amazonaws.com.cn"));
    assertThat(id(china, "Balancer")).startsWith("arn:aws-cn:elasticloadbalancing:cn-north-1:");
  }

  private static Value property(DeclaredStack stack, String logicalId, String property) {
    return stack.resources().stream()
        .filter(r -> r.ref().logicalId().equals(logicalId))
        .findFirst()
        .flatMap(r -> r.property(property))
        .orElseThrow();
  }

  private static DeclaredStack stack(String template, Map<String, String> parameters) {
    return Resolver.resolve(Undeployed.snapshot(template, parameters, "us-east-1"));
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
