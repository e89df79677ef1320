package dev.driftmend.template.function;

import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.Value;
import dev.driftmend.template.DeclaredProperties;
import java.util.Map;

/**
 * {@code Fn::GetAtt} of one resource, as far as its physical id or its declared properties tell;
 * attributes that only the service knows are unresolved.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html">Return
 *     values in the resource type reference</a>
 */
final class Attributes {
  private final ResourceRef resource;
  private final StackRef stack;
  private final Map<String, String> defaultGroups;
  private final DeclaredProperties properties;
  private final Evaluator evaluator;

  Attributes(
      ResourceRef resource,
      StackRef stack,
      Map<String, String> defaultGroups,
      DeclaredProperties properties,
      Evaluator evaluator) {
    this.defaultGroups = defaultGroups;
    this.resource = resource;
    this.stack = stack;
    this.properties = properties;
    this.evaluator = evaluator;
  }

  /**
   * @throws Unresolved if it cannot be known
   */
  Value value(String attribute) {
    var id = resource.physicalId();
    return switch (resource.type() + "." + attribute) {
      case "AWS::EC2::VPC.VpcId",
          "AWS::EC2::Subnet.SubnetId",
          "AWS::EC2::InternetGateway.InternetGatewayId",
          "AWS::EC2::EgressOnlyInternetGateway.Id",
          "AWS::EC2::NatGateway.NatGatewayId",
          "AWS::EC2::RouteTable.RouteTableId",
          "AWS::EC2::NetworkAcl.Id",
          "AWS::EC2::NetworkInterface.Id",
          "AWS::EC2::PrefixList.PrefixListId",
          "AWS::EC2::Instance.InstanceId",
          "AWS::EC2::LaunchTemplate.LaunchTemplateId",
          "AWS::EC2::VPCEndpoint.Id",
          "AWS::EC2::Volume.VolumeId",
          "AWS::EC2::EIP.PublicIp",
          "AWS::ElasticLoadBalancingV2::LoadBalancer.LoadBalancerArn",
          "AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupArn",
          "AWS::ElasticLoadBalancingV2::Listener.ListenerArn",
          "AWS::ElasticLoadBalancingV2::ListenerRule.RuleArn",
          "AWS::IAM::ManagedPolicy.PolicyArn",
          "AWS::KMS::Key.KeyId",
          "AWS::SNS::Topic.TopicArn",
          "AWS::SQS::Queue.QueueUrl",
          "AWS::StepFunctions::StateMachine.Arn" ->
          new Value.Scalar(id);
      case "AWS::EC2::SecurityGroup.GroupId", "AWS::EC2::SecurityGroup.Id" -> groupId(attribute);
      case "AWS::EC2::VPC.DefaultSecurityGroup" -> defaultGroup(attribute);
      case "AWS::EC2::VPC.CidrBlock",
          "AWS::EC2::Subnet.CidrBlock",
          "AWS::EC2::Subnet.VpcId",
          "AWS::EC2::Subnet.AvailabilityZone",
          "AWS::EC2::SecurityGroup.VpcId",
          "AWS::ElasticLoadBalancingV2::LoadBalancer.SecurityGroups",
          "AWS::SSM::Parameter.Type",
          "AWS::SSM::Parameter.Value" ->
          declared(attribute, attribute);
      case "AWS::EC2::Instance.PrivateIp", "AWS::EC2::NetworkInterface.PrimaryPrivateIpAddress" ->
          declared(attribute, "PrivateIpAddress");
      case "AWS::ElasticLoadBalancingV2::LoadBalancer.LoadBalancerFullName" ->
          arnAfter(attribute, ":loadbalancer/");
      case "AWS::ElasticLoadBalancingV2::LoadBalancer.LoadBalancerName" ->
          segment(arnAfter(attribute, ":loadbalancer/").text(), 1, attribute);
      case "AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupFullName" ->
          new Value.Scalar("targetgroup/" + arnAfter(attribute, ":targetgroup/").text());
      case "AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupName" ->
          segment(arnAfter(attribute, ":targetgroup/").text(), 0, attribute);
      case "AWS::SNS::Topic.TopicName", "AWS::SQS::Queue.QueueName" ->
          new Value.Scalar(id.substring(Math.max(id.lastIndexOf(':'), id.lastIndexOf('/')) + 1));
      case "AWS::SQS::Queue.Arn" -> arn("sqs", id.substring(id.lastIndexOf('/') + 1));
      // On a bus of its own a rule's id is BUS|NAME.
      case "AWS::Events::Rule.Arn" -> arn("events", "rule/" + id.replace('|', '/'));
      case "AWS::CloudTrail::Trail.Arn" -> arn("cloudtrail", "trail/" + id);
      case "AWS::CloudWatch::Alarm.Arn" -> arn("cloudwatch", "alarm:" + id);
      case "AWS::ECR::Repository.Arn" -> arn("ecr", "repository/" + id);
      case "AWS::ECS::Cluster.Arn" -> arn("ecs", "cluster/" + id);
      case "AWS::Kinesis::Stream.Arn" -> arn("kinesis", "stream/" + id);
      case "AWS::Lambda::Function.Arn" -> arn("lambda", "function:" + id);
      case "AWS::DynamoDB::Table.Arn" -> arn("dynamodb", "table/" + id);
      case "AWS::KMS::Key.Arn" -> arn("kms", "key/" + id);
      case "AWS::Logs::LogGroup.Arn" -> arn("logs", "log-group:" + id + ":*");
      case "AWS::IAM::Role.Arn" -> global("iam", stack.account(), "role" + path() + id);
      case "AWS::IAM::InstanceProfile.Arn" ->
          global("iam", stack.account(), "instance-profile" + path() + id);
      case "AWS::S3::Bucket.Arn" -> global("s3", "", id);
      case "AWS::S3::Bucket.DomainName" ->
          new Value.Scalar(id + ".s3." + References.urlSuffix(stack));
      case "AWS::S3::Bucket.RegionalDomainName" ->
          new Value.Scalar(id + ".s3." + stack.region() + "." + References.urlSuffix(stack));
      default -> throw unknown(attribute);
    };
  }

