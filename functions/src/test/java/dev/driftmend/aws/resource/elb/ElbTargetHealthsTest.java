package dev.driftmend.aws.resource.elb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TargetHealths.Health;
import dev.driftmend.port.TransientFailure;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ElbTargetHealthsTest {
  private static final String WEB =
      "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067";

  private final Canned wire = new Canned();
  private final ElbTargetHealths healths = new ElbTargetHealths(wire.clients());

  @Test
  void everyTargetIsGivenInItsStateWithTheReasonAndTheWordsOfTheLoadBalancer() {
    wire.answer(
        "DescribeTargetHealth",
        health(
            target("<Id>i-1</Id><Port>5000</Port>", "<State>healthy</State>")
                + target(
                    "<Id>i-2</Id><Port>5000</Port>",
                    "<State>unhealthy</State><Reason>Target.Timeout</Reason>"
                        + "<Description>Request timed out</Description>")
                + target(
                    "<Id>i-2</Id><Port>8080</Port>",
                    "<State>initial</State><Reason>Elb.RegistrationInProgress</Reason>"
                        + "<Description>Target registration is in progress</Description>")
                + target(
                    "<Id>192.0.2.7</Id><Port>80</Port>",
                    "<State>draining</State><Reason>Target.DeregistrationInProgress</Reason>")
                + target(
                    "<Id>i-3</Id><Port>80</Port>",
                    "<State>unused</State><Reason>Target.InvalidState</Reason>"
                        + "<Description>Target is in the stopped state</Description>")));

    assertThat(healths.of(WEB))
        .containsExactly(
            new Health("i-1", 5000, "healthy", "", ""),
            new Health("i-2", 5000, "unhealthy", "Target.Timeout", "Request timed out"),
            new Health(
                "i-2",
                8080,
                "initial",
                "Elb.RegistrationInProgress",
                "Target registration is in progress"),
            new Health("192.0.2.7", 80, "draining", "Target.DeregistrationInProgress", ""),
            new Health(
                "i-3", 80, "unused", "Target.InvalidState", "Target is in the stopped state"));
    assertThat(wire.only("DescribeTargetHealth").arguments())
        .isEqualTo(Map.of("TargetGroupArn", WEB));
  }

  @Test
  void aStateThatElbInventsLaterIsGivenInItsWord() {
    wire.answer(
        "DescribeTargetHealth",
        health(target("<Id>i-1</Id><Port>80</Port>", "<State>resting</State>")));
    assertThat(healths.of(WEB)).containsExactly(new Health("i-1", 80, "resting", "", ""));
  }

  @Test
  void aTargetWithoutAPortSuchAsAFunctionHasPortZero() {
    var function = "arn:aws:lambda:eu-west-1:111122223333:function:web";
    wire.answer(
        "DescribeTargetHealth",
        health(target("<Id>" + function + "</Id>", "<State>unavailable</State>")));
    assertThat(healths.of(WEB)).containsExactly(new Health(function, 0, "unavailable", "", ""));
  }

  @Test
  void aGroupWithoutTargetsAndAGroupThatIsGoneHaveNoHealth() {
    wire.answer("DescribeTargetHealth", health(""))
        .failQuery("DescribeTargetHealth", 400, "TargetGroupNotFound", "not found");
    assertThat(healths.of(WEB)).isEmpty();
    assertThat(healths.of(WEB)).isEmpty();
  }

  @Test
  void aLookThatIsDeniedOrThrottledIsNoEmptyGroup() {
    wire.failQuery("DescribeTargetHealth", 403, "AccessDenied", "User is not authorized")
        .failQuery("DescribeTargetHealth", 400, "Throttling", "Rate exceeded");
    assertThatThrownBy(() -> healths.of(WEB))
        .isInstanceOf(DeniedFailure.class)
        .hasMessageContaining("elasticloadbalancing:DescribeTargetHealth")
        .hasMessageContaining("User is not authorized");
    assertThatThrownBy(() -> healths.of(WEB)).isInstanceOf(TransientFailure.class);
  }

  private static String health(String members) {
    return """
    <DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions>%s
    </TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>\
    """
        .formatted(members);
  }

  private static String target(String target, String health) {
    return "<member><Target>%s</Target><TargetHealth>%s</TargetHealth></member>"
        .formatted(target, health);
  }
}
