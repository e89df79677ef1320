package dev.driftmend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ExplanationTest {

  @Test
  void missingCredentialsAreCalledThat() {
    assertThat(passing("Unable to load credentials from any of the providers in the chain"))
        .startsWith("no AWS credentials: set AWS_PROFILE");
  }

  @Test
  void expiredCredentialsAreCalledThat() {
    assertThat(passing("The security token included in the request is expired"))
        .isEqualTo(
            "the AWS credentials have expired: renew them (aws sso login, say) and run it again");
  }

  @Test
  void unknownCredentialsAreCalledThat() {
    assertThat(denied("The security token included in the request is invalid. (Service: Sts)"))
        .startsWith("AWS does not know these credentials")
        .endsWith("check AWS_PROFILE or your keys");
  }

  @Test
  void aDeniedActionIsNamedWithoutTheRequestId() {
    assertThat(denied("not authorized (Service: Ec2, Status Code: 403, Request ID: 1) (SDK 2)"))
        .isEqualTo(
            "ec2:DescribeSecurityGroupRules was refused: not authorized; use credentials that may"
                + " call ec2:DescribeSecurityGroupRules, or allow it to these");
  }

  @Test
  void throttlingIsToBeTriedAgain() {
    assertThat(passing("Rate exceeded. (Service: Ec2, Status Code: 400)"))
        .isEqualTo(
            "ec2:DescribeSecurityGroupRules failed and may succeed later: Rate exceeded; run it"
                + " again in a minute");
  }

  @Test
  void aHostThatDoesNotExistIsNamed() {
    assertThat(
            passing(new IOException("sdk", new UnknownHostException("ec2.mars-1.amazonaws.com"))))
        .startsWith("there is no host ec2.mars-1.amazonaws.com: check --region");
  }

  @Test
  void anEndpointThatDoesNotAnswerIsCalledThat() {
    assertThat(passing(new IOException("sdk", new ConnectException("Connection refused"))))
        .startsWith("nothing answers where AWS should be: check AWS_ENDPOINT_URL");
  }

  @Test
  void whatNobodyThoughtOfSaysHowToLearnMore() {
    assertThat(Explanation.of(new IllegalStateException("closed")))
        .isEqualTo("unexpected IllegalStateException: closed; --debug shows where it comes from");
  }

  private static String passing(String words) {
    return passing(new IllegalStateException(words));
  }

  private static String passing(Exception cause) {
    return Explanation.of(new TransientFailure("ec2:DescribeSecurityGroupRules", cause));
  }

  private static String denied(String words) {
    return Explanation.of(
        new DeniedFailure("ec2:DescribeSecurityGroupRules", new IllegalStateException(words)));
  }
}