  /** A group created without a VPC has its name for a physical id. */
  private Value groupId(String attribute) {
    if (resource.physicalId().startsWith("sg-")) {
      return new Value.Scalar(resource.physicalId());
    }
    throw unknown(attribute);
  }

  private Value defaultGroup(String attribute) {
    var group = defaultGroups.get(resource.physicalId());
    if (group == null) {
      throw unknown(attribute);
    }
    return new Value.Scalar(group);
  }

  private Value declared(String attribute, String property) {
    var value = properties.one(resource.logicalId(), property, evaluator);
    return switch (value) {
      case null -> throw unknown(attribute);
      case Value.Unknown unresolved -> throw new Unresolved(unresolved.why());
      case Value.Scalar scalar -> scalar;
      case Value.Items items -> items;
      case Value.Fields fields -> fields;
    };
  }

  private Value.Scalar arnAfter(String attribute, String mark) {
    var at = resource.physicalId().indexOf(mark);
    if (at < 0) {
      throw unknown(attribute);
    }
    return new Value.Scalar(resource.physicalId().substring(at + mark.length()));
  }

  private Value segment(String text, int index, String attribute) {
    var segments = text.split("/", -1);
    if (index >= segments.length) {
      throw unknown(attribute);
    }
    return new Value.Scalar(segments[index]);
  }

  private String path() {
    var path = properties.one(resource.logicalId(), "Path", evaluator);
    return path == null ? "/" : Evaluator.text(path);
  }

  private Value arn(String service, String rest) {
    return new Value.Scalar(
        String.join(":", "arn", stack.partition(), service, stack.region(), stack.account(), rest));
  }

  private Value global(String service, String account, String rest) {
    return new Value.Scalar(String.join(":", "arn", stack.partition(), service, "", account, rest));
  }

  private Unresolved unknown(String attribute) {
    return new Unresolved(
        "the template and the physical id of "
            + resource.logicalId()
            + " do not tell its attribute "
            + attribute,
        new Value.Attribute(resource, attribute));
  }
}
