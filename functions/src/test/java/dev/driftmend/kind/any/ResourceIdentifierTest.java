package dev.driftmend.kind.any;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Cloud Control calls a resource that CloudFormation knows by its physical id. */
class ResourceIdentifierTest {
  private static final AccountContext HERE =
      new AccountContext("111122223333", "us-east-1", Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AWS::S3::Bucket | shop-files | | shop-files",
        "AWS::SQS::Queue | https://sqs.us-east-1.amazonaws.com/111122223333/jobs | |"
            + " https://sqs.us-east-1.amazonaws.com/111122223333/jobs",
        "AWS::Events::Rule | nightly | | nightly"
      })
  void isThePhysicalIdWhereItHasOnePart(String type, String id, String declared, String expected) {
    assertThat(identifier(type, id, declared)).isEqualTo(new ResourceIdentifier(expected, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "AWS::ECS::Service; arn:aws:ecs:us-east-1:111122223333:service/shop/web; Cluster=shop;"
            + " arn:aws:ecs:us-east-1:111122223333:service/shop/web|shop",
        "AWS::AutoScaling::LifecycleHook; drain; AutoScalingGroupName=web; web|drain",
        "AWS::AutoScaling::ScheduledAction; at-night; AutoScalingGroupName=web; at-night|web",
        "AWS::Logs::SubscriptionFilter; ship; LogGroupName=/shop; ship|/shop",
        "AWS::Logs::LogStream; one; LogGroupName=/shop; /shop|one",
        "AWS::ApiGateway::Deployment; d1; RestApiId=a1; d1|a1",
        "AWS::ApiGateway::Stage; prod; RestApiId=a1; a1|prod",
        "AWS::Cognito::UserPoolClient; c1; UserPoolId=p1; p1|c1",
        "AWS::EC2::VPCCidrBlock; vpc-cidr-assoc-1; VpcId=vpc-1; vpc-cidr-assoc-1|vpc-1",
        "AWS::CodeDeploy::DeploymentGroup; blue; ApplicationName=shop; shop|blue",
        "AWS::GuardDuty::Filter; f1; DetectorId=d1; d1|f1",
        "AWS::GuardDuty::IPSet; s1; DetectorId=d1; s1|d1",
        "AWS::Lambda::Permission; allow-s3; FunctionName=web; web|allow-s3",
        "AWS::Batch::JobDefinition;"
            + " arn:aws:batch:us-east-1:111122223333:job-definition/nightly:4; ; nightly",
        "AWS::Events::Rule; orders|paid; ;"
            + " arn:aws:events:us-east-1:111122223333:rule/orders/paid",
        "AWS::EC2::TransitGatewayRouteTablePropagation; tgw-attach-1_tgw-rtb-1; ;"
            + " tgw-rtb-1|tgw-attach-1"
      })
  void isMadeOfWhatIsDeclaredInTheOrderOfTheSchema(
      String type, String id, String declared, String expected) {
    assertThat(identifier(type, id, declared)).isEqualTo(new ResourceIdentifier(expected, true));
  }

  @Test
  void isTakenAsItIsWhereThePhysicalIdHasAllPartsInWhateverOrder() {
    assertThat(
            identifier(
                "AWS::ApplicationAutoScaling::ScalableTarget",
                "service/shop/web|ecs:service:DesiredCount|ecs",
                ""))
        .isEqualTo(new ResourceIdentifier("service/shop/web|ecs:service:DesiredCount|ecs", true));
  }

  @Test
  void isNotKnownIfThePartIsNotOrIfTwoAreMissing() {
    var unknown = Map.<String, Value>of("Cluster", new Value.Unknown("no such export"));
    assertThatThrownBy(() -> identifier("AWS::ECS::Service", "web", new Value.Fields(unknown)))
        .hasMessageContaining("Cluster")
        .hasMessageContaining("no such export");
    assertThatThrownBy(() -> identifier("AWS::EC2::EIP", "203.0.113.7", ""))
        .hasMessageContaining("PublicIp, AllocationId");
  }

  private static ResourceIdentifier identifier(String type, String id, @Nullable String declared) {
    var properties = new LinkedHashMap<String, Value>();
    if (declared != null && declared.contains("=")) {
      var pair = declared.split("=", 2);
      properties.put(pair[0], new Value.Scalar(pair[1]));
    }
    return identifier(type, id, new Value.Fields(properties));
  }

  private static ResourceIdentifier identifier(String type, String id, Value.Fields declared) {
    return ResourceIdentifier.of(
        ResourceSchemas.of(type),
        Quirks.of(type),
        HERE,
        new Declared(new ResourceRef("It", type, id), declared));
  }
}
