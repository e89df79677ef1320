package dev.driftmend.kind.any;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.json.JsonTree;
import dev.driftmend.json.JsonValues;
import dev.driftmend.model.stack.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is declared beside what a service gives back: equal, different or unverifiable. */
class ModelComparisonTest {
  private static final String KEY = "arn:aws:kms:us-east-1:111122223333:key/1a2b3c4d";
  private static final AccountContext HERE =
      new AccountContext("111122223333", "us-east-1", Map.of("alias/aws/sqs", "1a2b3c4d"));

  @Nested
  class IsEqual {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "AWS::Logs::LogGroup | {'RetentionInDays': '30'} | {'RetentionInDays': 30}",
          "AWS::S3::Bucket | {'ObjectLockEnabled': 'True'} | {'ObjectLockEnabled': true}",
          "AWS::RDS::DBInstance | {'Engine': 'MySQL'} | {'Engine': 'mysql'}",
          "AWS::RDS::DBInstance | {'EngineVersion': '8.0'} | {'EngineVersion': '8.0.45'}",
          "AWS::RDS::DBParameterGroup | {'Parameters': {'a': 'ON'}} | {'Parameters': {'a': '1'}}",
          "AWS::Route53::HostedZone | {'Name': 'example.com'} | {'Name': 'example.com.'}",
          "AWS::ECS::Service | {'TaskDefinition': 'web'} |"
              + " {'TaskDefinition': 'arn:aws:ecs:us-east-1:111122223333:task-definition/web:7'}",
          "AWS::ECS::Service | {'Cluster': 'shop'} |"
              + " {'Cluster': 'arn:aws:ecs:us-east-1:111122223333:cluster/shop'}",
          "AWS::Glue::Crawler | {'Role': 'arn:aws:iam::111122223333:role/path/crawl'} |"
              + " {'Role': 'crawl'}",
          "AWS::EC2::Subnet | {'CidrBlock': '10.0.7.0/16'} | {'CidrBlock': '10.0.0.0/16'}",
          "AWS::SQS::Queue | {'KmsMasterKeyId': '1a2b3c4d'} | {'KmsMasterKeyId': '" + KEY + "'}",
          "AWS::Budgets::Budget | {'Budget': {'BudgetLimit': {'Amount': '0.5'}}} |"
              + " {'Budget': {'BudgetLimit': {'Amount': '0.50'}}}",
          "AWS::Scheduler::Schedule | {'StartDate': '2026-03-01T00:00:00Z'} |"
              + " {'StartDate': '2026-03-01T01:00:00+01:00'}",
          "AWS::Lambda::Alias | {'FunctionName':"
              + " 'arn:aws:lambda:us-east-1:111122223333:function:web'} | {'FunctionName':"
              + " 'arn:aws:lambda:us-east-1:111122223333:function:web:$LATEST'}",
          "AWS::S3::Bucket | {'VersioningConfiguration': {}} | {}",
          "AWS::S3::Bucket | {'Tags': [{'Key': 'a', 'Value': 'b'}]} |"
              + " {'Tags': [{'Key': 'aws:cloudformation:stack-id', 'Value': 'x'},"
              + " {'Key': 'a', 'Value': 'b'}]}",
          "AWS::DynamoDB::Table | {'SSESpecification': {'SSEEnabled': false}} | {}",
          "AWS::Lambda::Function | {'Layers': ['a', 'b']} | {'Layers': ['b', 'a']}",
          "AWS::Lambda::Function | {'Layers': ['a', 'a']} | {'Layers': ['a']}",
          "AWS::CloudWatch::Alarm | {'Threshold': 10000000} | {'Threshold': 1.0E7}",
          "AWS::CloudWatch::Alarm | {'Threshold': 0.0001} | {'Threshold': 1.0E-4}",
          "AWS::Lambda::Function | {'Description': '', 'Layers': []} |"
              + " {'Description': [], 'Layers': ''}"
        })
    void inWhateverFormTheServiceGivesItBack(String type, String declared, String live) {
      assertThat(compare(type, declared, live)).hasOnlyElementsOfType(Leaf.Equal.class);
    }

    @Test
    void whereADocumentIsTextOnOneSide() {
      assertThat(
              compare(
                  "AWS::Events::Rule",
                  "{'EventPattern': {'source': ['x']}}",
                  "{'EventPattern': '[1]'}".replace("[1]", "{ \\'source\\': [\\'x\\']}")))
          .hasOnlyElementsOfType(Leaf.Equal.class);
    }

    @Test
    void whereThePolicySaysTheSameInAnotherForm() {
      assertThat(
              compare(
                  "AWS::SQS::QueueInlinePolicy",
                  """
                  {"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage",
                    "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Resource": ["q"]}]}}
                  """,
                  """
                  {"PolicyDocument": {"Version": "2012-10-17", "Statement": {"Sid": "1",
                    "Effect": "Allow", "Action": ["SQS:SendMessage"],
                    "Principal": {"AWS": "111122223333"}, "Resource": "q"}}}
                  """))
          .hasOnlyElementsOfType(Leaf.Equal.class);
    }
  }

  @Nested
  class IsDifferent {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "AWS::Logs::LogGroup | {'RetentionInDays': 30} | {'RetentionInDays': 7} |"
              + " RetentionInDays",
          "AWS::RDS::DBInstance | {'EngineVersion': '8.0'} | {'EngineVersion': '5.7.44'} |"
              + " EngineVersion",
          "AWS::EKS::Cluster | {'Version': '1.3'} | {'Version': '1.30'} | Version",
          "AWS::ECS::Service | {'TaskDefinition': 'web:1'} |"
              + " {'TaskDefinition': 'arn:aws:ecs:us-east-1:111122223333:task-definition/web:2'} |"
              + " TaskDefinition",
          "AWS::Glue::Crawler | {'Role': 'crawl'} |"
              + " {'Role': 'arn:aws:iam::123456789012:role/crawl'} | Role",
          "AWS::SQS::Queue | {'KmsMasterKeyId': 'alias/aws/sqs'} |"
              + " {'KmsMasterKeyId': 'arn:aws:kms:us-east-1:111122223333:key/9f'} |"
              + " KmsMasterKeyId",
          "AWS::S3::Bucket | {'Tags': [{'Key': 'a', 'Value': 'b'}]} |"
              + " {'Tags': [{'Key': 'a', 'Value': 'c'}]} | Tags[a].Value",
          "AWS::S3::Bucket | {'CorsConfiguration': {'CorsRules': [{'AllowedMethods': ['GET'],"
              + " 'AllowedOrigins': ['*']}]}} | {} | CorsConfiguration",
          "AWS::WAFv2::WebACL | {'DefaultAction': {'Block': {}}} |"
              + " {'DefaultAction': {'Allow': {}}} | DefaultAction",
          "AWS::Lambda::Function | {'Environment': {'Variables': {'MODE': 'On'}}} |"
              + " {'Environment': {'Variables': {'MODE': 'on'}}} | Environment.Variables.MODE",
          "AWS::AutoScaling::AutoScalingGroup | {'VPCZoneIdentifier': ['subnet-1']} |"
              + " {'VPCZoneIdentifier': ['subnet-1', 'subnet-2']} | VPCZoneIdentifier[subnet-2]",
          "AWS::Lambda::Function | {'Environment': {'Variables': {'MODE': 'a'}}} |"
              + " {'Environment': {'Variables': {'KIND': 'a'}}} | Environment.Variables",
          "AWS::Lambda::Function | {'Layers': ['a', 'a']} | {'Layers': []} | Layers[a]",
          "AWS::Lambda::Function | {'Environment': {'Variables': {'BUILD': '007'}}} |"
              + " {'Environment': {'Variables': {'BUILD': '7'}}} | Environment.Variables.BUILD",
          "AWS::Lambda::Function | {'Environment': {'Variables': {'T':"
              + " 'arn:aws:dynamodb:us-east-1:111122223333:table/t'}}} |"
              + " {'Environment': {'Variables': {'T': 't'}}} | Environment.Variables.T",
          "AWS::Chatbot::SlackChannelConfiguration | {'SlackChannelId': ''} |"
              + " {'SlackChannelId': 'C1'} | SlackChannelId",
          "AWS::Events::Rule | {'ScheduleExpression': 'rate(99999999999999999999 days)'} |"
              + " {'ScheduleExpression': 'rate(1 day)'} | ScheduleExpression",
          "AWS::EKS::Cluster | {'Versions': ['1.10']} | {'Versions': ['1.1']} | Versions[1.10];"
              + "Versions[1.1]",
          "AWS::ECS::Service | {'LoadBalancers': ['latest', '7']} |"
              + " {'LoadBalancers': ['7', '8', '9']} | LoadBalancers[9]",
          "AWS::CodePipeline::Pipeline | {'Stages': [{'Name': 'a'}, {'Name': 'b'}]} |"
              + " {'Stages': [{'Name': 'b'}, {'Name': 'a'}]} | Stages"
        })
    void ifNoFormOfItIsTheSame(String type, String declared, String live, String path) {
      assertThat(compare(type, declared, live))
          .filteredOn(Leaf.Different.class::isInstance)
          .extracting(Leaf::path)
          .containsExactly(path.split(";"));
    }

    @Test
    void ifAPolicyLetsSomebodyElseInOrLosesACondition() {
      var declared =
          """
          {"Policy": {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "r",
            "Principal": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}]}}
          """;
      var type = "AWS::S3::AccessPoint";
      assertThat(compare(type, declared, declared)).hasOnlyElementsOfType(Leaf.Equal.class);
      assertThat(different(compare(type, declared, declared.replace("\"*\"", "\"9\""))))
          .isNotEmpty();
      assertThat(
              different(
                  compare(type, declared, declared.replaceFirst(", \"Condition\".*}}}]", "}]"))))
          .singleElement()
          .asString()
          .startsWith("Policy.Statement[")
          .endsWith("].Condition");
    }
  }

  @Nested
  class OfAPolicy {
    private static final String TYPE = "AWS::S3::AccessPoint";

    @ParameterizedTest
    @ValueSource(strings = {"aws:SecureTransport", "aws:ViaAWSService"})
    void aConditionThatAsksForFalseIsMissedAndIsSeenToBeAdded(String key) {
      var without =
          """
          {"Policy": {"Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "r",
            "Principal": "*"}]}}
          """;
      var with =
          without.replace(
              "\"Principal\"", "\"Condition\": {\"Bool\": {\"KEY\": \"false\"}}, \"Principal\"");
      with = with.replace("KEY", key);
      assertThat(compare(TYPE, with, with)).hasOnlyElementsOfType(Leaf.Equal.class);
      assertThat(different(compare(TYPE, with, without)))
          .singleElement()
          .asString()
          .endsWith("].Condition");
      assertThat(different(compare(TYPE, without, with)))
          .singleElement()
          .asString()
          .endsWith("].Condition");
    }

    @Test
    void aWholeArnIsNoPartOfAnother() {
      var declared =
          """
          {"Policy": {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Principal": "*",
            "Resource": "arn:aws:s3:::logs/*"}]}}
          """;
      assertThat(different(compare(TYPE, declared, declared.replace(":::logs/", ":::logs-of-x/"))))
          .hasSize(1);
      assertThat(
              different(
                  compare(
                      TYPE,
                      declared.replace("arn:aws:s3:::logs/*", "execute-api:/*"),
                      declared.replace(
                          "arn:aws:s3:::logs/*",
                          "arn:aws:execute-api:us-east-1:111122223333:a/*"))))
          .isEmpty();
    }
  }

  @Nested
  class NeverShows {
    private static final String SECRET = "open-sesame";

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "AWS::RDS::DBInstance | {'MasterUserPassword': 'open-sesame'} |"
              + " {'MasterUserPassword': 'other'}",
          "AWS::RDS::DBInstance | {'MasterUserPassword': 'open-sesame'} |"
              + " {'MasterUserPassword': {'a': 'b'}}",
          "AWS::OpenSearchService::Domain | {'AdvancedSecurityOptions': {'Enabled': true,"
              + " 'MasterUserOptions': {'MasterUserPassword': 'open-sesame'}}} | {}",
          "AWS::OpenSearchService::Domain | {'AdvancedSecurityOptions': {'Enabled': true,"
              + " 'MasterUserOptions': {'MasterUserPassword': 'open-sesame'}}} |"
              + " {'AdvancedSecurityOptions': 'off'}"
        })
    void whatASchemaCallsWriteOnly(String type, String declared, String live) {
      assertThat(compare(type, declared, live))
          .anyMatch(Leaf.Different.class::isInstance)
          .allSatisfy(leaf -> assertThat(leaf.toString()).doesNotContain(SECRET));
    }
  }

  @Nested
  class IsUnverifiable {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "AWS::RDS::DBInstance | {'MasterUserPassword': 'x'} | {} | it is never given back",
          "AWS::Logs::LogGroup | {'RetentionInDays': 7} | {} |"
              + " it was not given back, which a scalar need not be",
          "AWS::DynamoDB::Table | {'SSESpecification': {'SSEEnabled': true}} | {} |"
              + " it is not given back",
          "AWS::Lambda::Function | {'Description': 'Caf?'} | {'Description': 'Café'} |"
              + " CloudFormation gives back every character that is no ASCII as a question mark",
          "AWS::S3::Bucket | {'BucketEncryption': {'KMSMasterKeyID': 'alias/mine'}} |"
              + " {'BucketEncryption': {'KMSMasterKeyID': '9f'}} |"
              + " which key the alias leads to is not known",
          "AWS::Route53::RecordSet | {'HostedZoneId': '/hostedzone/Z1'} | {'HostedZoneId': 'Z1'} |"
              + " the one is the other with a prefix of the service",
          "AWS::ECS::TaskSet | {'PlatformVersion': 'LATEST'} | {'PlatformVersion': '1.4.0'} |"
              + " which one that is, the service says",
          "AWS::RDS::DBProxy | {'Auth': {'SecretArn':"
              + " 'arn:aws:secretsmanager:us-east-1:111122223333:secret:a/b'}} | {'Auth':"
              + " {'SecretArn': 'arn:aws:secretsmanager:us-east-1:111122223333:secret:a/b-Ab12Cd'}}"
              + " | the ARN of a secret ends with six characters of the service's",
          "AWS::Lambda::Function | {'Environment': {'Variables': {'MODE': 'a'}}} |"
              + " {'Environment': {'Variables': {'mode': 'a'}}} |"
              + " the service calls it by another name",
          "AWS::Lambda::Function | {'Environment': {'Variables': {'DEBUG': '0'}}} |"
              + " {'Environment': {'Variables': {}}} |"
              + " it was not given back, which a scalar need not be",
          "AWS::AutoScaling::AutoScalingGroup | {'DesiredCapacity': 2} | {'DesiredCapacity': 9} |"
              + " services set it while it is in use"
        })
    void ifItMayBeTheSame(String type, String declared, String live, String why) {
      assertThat(compare(type, declared, live))
          .singleElement()
          .isInstanceOfSatisfying(
              Leaf.Unverifiable.class, leaf -> assertThat(leaf.why()).isEqualTo(why));
    }

    @Test
    void ifTheTemplateDoesNotTellButWhatStandsBesideItIsCompared() {
      var declared = new LinkedHashMap<String, Value>();
      declared.put("QueueName", new Value.Unknown("no such export"));
      declared.put("DelaySeconds", new Value.Scalar("5"));
      var leaves =
          ModelComparison.compare(
              ResourceSchemas.of("AWS::SQS::Queue"),
              Quirks.of("AWS::SQS::Queue"),
              HERE,
              new Value.Fields(declared),
              fields("{'QueueName': 'jobs', 'DelaySeconds': 0}"));
      assertThat(leaves)
          .containsExactly(
              new Leaf.Unverifiable("QueueName", "no such export"),
              new Leaf.Different("DelaySeconds", "5", "0"));
    }
  }

  @Test
  @Timeout(20)
  void aDeepNestIsComparedOnceALevel() {
    var declared = "{'Name': 'x', 'Leaf': 'a'}";
    var live = "{'Name': 'x', 'Leaf': 'b'}";
    for (var level = 0; level < 24; level++) {
      declared = "{'Name': 'x', 'Inner': [" + declared + "]}";
      live = "{'Name': 'x', 'Inner': [" + live + "]}";
    }
    var all = "{'Rules': [NEST]}";
    var type = "AWS::WAFv2::WebACL";
    var leaves = compare(type, all.replace("NEST", declared), all.replace("NEST", live));
    assertThat(different(leaves)).singleElement().asString().endsWith("].Leaf");
  }

  @Test
  void whatTheTemplateDoesNotTellIsNotShownOfLiveEither() {
    var declared =
        new Value.Fields(
            Map.of(
                "DefaultAction",
                new Value.Fields(Map.of("Block", new Value.Unknown("a NoEcho parameter")))));
    assertThat(
            ModelComparison.compare(
                ResourceSchemas.of("AWS::WAFv2::WebACL"),
                Quirks.of("AWS::WAFv2::WebACL"),
                HERE,
                declared,
                fields("{'DefaultAction': {'Allow': {'Key': 'hush'}}}")))
        .noneMatch(leaf -> leaf.toString().contains("hush"));
  }

  @Test
  void aTypeThatNoTableHasCannotBeRead() {
    assertThat(ResourceSchemas.of("Custom::Thing").readable()).isFalse();
    assertThat(ResourceSchemas.of("AWS::SQS::QueuePolicy").readable()).isFalse();
    assertThat(ResourceSchemas.of("AWS::SQS::Queue").readable()).isTrue();
  }

  private static List<String> different(List<Leaf> leaves) {
    return leaves.stream().filter(Leaf.Different.class::isInstance).map(Leaf::path).toList();
  }

  private static List<Leaf> compare(String type, String declared, String live) {
    return ModelComparison.compare(
        ResourceSchemas.of(type), Quirks.of(type), HERE, fields(declared), fields(live));
  }

  private static Value.Fields fields(String json) {
    try {
      return (Value.Fields) JsonValues.of(JsonTree.read(json.replace('\'', '"')));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
