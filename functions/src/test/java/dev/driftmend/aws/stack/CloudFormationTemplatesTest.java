package dev.driftmend.aws.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackState;
import dev.driftmend.port.DeniedFailure;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CloudFormationTemplatesTest {
  private static final StackRef STACK =
      new StackRef(
          "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/"
              + "5f6a3c30-1111-11ee-9a3b-0a1b2c3d4e5f");

  private final Canned wire = new Canned();
  private final CloudFormationTemplates templates = new CloudFormationTemplates(wire.clients());

  @Test
  void theAgeOfAStackIsItsLastUpdate() {
    wire.answer("DescribeStacks", stack("UPDATE_COMPLETE", "2026-03-02T10:00:00.123Z", ""));
    assertThat(templates.state(STACK))
        .hasValue(new StackState("UPDATE_COMPLETE", Instant.parse("2026-03-02T10:00:00.123Z")));
    assertThat(wire.only("DescribeStacks").arguments()).containsEntry("StackName", STACK.id());
  }

  @Test
  void theAgeOfAStackThatWasNeverUpdatedIsItsCreation() {
    wire.answer("DescribeStacks", stack("CREATE_COMPLETE", null, ""));
    assertThat(templates.state(STACK).orElseThrow().lastUpdated())
        .isEqualTo(Instant.parse("2026-03-01T09:00:00Z"));
  }

  @Test
  void aStackThatDoesNotExistOrWasDeletedIsEmpty() {
    wire.failQuery("DescribeStacks", 400, "ValidationError", "Stack with id shop does not exist")
        .answer("DescribeStacks", stack("DELETE_COMPLETE", null, ""));
    assertThat(templates.find("shop")).isEmpty();
    assertThat(templates.state(STACK)).isEmpty();
  }

  @Test
  void aStackThatMayNotBeReadIsNotTakenForOneThatDoesNotExist() {
    wire.failQuery("DescribeStacks", 403, "AccessDenied", "not authorized to perform");
    assertThatThrownBy(() -> templates.state(STACK)).isInstanceOf(DeniedFailure.class);
  }

  @Test
  void aStackIsFoundByItsName() {
    wire.answer("DescribeStacks", stack("CREATE_COMPLETE", null, ""));
    assertThat(templates.find("shop")).hasValue(STACK);
  }

  @Test
  void readingTakesTheProcessedTemplateEveryPageOfResourcesAndResolvedParameters() {
    wire.answer(
            "DescribeStacks",
            stack(
                "CREATE_COMPLETE",
                null,
                """
                <Parameters>
                  <member><ParameterKey>Ami</ParameterKey>
                    <ParameterValue>/aws/service/ami</ParameterValue>
                    <ResolvedValue>ami-0123456789abcdef0</ResolvedValue></member>
                  <member><ParameterKey>Port</ParameterKey>
                    <ParameterValue>5000</ParameterValue></member>
                </Parameters>
                <NotificationARNs>
                  <member>arn:aws:sns:eu-west-1:111122223333:stacks</member></NotificationARNs>
                <Outputs><member><OutputKey>Url</OutputKey>
                  <OutputValue>http://example.com</OutputValue></member></Outputs>\
                """))
        .answer("GetTemplate", template("Resources: {Web: {Type: AWS::EC2::SecurityGroup}}"))
        .answer(
            "ListStackResources",
            resources(
                "page-2",
                resource("Web", "AWS::EC2::SecurityGroup", "sg-0aaa", "CREATE_COMPLETE")
                    + resource("Old", "AWS::EC2::EIP", "192.0.2.7", "DELETE_COMPLETE")))
        .answer(
            "ListStackResources",
            "NextToken",
            "page-2",
            resources(
                null,
                resource("App", "AWS::EC2::Instance", "i-0bbb", "UPDATE_COMPLETE")
                    + """
                    <member><LogicalResourceId>Soon</LogicalResourceId>
                      <ResourceType>AWS::EC2::EIP</ResourceType>
                      <ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus></member>\
                    """));

    var snapshot = templates.read(STACK).orElseThrow();

    assertThat(wire.only("GetTemplate").arguments()).containsEntry("TemplateStage", "Processed");
    assertThat(snapshot.template()).isEqualTo("Resources: {Web: {Type: AWS::EC2::SecurityGroup}}");
    assertThat(snapshot.resources())
        .containsExactly(
            new ResourceRef("Web", "AWS::EC2::SecurityGroup", "sg-0aaa"),
            new ResourceRef("App", "AWS::EC2::Instance", "i-0bbb"));
    assertThat(snapshot.parameters())
        .isEqualTo(Map.of("Ami", "ami-0123456789abcdef0", "Port", "5000"));
    assertThat(snapshot.notificationArns())
        .containsExactly("arn:aws:sns:eu-west-1:111122223333:stacks");
    assertThat(snapshot.outputs()).isEqualTo(Map.of("Url", "http://example.com"));
    assertThat(snapshot.exports()).isEmpty();
    assertThat(wire.actions()).doesNotContain("ListExports", "GetParameters");
  }

  @Test
  void exportsAreListedPageByPageOnlyIfTheTemplateImports() {
    wire.answer("DescribeStacks", stack("CREATE_COMPLETE", null, ""))
        .answer("GetTemplate", template("X: !ImportValue net-vpc"))
        .answer("ListStackResources", resources(null, ""))
        .answer("ListExports", exports("net-vpc", "vpc-0aaa", "more"))
        .answer("ListExports", "NextToken", "more", exports("net-subnet", "subnet-0b", null));

    assertThat(templates.read(STACK).orElseThrow().exports())
        .isEqualTo(Map.of("net-vpc", "vpc-0aaa", "net-subnet", "subnet-0b"));
  }

  @Test
  void versionedSsmReferencesAreReadInTensAndUnversionedOnesNever() {
    var body = new StringBuilder("A: '{{resolve:ssm:/app/latest}}'\n");
    for (var i = 0; i < 12; i++) {
      body.append("P%d: '{{resolve:ssm:/app/p%d:3}}'\n".formatted(i, i));
    }
    wire.answer("DescribeStacks", stack("CREATE_COMPLETE", null, ""))
        .answer("GetTemplate", template(body.toString()))
        .answer("ListStackResources", resources(null, ""))
        .answer(
            "GetParameters",
            """
            {"Parameters":[{"Name":"/app/p0","Selector":":3","Version":3,"Value":"v","Type":"String"},
             {"Name":"/app/p1","Version":3,"Value":"AQICAH","Type":"SecureString"}],
             "InvalidParameters":[]}\
            """)
        .answer("GetParameters", "{\"Parameters\":[],\"InvalidParameters\":[\"/app/p11:3\"]}");

    assertThat(templates.read(STACK).orElseThrow().ssm()).isEqualTo(Map.of("/app/p0:3", "v"));
    var requests = wire.requests("GetParameters");
    assertThat(requests.getFirst().json().get("Names"))
        .hasSize(10)
        .first()
        .extracting(n -> n.asText())
        .isEqualTo("/app/p0:3");
    assertThat(requests.getLast().json().get("Names")).hasSize(2);
  }

  @Test
  void exportsThatMayNotBeListedLeaveOnlyWhatNeedsThemUncovered() {
    wire.answer("DescribeStacks", stack("CREATE_COMPLETE", null, ""))
        .answer("GetTemplate", template("X: !ImportValue net-vpc"))
        .answer("ListStackResources", resources(null, ""))
        .failQuery("ListExports", 403, "AccessDenied", "not authorized");

    assertThat(templates.read(STACK).orElseThrow().exports()).isEmpty();
  }

  /** A variable of a script that was not set is no wish for whatever stack comes first. */
  @Test
  void aStackOfAnotherNameThanWasAskedForIsNotFound() {
    for (var asked = 0; asked < 3; asked++) {
      wire.answer("DescribeStacks", stack("CREATE_COMPLETE", null, ""));
    }

    assertThat(templates.find("")).isEmpty();
    assertThat(templates.find("shop")).hasValue(STACK);
    assertThat(templates.find(STACK.id())).hasValue(STACK);
  }

  /** AWS tells of a stack that is being deleted when that began, and leaves the last update. */
  @Test
  void aDeletionIsTheLatestThatHappenedToAStack() {
    wire.answer(
        "DescribeStacks",
        stack(
            "DELETE_IN_PROGRESS",
            "2026-03-02T09:00:00Z",
            "<DeletionTime>2026-03-05T10:00:00Z</DeletionTime>"));

    assertThat(templates.state(STACK).orElseThrow())
        .isEqualTo(new StackState("DELETE_IN_PROGRESS", Instant.parse("2026-03-05T10:00:00Z")));
  }

  private static String stack(String status, @Nullable String updated, String more) {
    return """
    <DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <DescribeStacksResult><Stacks><member><StackId>%s</StackId><StackName>shop</StackName>
    <CreationTime>2026-03-01T09:00:00Z</CreationTime>%s<StackStatus>%s</StackStatus>%s</member>
    </Stacks></DescribeStacksResult></DescribeStacksResponse>\
    """
        .formatted(
            STACK.id(),
            updated == null ? "" : "<LastUpdatedTime>" + updated + "</LastUpdatedTime>",
            status,
            more);
  }

  private static String template(String body) {
    return """
    <GetTemplateResponse><GetTemplateResult><TemplateBody>%s</TemplateBody></GetTemplateResult>
    </GetTemplateResponse>\
    """
        .formatted(body);
  }

  private static String resources(@Nullable String next, String members) {
    return """
    <ListStackResourcesResponse><ListStackResourcesResult>
    <StackResourceSummaries>%s</StackResourceSummaries>%s
    </ListStackResourcesResult></ListStackResourcesResponse>\
    """
        .formatted(members, next == null ? "" : "<NextToken>" + next + "</NextToken>");
  }

  private static String resource(String logical, String type, String physical, String status) {
    return """
    <member><LogicalResourceId>%s</LogicalResourceId><ResourceType>%s</ResourceType>
    <PhysicalResourceId>%s</PhysicalResourceId><ResourceStatus>%s</ResourceStatus></member>\
    """
        .formatted(logical, type, physical, status);
  }

  private static String exports(String name, String value, @Nullable String next) {
    return """
    <ListExportsResponse><ListExportsResult><Exports><member><Name>%s</Name><Value>%s</Value>
    <ExportingStackId>%s</ExportingStackId></member></Exports>%s</ListExportsResult>
    </ListExportsResponse>\
    """
        .formatted(
            name, value, STACK.id(), next == null ? "" : "<NextToken>" + next + "</NextToken>");
  }
}
