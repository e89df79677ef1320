package dev.driftmend.kind.network;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VpcEndpointTest {
  private static final String INTERFACE =
      """
      Queues:
        Type: AWS::EC2::VPCEndpoint
        Properties:
          VpcEndpointType: Interface
          ServiceName: com.amazonaws.us-east-1.sqs
          VpcId: vpc-1
          SubnetIds: [subnet-a, subnet-b]
          SecurityGroupIds: [sg-1]
          PrivateDnsEnabled: True
      """;
  private static final String GATEWAY =
      """
      Storage:
        Type: AWS::EC2::VPCEndpoint
        Properties:
          ServiceName: com.amazonaws.us-east-1.s3
          VpcId: vpc-1
          RouteTableIds: [rtb-1]
          PolicyDocument:
            Statement: {Effect: Allow, Principal: '*', Action: ['s3:GetObject'], Resource: '*'}
      """;
  private static final String DECLARED =
      "{\"Statement\":{\"Action\":\"s3:GetObject\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},"
          + "\"Resource\":\"*\"},\"Version\":\"2008-10-17\"}";

  @Nested
  class AnInterfaceEndpoint {
    @Test
    void thatIsAsDeclaredIsLeftAlone() {
      assertThat(queues(Map.of()).drifts()).isEmpty();
    }

    @Test
    void getsALostGroupBackBeforeAnotherOneIsTakenAway() {
      var look = queues(Map.of("SecurityGroupIds", members("sg-9")));

      assertThat(calls(look))
          .containsExactly(
              "RESTORE addSecurityGroupIds=[sg-1]", "REMOVE removeSecurityGroupIds=[sg-9]");
      assertThat(look.afterAll().drifts()).isEmpty();
      assertThat(look.rolledBack()).isEqualTo(look.live());
      assertThat(exposures(look)).containsExactly(Exposure.DEGRADED, Exposure.LATENT);
      assertThat(look.drifts()).noneMatch(look.kind()::requiresOptIn);
    }

    @Test
    void getsALostSubnetBackAndReportsThatItsInterfaceIsANewOne() {
      var look = queues(Map.of("SubnetIds", members("subnet-a")));

      assertThat(calls(look)).containsExactly("RESTORE addSubnetIds=[subnet-b]");
      assertThat(look.kind().afterRepair(look.drifts().getFirst())).contains("another address");
    }

    @Test
    void keepsASubnetThatSomebodyAddedUnlessThePolicySaysOtherwise() {
      var look = queues(Map.of("SubnetIds", members("subnet-a", "subnet-b", "subnet-c")));

      assertThat(calls(look)).containsExactly("REMOVE removeSubnetIds=[subnet-c]");
      assertThat(look.drifts()).allMatch(look.kind()::requiresOptIn);
      assertThat(exposures(look)).containsExactly(Exposure.NONE);
    }

    @Test
    void isNotLeftWithoutASubnetOfAZoneWhileOneIsSwappedForAnother() {
      var look = queues(Map.of("SubnetIds", members("subnet-a", "subnet-c")));

      assertThat(look.steps())
          .hasSize(2)
          .allSatisfy(
              step ->
                  assertThat(((Step.Report) step).remediation())
                      .startsWith(
                          "aws ec2 modify-vpc-endpoint --region us-east-1"
                              + " --vpc-endpoint-id vpce-queues"));
    }

    @Test
    void getsThePublicNameOfTheServiceBack() {
      var look = queues(Map.of("PrivateDnsEnabled", scalar("false")));

      assertThat(calls(look)).containsExactly("CHANGE privateDnsEnabled=[true]");
      assertThat(exposures(look)).containsExactly(Exposure.DEGRADED);
      assertThat(look.rolledBack()).isEqualTo(look.live());
    }

    @Test
    void isNotLedToWhileWhatItsRequestsNeedIsMissing() {
      var look =
          queues(Map.of("PrivateDnsEnabled", scalar("false"), "SecurityGroupIds", members("sg-9")));

      assertThat(calls(look))
          .containsExactly(
              "RESTORE addSecurityGroupIds=[sg-1]", "REMOVE removeSecurityGroupIds=[sg-9]");
    }

    @Test
    void keepsANameThatSomebodySwitchedOnUnlessThePolicySaysOtherwise() {
      var stack = Deployed.stack(INTERFACE.replace("True", "'false'"));
      var look = new Look(Deployed.resource(stack, "Queues"), queues(Map.of()).live());

      assertThat(calls(look)).containsExactly("CHANGE privateDnsEnabled=[false]");
      assertThat(look.drifts()).allMatch(look.kind()::requiresOptIn);
    }

    @Test
    void leavesToEc2WhatTheTemplateDoesNotSay() {
      var stack =
          Deployed.stack(
              INTERFACE
                  .replaceAll(" {4}(SubnetIds|PrivateDnsEnabled):.*\n", "")
                  .replace("[sg-1]", "[]"));

      assertThat(Deployed.resource(stack, "Queues").properties()).containsOnlyKeys("State");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rejected", "failed", "expired"})
    void thatDoesNotWorkIsReportedAndNothingOfItIsSet(String state) {
      var look =
          queues(Map.of("State", scalar(state), "SecurityGroupIds", members("sg-1", "sg-9")));

      assertThat(look.steps()).hasSize(2).allMatch(Step.Report.class::isInstance);
      assertThat(exposures(look)).startsWith(Exposure.DEGRADED);
    }

    @Test
    void thatAServiceManagesIsNeverSet() {
      var look =
          queues(Map.of("RequesterManaged", scalar("true"), "SecurityGroupIds", members("sg-9")));

      assertThat(look.steps())
          .hasSize(2)
          .allSatisfy(
              step ->
                  assertThat(((Step.Report) step).why())
                      .isEqualTo("a service of AWS manages this endpoint"));
    }

    @Test
    void thatIsGoneIsMadeAgainByCloudFormation() {
      var look = new Look(queues(Map.of()).desired(), new Observed.Gone());

      assertThat(look.report().remediation()).contains("REVERT_DRIFT");
      assertThat(look.kind().calls(look.drifts().getFirst())).containsExactly("DeleteVpcEndpoints");
    }

    @Test
    void isNamedByTheMemberThatACallGaveIt() {
      var look = queues(Map.of("SecurityGroupIds", members("sg-1", "sg-9")));

      assertThat(look.kind().named(look.drifts().getFirst())).contains("sg-9");
    }
  }

  @Nested
  class AGatewayEndpoint {
    @Test
    void thatIsAsDeclaredIsLeftAlone() {
      assertThat(storage(Map.of()).drifts()).isEmpty();
    }

    @Test
    void getsALostTableBack() {
      var look = storage(Map.of("RouteTableIds", members()));

      assertThat(calls(look)).containsExactly("RESTORE addRouteTableIds=[rtb-1]");
      assertThat(exposures(look)).containsExactly(Exposure.DEGRADED);
    }

    @Test
    void keepsATableThatSomebodyAddedUnlessThePolicySaysOtherwise() {
      var look = storage(Map.of("RouteTableIds", members("rtb-1", "rtb-2")));

      assertThat(calls(look)).containsExactly("REMOVE removeRouteTableIds=[rtb-2]");
      assertThat(look.drifts()).allMatch(look.kind()::requiresOptIn);
    }

    @Test
    void whosePolicyLetsEverythingThroughIsReported() {
      var look = storage(Map.of("PolicyDocument", scalar("full access")));

      assertThat(look.report().why()).isEqualTo("permissions are never changed");
      assertThat(look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).why())
          .startsWith("it lets everything through");
      assertThat(exposures(look)).containsExactly(Exposure.LATENT);
    }
  }

  @Nested
  class ThePolicy {
    @Test
    void ofAwsInPlaceOfNoneIsTheSameWhicheverVersionItNames() {
      for (var version : List.of("2008-10-17", "2012-10-17")) {
        assertThat(
                VpcEndpoint.policy(
                    fields(
                        Map.of(
                            "Version",
                            text(version),
                            "Statement",
                            new Value.Items(
                                List.of(
                                    fields(
                                        Map.of(
                                            "Effect", text("Allow"),
                                            "Principal", text("*"),
                                            "Action", text("*"),
                                            "Resource", text("*")))))))))
            .isEqualTo(scalar("full access"));
      }
    }

    @Test
    void thatTheTemplateDoesNotDeclareIsNotComparedButListedOnceItIsNarrower() {
      var silent = Deployed.stack(INTERFACE);

      assertThat(Deployed.resource(silent, "Queues").properties())
          .doesNotContainKey("PolicyDocument");
      assertThat(Deployed.resource(silent, "Queues").defaults())
          .containsExactly(Map.entry("PolicyDocument", "full access"));
    }

    @Test
    void thatNeedsAValueNobodyKnowsOrIsTextIsNotCompared() {
      for (var document : List.of("!ImportValue policy", "'{}'")) {
        var stack =
            Deployed.stack(
                GATEWAY.replaceAll("(?s)PolicyDocument:.*", "PolicyDocument: " + document + "\n"));

        assertThat(Deployed.resource(stack, "Storage").properties().get("PolicyDocument"))
            .isInstanceOf(Property.Unknown.class);
      }
    }

    private static Value.Fields fields(Map<String, Value> values) {
      return new Value.Fields(values);
    }

    private static Value text(String text) {
      return new Value.Scalar(text);
    }
  }

  /** Phase and arguments but the endpoint. */
  private static List<String> calls(Look look) {
    return look.steps().stream()
        .filter(Step.Call.class::isInstance)
        .map(Step.Call.class::cast)
        .map(
            call -> {
              var arguments = new HashMap<>(call.arguments());
              arguments.remove("endpoint");
              return call.phase() + " " + arguments.toString().replaceAll("[{}]", "");
            })
        .toList();
  }

  private static List<Exposure> exposures(Look look) {
    return look.drifts().stream()
        .map(d -> look.kind().impact(d, look.desired(), look.live()).exposure())
        .toList();
  }

  private static Look queues(Map<String, Property> changed) {
    return look(
        INTERFACE,
        "Queues",
        Map.of(
            "State", scalar("available"),
            "SubnetIds", members("subnet-b", "subnet-a"),
            "SecurityGroupIds", members("sg-1"),
            "PrivateDnsEnabled", scalar("true"),
            "PolicyDocument", scalar("full access")),
        changed);
  }

  private static Look storage(Map<String, Property> changed) {
    return look(
        GATEWAY,
        "Storage",
        Map.of(
            "State", scalar("available"),
            "RouteTableIds", members("rtb-1"),
            "PrivateDnsEnabled", scalar("false"),
            "PolicyDocument", scalar(DECLARED)),
        changed);
  }

  private static Look look(
      String template, String name, Map<String, Property> live, Map<String, Property> changed) {
    var properties = new HashMap<>(live);
    properties.putAll(changed);
    return Look.at(Deployed.stack(template), name, properties);
  }
}
