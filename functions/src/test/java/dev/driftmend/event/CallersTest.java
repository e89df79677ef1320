package dev.driftmend.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.json.JsonTree;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CallersTest {

  @Test
  void aUserOrTheRootIsNamedByItsArn() throws IOException {
    assertThat(principal("{\"type\": \"Root\", \"arn\": \"arn:aws:iam::111122223333:root\"}"))
        .isEqualTo("arn:aws:iam::111122223333:root");
    assertThat(
            principal(
                """
                {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/operator", "userName": "operator",
                 "sessionContext": {"sessionIssuer": {}, "attributes": {"mfaAuthenticated": "true"}}}\
                """))
        .isEqualTo("arn:aws:iam::111122223333:user/operator");
  }

  @Test
  void aSessionIsNamedByTheRoleBehindIt() throws IOException {
    assertThat(
            principal(
                """
                {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/deployer/run-4711",
                 "sessionContext": {"sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::111122223333:role/ci/deployer"}}}\
                """))
        .isEqualTo("arn:aws:iam::111122223333:role/ci/deployer");
  }

  @Test
  void aPersonWithSingleSignOnIsNamedByTheSession() throws IOException {
    assertThat(
            principal(
                """
                {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0a1b/operator@example.com",
                 "sessionContext": {"sessionIssuer": {"type": "Role",
                  "arn": "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0a1b"}}}\
                """))
        .isEqualTo(
            "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0a1b/operator@example.com");
  }

  @Test
  void aFederatedUserIsNotTheUserWhoAskedForTheToken() throws IOException {
    assertThat(
            principal(
                """
                {"type": "FederatedUser", "arn": "arn:aws:sts::111122223333:federated-user/guest",
                 "sessionContext": {"sessionIssuer": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/broker"}}}\
                """))
        .isEqualTo("arn:aws:sts::111122223333:federated-user/guest");
  }

  @Test
  void whoHasNoArnIsNamedByWhatThereIs() throws IOException {
    assertThat(
            principal(
                """
                {"type": "WebIdentityUser", "principalId": "accounts.example.com:app:42", "userName": "42",
                 "identityProvider": "accounts.example.com"}\
                """))
        .isEqualTo("42");
    assertThat(
            principal(
                """
                {"type": "AWSAccount", "principalId": "AROAEXAMPLE:session", "accountId": "123456789012"}\
                """))
        .isEqualTo("AROAEXAMPLE:session");
    assertThat(
            principal(
                """
                {"type": "IdentityCenterUser", "accountId": "111122223333", "onBehalfOf": {"userId": "u-1"}}\
                """))
        .isEqualTo("u-1");
    assertThat(principal("{\"type\": \"Unknown\", \"accountId\": \"111122223333\"}"))
        .isEqualTo("111122223333");
    assertThat(principal("{}")).isEqualTo("unknown");
    assertThat(principal("[1]")).isEqualTo("unknown");
  }

  @Test
  void aServiceIsNamedAsCallerAndAsTheOneThatCalled() throws IOException {
    var service =
        caller("{\"type\": \"AWSService\", \"invokedBy\": \"autoscaling.amazonaws.com\"}");
    assertThat(service.principal()).isEqualTo("autoscaling.amazonaws.com");
    assertThat(service.invokedBy()).isEqualTo("autoscaling.amazonaws.com");
    assertThat(principal("{\"accountId\": \"111122223333\", \"invokedBy\": \"ec2.amazonaws.com\"}"))
        .isEqualTo("ec2.amazonaws.com");
  }

  @Test
  void aDeploymentKeepsTheCallerAndSaysThatCloudFormationCalled() throws IOException {
    var caller =
        caller(
            """
            {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/operator",
             "invokedBy": "cloudformation.amazonaws.com"}\
            """);
    assertThat(caller.principal()).isEqualTo("arn:aws:iam::111122223333:user/operator");
    assertThat(caller.invokedBy()).isEqualTo("cloudformation.amazonaws.com");
  }

  private static String principal(String identity) throws IOException {
    return caller(identity).principal();
  }

  private static dev.driftmend.model.drift.Caller caller(String identity) throws IOException {
    return Callers.of(JsonTree.read("{\"userIdentity\": " + identity + "}"));
  }
}
