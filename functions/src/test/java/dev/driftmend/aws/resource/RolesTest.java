package dev.driftmend.aws.resource;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.call;
import static dev.driftmend.aws.Stacks.found;
import static dev.driftmend.aws.Stacks.items;
import static dev.driftmend.aws.Stacks.keys;
import static dev.driftmend.aws.Stacks.scalar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.Stacks;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.port.TransientFailure;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RolesTest {
  private static final String TYPE = "AWS::IAM::Role";
  private static final String TRUST =
      """
      {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole"],
          "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}]
      }
      """;

  private final Canned wire = new Canned();
  private final Roles roles = new Roles(wire.clients());

  @Test
  void everyPageOfARolesPoliciesIsReadInNormalForm() {
    wire.answer("GetRole", role(TRUST, ""))
        .answer("ListAttachedRolePolicies", attached("arn:a", "<Marker>more</Marker>"))
        .answer("ListAttachedRolePolicies", "Marker", "more", attached("arn:b", ""))
        .answer("ListRolePolicies", named("read", "<Marker>next</Marker>"))
        .answer("ListRolePolicies", "Marker", "next", named("write+all", ""))
        .answer("GetRolePolicy", "PolicyName", "read", document("{\"Action\":[\"b\",\"a\"]}"))
        .answer("GetRolePolicy", "PolicyName", "write+all", document("{\"Sid\": \"a+b c\"}"));

    var live = observe(role("Web")).get("Web");

    assertThat(scalar(live, "TrustPolicy"))
        .isEqualTo(
            "{\"Statement\":{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":"
                + "{\"AWS\":\"111122223333\"}},\"Version\":\"2012-10-17\"}");
    assertThat(keys(live, "ManagedPolicies")).containsExactly("arn:a", "arn:b");
    assertThat(items(live, "InlinePolicies"))
        .containsExactly(
            Item.of("read", Map.of("document", "{\"Action\":[\"a\",\"b\"]}")),
            Item.of("write+all", Map.of("document", "{\"Sid\":\"a+b c\"}")));
    assertThat(scalar(live, "PermissionsBoundary")).isEmpty();
    assertThat(wire.actions()).doesNotContain("ListInstanceProfilesForRole");
    assertThat(wire.only("GetRole").arguments()).isEqualTo(Map.of("RoleName", "web"));
  }

  @Test
  void itsBoundaryAndItsProfilesAreReadWhereTheyAreCompared() {
    wire.answer(
            "GetRole",
            role(
                TRUST,
                """
                <PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>
                <PermissionsBoundaryArn>arn:boundary</PermissionsBoundaryArn>
                </PermissionsBoundary>\
                """))
        .answer("ListAttachedRolePolicies", attached("arn:a", ""))
        .answer("ListRolePolicies", named("", ""))
        .answer(
            "ListInstanceProfilesForRole",
            """
            <ListInstanceProfilesForRoleResponse><ListInstanceProfilesForRoleResult>
            <IsTruncated>false</IsTruncated><InstanceProfiles><member>
            <InstanceProfileName>web-profile</InstanceProfileName></member></InstanceProfiles>
            </ListInstanceProfilesForRoleResult></ListInstanceProfilesForRoleResponse>\
            """);
    var declared =
        new Resource(role("Web").ref(), Map.of("InstanceProfiles", Property.Members.of(List.of())));

    var live = observe(declared).get("Web");

    assertThat(scalar(live, "PermissionsBoundary")).isEqualTo("arn:boundary");
    assertThat(keys(live, "InstanceProfiles")).containsExactly("web-profile");
    assertThat(keys(live, "InlinePolicies")).isEmpty();
  }

  @Test
  void aDeclaredPolicyIsAskedForAtOnceAndTheListDecidesWhatThereIs() {
    wire.answer("GetRole", role(TRUST, ""))
        .answer("ListAttachedRolePolicies", attached("arn:a", ""))
        .answer("ListRolePolicies", named("read", "<Marker>next</Marker>"))
        .answer("ListRolePolicies", "Marker", "next", named("extra", ""))
        .answer("GetRolePolicy", "PolicyName", "read", document("{\"Sid\": \"r\"}"))
        .answer("GetRolePolicy", "PolicyName", "extra", document("{\"Sid\": \"e\"}"))
        .answer("GetRolePolicy", "PolicyName", "just-deleted", document("{\"Sid\": \"d\"}"));
    var declared =
        Property.Members.of(
            List.of(
                Item.of("read", Map.of("document", "{}")),
                Item.of("just-deleted", Map.of("document", "{}"))));

    var live =
        observe(new Resource(role("Web").ref(), Map.of("InlinePolicies", declared))).get("Web");

    assertThat(keys(live, "InlinePolicies")).containsExactlyInAnyOrder("read", "extra");
    assertThat(wire.actions()).filteredOn("GetRolePolicy"::equals).hasSize(3);
  }

  @Test
  void aDeclaredPolicyThatIsNotThereIsNotThere() {
    wire.answer("GetRole", role(TRUST, ""))
        .answer("ListAttachedRolePolicies", attached("arn:a", ""))
        .answer("ListRolePolicies", named("", ""))
        .failQuery("GetRolePolicy", 404, "NoSuchEntity", "cannot be found");
    var declared = Property.Members.of(List.of(Item.of("read", Map.of("document", "{}"))));

    var live =
        observe(new Resource(role("Web").ref(), Map.of("InlinePolicies", declared))).get("Web");

    assertThat(keys(live, "InlinePolicies")).isEmpty();
  }

  @Test
  void aRoleThatIsGoneIsGone() {
    wire.failQuery("GetRole", 404, "NoSuchEntity", "cannot be found")
        .failQuery("ListAttachedRolePolicies", 404, "NoSuchEntity", "cannot be found")
        .failQuery("ListRolePolicies", 404, "NoSuchEntity", "cannot be found");

    assertThat(observe(role("Web"))).containsEntry("Web", new Observed.Gone());
  }

  @Test
  void aPolicyThatGoesWhileItIsReadIsNotThere() {
    wire.answer("GetRole", role(TRUST, ""))
        .answer("ListAttachedRolePolicies", attached("arn:a", ""))
        .answer("ListRolePolicies", named("read", ""))
        .failQuery("GetRolePolicy", 404, "NoSuchEntity", "cannot be found");

    assertThat(keys(observe(role("Web")).get("Web"), "InlinePolicies")).isEmpty();
  }

  @Test
  void whatMayNotBeReadIsUnknownAndTheRestIsStillRead() {
    wire.answer("GetRole", role(TRUST, ""))
        .failQuery("ListAttachedRolePolicies", 403, "AccessDenied", "not authorized")
        .answer("ListRolePolicies", named("", ""));

    var live = observe(role("Web")).get("Web");

    assertThat(found(live))
        .containsEntry(
            "ManagedPolicies",
            new Property.Unknown("iam:ListAttachedRolePolicies was refused: not authorized"))
        .containsKey("TrustPolicy");
  }

  @Test
  void aRoleThatMayNotBeReadAtAllIsUnreadable() {
    wire.failQuery("GetRole", 403, "AccessDenied", "not authorized")
        .answer("ListAttachedRolePolicies", attached("arn:a", ""))
        .answer("ListRolePolicies", named("", ""));

    assertThat(observe(role("Web")))
        .containsEntry("Web", new Observed.Unreadable("iam:GetRole was refused: not authorized"));
  }

  @Test
  void aThrottledReadIsThrown() {
    wire.answer("GetRole", role(TRUST, ""))
        .answer("ListAttachedRolePolicies", attached("arn:a", ""))
        .failQuery("ListRolePolicies", 400, "Throttling", "Rate exceeded");

    assertThatThrownBy(() -> observe(role("Web"))).isInstanceOf(TransientFailure.class);
  }

  @Test
  void aTrustPolicyThatIsNoJsonIsUnknown() {
    wire.answer("GetRole", role("{", ""))
        .answer("ListAttachedRolePolicies", attached("arn:a", ""))
        .answer("ListRolePolicies", named("", ""));

    assertThat(found(observe(role("Web")).get("Web")).get("TrustPolicy"))
        .isInstanceOf(Property.Unknown.class);
  }

  @Test
  void eachOfManyRolesIsRead() {
    var many = IntStream.range(0, 20).mapToObj(i -> role("Web" + i)).toList();
    many.forEach(
        r ->
            wire.answer("GetRole", role(TRUST, ""))
                .answer("ListAttachedRolePolicies", attached("arn:a", ""))
                .answer("ListRolePolicies", named("", "")));

    assertThat(roles.observe(SHOP, many, new Answers()))
        .hasSize(20)
        .allSatisfy((id, live) -> assertThat(live).isInstanceOf(Observed.Found.class));
    assertThat(wire.requests()).hasSize(60);
  }

  @Test
  void theOneEndpointOfThePartitionIsAsked() {
    wire.failQuery("GetRole", 404, "NoSuchEntity", "cannot be found")
        .failQuery("ListAttachedRolePolicies", 404, "NoSuchEntity", "cannot be found")
        .failQuery("ListRolePolicies", 404, "NoSuchEntity", "cannot be found");

    observe(role("Web"));

    var http = wire.only("GetRole").http();
    assertThat(http.getUri().getHost()).isEqualTo("iam.amazonaws.com");
    assertThat(http.firstMatchingHeader("Authorization").orElseThrow())
        .contains("/us-east-1/iam/aws4_request");
  }

  @Test
  void noCallChangesARole() {
    assertThatThrownBy(() -> roles.execute(call(TYPE, "DetachRolePolicy", Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no operation of AWS::IAM::Role");
  }

  private Map<String, Observed> observe(Resource... resources) {
    return roles.observe(SHOP, List.of(resources), new Answers());
  }

  private static Resource role(String logicalId) {
    return Stacks.resource(logicalId, TYPE, "web");
  }

  private static String role(String trust, String more) {
    return """
    <GetRoleResponse><GetRoleResult><Role><RoleName>web</RoleName>
    <AssumeRolePolicyDocument>%s</AssumeRolePolicyDocument>%s</Role></GetRoleResult>
    </GetRoleResponse>\
    """
        .formatted(encoded(trust), more);
  }

  private static String attached(String arn, String next) {
    return """
    <ListAttachedRolePoliciesResponse><ListAttachedRolePoliciesResult>
    <IsTruncated>%s</IsTruncated>%s<AttachedPolicies><member><PolicyName>x</PolicyName>
    <PolicyArn>%s</PolicyArn></member></AttachedPolicies></ListAttachedRolePoliciesResult>
    </ListAttachedRolePoliciesResponse>\
    """
        .formatted(!next.isEmpty(), next, arn);
  }

  private static String named(String name, String next) {
    return """
    <ListRolePoliciesResponse><ListRolePoliciesResult><IsTruncated>%s</IsTruncated>%s
    <PolicyNames>%s</PolicyNames></ListRolePoliciesResult></ListRolePoliciesResponse>\
    """
        .formatted(!next.isEmpty(), next, name.isEmpty() ? "" : "<member>" + name + "</member>");
  }

  private static String document(String json) {
    return """
    <GetRolePolicyResponse><GetRolePolicyResult><PolicyDocument>%s</PolicyDocument>
    </GetRolePolicyResult></GetRolePolicyResponse>\
    """
        .formatted(encoded(json));
  }

  /** As the service does: a space is no plus sign. */
  private static String encoded(String json) {
    return URLEncoder.encode(json, UTF_8).replace("+", "%20");
  }
}
