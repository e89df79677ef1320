package dev.driftmend.kind.role;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleTest {
  private static final String SSM = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
  private static final String ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
  private static final String TRUST =
      "{\"Statement\":{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":"
          + "{\"Service\":\"ec2.amazonaws.com\"}},\"Version\":\"2012-10-17\"}";
  private static final String DOCUMENT =
      "{\"Statement\":{\"Action\":\"s3:GetObject\",\"Effect\":\"Allow\",\"Resource\":\"*\"}}";
  private static final String STATEMENT =
      "{Statement: [{Effect: Allow, Action: s3:GetObject, Resource: '*'}]}";
  private static final String WEB =
      """
      Web:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Principal: {Service: [ec2.amazonaws.com]}
                Action: [sts:AssumeRole]
          ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore]
          Policies:
            - PolicyName: read
              PolicyDocument: %s
      """
          .formatted(STATEMENT);

  @Test
  void aRoleAsDeclaredIsLeftAlone() {
    assertThat(web(Map.of()).drifts()).isEmpty();
  }

  @Test
  void whatTheStackDoesNotSayOfARoleIsLeftAlone() {
    assertThat(
            web(Map.of("PermissionsBoundary", scalar(ADMIN), "InstanceProfiles", members("x")))
                .drifts())
        .isEmpty();
  }

  @Test
  void policiesOfOtherResourcesThatNameTheRoleAreItsOwn() {
    var role =
        role(
            WEB
                + """
                Write:
                  Type: AWS::IAM::Policy
                  Properties: {PolicyName: write, Roles: [other, !Ref Web], PolicyDocument: {a: b}}
                Delete:
                  Type: AWS::IAM::RolePolicy
                  Properties: {PolicyName: delete, RoleName: !Ref Web, PolicyDocument: {a: c}}
                Shared:
                  Type: AWS::IAM::ManagedPolicy
                  Properties: {Roles: [!Ref Web], PolicyDocument: {a: d}}
                Theirs:
                  Type: AWS::IAM::Policy
                  Properties: {PolicyName: theirs, Roles: [other], PolicyDocument: {a: e}}
                Profile:
                  Type: AWS::IAM::InstanceProfile
                  Properties: {Roles: [!Ref Web]}
                """);

    assertThat(wanted(role, "InlinePolicies").items())
        .containsExactly(
            Item.of("read", Map.of("document", DOCUMENT)),
            Item.of("write", Map.of("document", "{\"a\":\"b\"}")),
            Item.of("delete", Map.of("document", "{\"a\":\"c\"}")));
    assertThat(wanted(role, "ManagedPolicies").keys()).containsExactly(SSM, "shared");
    assertThat(wanted(role, "InstanceProfiles").keys()).containsExactly("profile");
    assertThat(wanted(role, "InlinePolicies").openBecause()).isNull();
  }

  @Test
  void aPolicyThatIsNotKnownIsNeitherMissedNorTakenForSomebodyElses() {
    var stack =
        Deployed.stack(
            WEB
                + """
                Write:
                  Type: AWS::IAM::Policy
                  Properties: {PolicyName: write, Roles: [!Ref Web], PolicyDocument: !ImportValue x}
                Perhaps:
                  Type: AWS::IAM::Policy
                  Properties: {PolicyName: maybe, Roles: !ImportValue roles, PolicyDocument: {a: b}}
                """);
    var live =
        Property.Members.of(
            List.of(
                Item.of("read", Map.of("document", DOCUMENT)),
                Item.of("write", Map.of("document", "{}")),
                Item.of("maybe", Map.of("document", "{}"))));

    assertThat(Look.at(stack, "Web", live(Map.of("InlinePolicies", live))).drifts()).isEmpty();
    assertThat(Look.at(stack, "Web", live(Map.of())).drifts()).isEmpty();
    assertThat(wanted(Deployed.resource(stack, "Web"), "InlinePolicies").openBecause()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"})
  void aPolicyOfWhichNotEvenThePresenceIsKnownMakesTheSetUncertain(String type) {
    var web = Deployed.resource(Deployed.undecided(Deployed.stack(WEB), type), "Web");
    var property = type.endsWith("ManagedPolicy") ? "ManagedPolicies" : "InlinePolicies";

    assertThat(wanted(web, property).openBecause()).contains("Perhaps");
  }

  @Test
  void aTrustPolicyThatIsNotKnownIsNotCompared() {
    var web =
        role(
            """
            Web:
              Type: AWS::IAM::Role
              Properties: {AssumeRolePolicyDocument: {Statement: [{Principal: !ImportValue who}]}}
            """);

    assertThat(web.properties().get("TrustPolicy")).isInstanceOf(Property.Unknown.class);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ManagedPolicies | extra | LATENT | aws iam detach-role-policy --role-name web"
            + " --policy-arn arn:extra | AttachRolePolicy",
        "ManagedPolicies | missing | DEGRADED | aws iam attach-role-policy --role-name web"
            + " --policy-arn arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore |"
            + " DetachRolePolicy",
        "InlinePolicies | extra | LATENT | aws iam delete-role-policy --role-name web"
            + " --policy-name 'arn:extra' | PutRolePolicy",
        "InlinePolicies | missing | DEGRADED | REVERT_DRIFT | DeleteRolePolicy",
        "InlinePolicies | changed | LATENT | REVERT_DRIFT | PutRolePolicy",
        "InstanceProfiles | extra | LATENT | aws iam remove-role-from-instance-profile --role-name"
            + " web --instance-profile-name arn:extra | AddRoleToInstanceProfile",
        "InstanceProfiles | missing | DEGRADED | aws iam add-role-to-instance-profile --role-name"
            + " web --instance-profile-name profile | RemoveRoleFromInstanceProfile",
        "TrustPolicy | changed | LATENT | REVERT_DRIFT | UpdateAssumeRolePolicy",
        "PermissionsBoundary | changed | LATENT | aws iam put-role-permissions-boundary"
            + " --role-name web --permissions-boundary arn:boundary |"
            + " DeleteRolePermissionsBoundary"
      })
  void everyDriftIsReportedWithTheWayBackAndNeverRepaired(
      String property, String sort, Exposure exposure, String remediation, String call) {
    var stack =
        Deployed.stack(
            WEB
                + """
                    PermissionsBoundary: arn:boundary
                Profile:
                  Type: AWS::IAM::InstanceProfile
                  Properties: {Roles: [!Ref Web]}
                """);
    var as = new HashMap<>(live(Map.of("InstanceProfiles", members("profile"))));
    as.put("PermissionsBoundary", scalar("arn:boundary"));
    as.put(property, drifted(Objects.requireNonNull(as.get(property)), sort));
    var look = Look.at(stack, "Web", as);
    var drift = look.drifts().getFirst();

    assertThat(look.report().why()).isEqualTo("permissions are never changed");
    assertThat(look.report().remediation()).contains(remediation);
    assertThat(look.kind().impact(drift, look.desired(), look.live()).exposure())
        .isEqualTo(exposure);
    assertThat(look.kind().calls(drift)).contains(call);
    assertThat(look.kind().requiresOptIn(drift)).isFalse();
  }

  private static Property drifted(Property live, String sort) {
    return switch (live) {
      case Property.Members m ->
          Property.Members.of(
              switch (sort) {
                case "missing" -> List.of();
                case "extra" -> List.of(m.items().getFirst(), Item.of("arn:extra"));
                default -> List.of(Item.of(m.keys().getFirst(), Map.of("document", "{}")));
              });
      case Property.Scalar _ -> scalar("else");
      case Property.Unknown u -> u;
    };
  }

  @Test
  void aRoleThatIsGoneIsReported() {
    var look = new Look(role(WEB), new Observed.Gone());

    assertThat(look.report().remediation()).contains("REVERT_DRIFT");
    assertThat(look.kind().calls(look.drifts().getFirst())).containsExactly("DeleteRole");
  }

  @Test
  void noCallChangesARole() {
    var look = web(Map.of("ManagedPolicies", members(ADMIN)));

    assertThat(look.steps()).hasSize(2).allMatch(Step.Report.class::isInstance);
  }

  private static Property.Members wanted(Resource role, String property) {
    return (Property.Members) Objects.requireNonNull(role.properties().get(property));
  }

  private static Resource role(String template) {
    return Deployed.resource(Deployed.stack(template), "Web");
  }

  private static Look web(Map<String, Property> changes) {
    return Look.at(Deployed.stack(WEB), "Web", live(changes));
  }

  private static Map<String, Property> live(Map<String, Property> changes) {
    var live = new HashMap<String, Property>();
    live.put("TrustPolicy", scalar(TRUST));
    live.put("ManagedPolicies", members(SSM));
    live.put(
        "InlinePolicies",
        Property.Members.of(List.of(Item.of("read", Map.of("document", DOCUMENT)))));
    live.put("PermissionsBoundary", scalar(""));
    live.putAll(changes);
    return live;
  }
}
