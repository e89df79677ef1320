package dev.driftmend.aws;

import static dev.driftmend.aws.ClaimAnswers.authorize;
import static dev.driftmend.aws.ClaimAnswers.event;
import static dev.driftmend.aws.ClaimAnswers.person;
import static dev.driftmend.aws.ClaimAnswers.resource;
import static dev.driftmend.aws.ClaimAnswers.role;
import static dev.driftmend.aws.ClaimAnswers.stack;
import static dev.driftmend.aws.ClaimAnswers.stacksBody;
import static dev.driftmend.aws.Stacks.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.Caller;
import dev.driftmend.model.Item;
import dev.driftmend.model.Policy;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.SecurityRule;
import dev.driftmend.port.Claims.Claim;
import dev.driftmend.port.TransientFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AwsClaimsTest {
  private static final String BLOG =
      "arn:aws:cloudformation:eu-west-1:111122223333:stack/blog/"
          + "6f6a3c30-1111-11ee-9a3b-0a1b2c3d4e5f";
  private static final ResourceRef GROUP =
      new ResourceRef("Web", "AWS::EC2::SecurityGroup", "sg-0web");
  private static final ResourceRef TABLE =
      new ResourceRef("Table", "AWS::EC2::RouteTable", "rtb-1");
  private static final String RULE = "ingress tcp 5000 from 0.0.0.0/0";
  private static final String MADE =
      "sgr-1\",\"isEgress\":false,\"ipProtocol\":\"tcp\",\"fromPort\":443,\"toPort\":443,"
          + "\"cidrIpv4\":\"0.0.0.0/0";
  private static final Policy POLICY =
      new Policy(Policy.Mode.REPAIR, null, List.of(), List.of(), List.of(":role/eks-"));

  private final ClaimAnswers answers = new ClaimAnswers();
  private final Canned wire = answers.wire();
  private final List<SecurityRule> declaredByBlog = new ArrayList<>();
  private final AwsClaims claims =
      new AwsClaims(
          wire.clients(),
          (stack, group) ->
              stack.id().equals(BLOG) && group.equals("sg-0web") ? declaredByBlog : List.of(),
          this::later);

  private Instant now = Instant.parse("2026-03-01T10:00:00Z");

  /** So late that nothing that was listed before counts any more. */
  private Instant later() {
    now = now.plus(Duration.ofMinutes(1));
    return now;
  }

  @Test
  void aRuleThatNobodyClaimsAndWhoseMakerIsNotKnownIsUnattributed() {
    answers.owner("").exports("").stacks(stack(SHOP.id(), "sg-0web"), "").events();
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Claim.Unattributed.class);
    assertThat(wire.only("DescribeStackResources").arguments())
        .isEqualTo(Map.of("PhysicalResourceId", "sgr-1"));
    assertThat(wire.only("LookupEvents").json().at("/LookupAttributes/0/AttributeKey").asText())
        .isEqualTo("ResourceName");
    assertThat(wire.only("LookupEvents").json().at("/LookupAttributes/0/AttributeValue").asText())
        .isEqualTo("sg-0web");
  }

  @Test
  void aRuleWithAForeignTagIsClaimedAndOneWithOurOwnStacksTagIsNot() {
    assertThat(claimOfTagged(Map.of("kubernetes.io/cluster/prod", "owned")))
        .isEqualTo(new Claim.Claimed("whoever set the tag kubernetes.io/cluster/prod"));
    assertThat(claimOfTagged(Map.of("aws:cloudformation:stack-id", BLOG)))
        .isEqualTo(new Claim.Claimed("the stack " + BLOG));
    assertThat(wire.requests()).isEmpty();
    answers.owner("").exports("").stacks("", "").events();
    assertThat(claimOfTagged(Map.of("aws:cloudformation:stack-id", SHOP.id(), "team", "web")))
        .isInstanceOf(Claim.Unattributed.class);
  }

  private Claim claimOfTagged(Map<String, String> tags) {
    var extra = new Item(RULE, Item.of("").fields(), "sgr-1", tags);
    return claims.claim(SHOP, GROUP, extra, POLICY, Optional.empty());
  }

  @Test
  void whoseMakerIsKnownIsNotLookedUpInTheEventHistoryButAStackMayStillClaimIt() {
    var person = new Caller("arn:aws:iam::111122223333:user/dev", "192.0.2.1", null, null);
    answers.owner("").exports("").stacks("", "");
    assertThat(claims.claim(SHOP, GROUP, item(RULE, "sgr-1"), POLICY, Optional.of(person)))
        .isEqualTo(new Claim.Unclaimed());
    declaredByBlog.add(SecurityRule.parse(RULE));
    var laterPolicy =
        new Policy(Policy.Mode.REPAIR, null, List.of(), List.of(), POLICY.controllers());
    answers.owner("").exports("").stacks(stack(BLOG, "sg-0web"), "");
    assertThat(claims.claim(SHOP, GROUP, item(RULE, "sgr-1"), laterPolicy, Optional.of(person)))
        .isEqualTo(new Claim.Claimed("the stack blog"));
    assertThat(wire.requests("LookupEvents")).isEmpty();
  }

  @Test
  void theStacksOfTheAccountAreListedOnceAMinuteWhateverIsAsked() {
    var within =
        new AwsClaims(
            wire.clients(), (stack, group) -> List.of(), InstantSource.fixed(Instant.EPOCH));
    answers.exports("").stacks("", "");
    for (var group : List.of("sg-0a", "sg-0b", "sg-0c")) {
      answers.owner("").events();
      var ref = new ResourceRef("Web", "AWS::EC2::SecurityGroup", group);
      var policy = new Policy(Policy.Mode.REPAIR, null, List.of(), List.of(), List.of());
      within.claim(SHOP, ref, item(RULE, "sgr-1"), policy, Optional.empty());
    }
    assertThat(wire.requests("DescribeStacks")).hasSize(1);
    assertThat(wire.requests("ListExports")).hasSize(1);
  }

  @Test
  void aControllersMarkInTheDescriptionIsAClaim() {
    var extra =
        new Item(
            RULE,
            Item.of("", Map.of("description", "elbv2.k8s.aws/targetGroupBinding=shared")).fields(),
            "sgr-1");
    assertThat(claims.claim(SHOP, GROUP, extra, POLICY, Optional.empty()))
        .isInstanceOf(Claim.Claimed.class);
    assertThat(wire.requests()).isEmpty();
  }

  @Test
  void aRuleThatIsAResourceOfAnotherStackIsClaimedByIt() {
    answers.owner(resource("sgr-1", BLOG));
    assertThat(claimOf(RULE, "sgr-1")).isEqualTo(new Claim.Claimed("the stack blog"));
  }

  @Test
  void aRuleThatIsAResourceOfOurOwnStackIsNoClaimOfAnother() {
    answers.owner(resource("sgr-1", SHOP.id())).exports("").stacks("", "").events();
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Claim.Unattributed.class);
  }

  @Test
  void aStackThatTakesTheGroupAsAParameterClaimsByContent() {
    declaredByBlog.add(SecurityRule.parse(RULE));
    answers.owner("").exports("").stacks("", "<NextToken>page-2</NextToken>");
    wire.answer(
        "DescribeStacks", "NextToken", "page-2", stacksBody(stack(BLOG, "subnet-1,sg-0web"), ""));
    assertThat(claimOf(RULE, "sgr-1")).isEqualTo(new Claim.Claimed("the stack blog"));
  }

  @Test
  void aStackThatImportsTheGroupClaimsByContentAndOnlyWhatItDeclares() {
    declaredByBlog.add(SecurityRule.parse("ingress tcp 22 from 198.51.100.0/24"));
    answers
        .owner("")
        .exports(
            "<member><Name>shop-web</Name><Value>sg-0web</Value></member>"
                + "<member><Name>shop-alb</Name><Value>sg-0alb</Value></member>")
        .stacks(stack(BLOG, "none"), "");
    wire.answer(
        "ListImports",
        "ExportName",
        "shop-web",
        """
        <ListImportsResponse><ListImportsResult><Imports><member>blog</member></Imports>
        </ListImportsResult></ListImportsResponse>\
        """);
    assertThat(claimOf("ingress tcp 22 from 198.51.100.0/24", "sgr-1"))
        .isEqualTo(new Claim.Claimed("the stack blog"));

    answers.owner("").events();
    assertThat(claimOf(RULE, "sgr-2")).isInstanceOf(Claim.Unattributed.class);
    assertThat(wire.requests("DescribeStacks")).as("asked once in a run").hasSize(1);
  }

  @Test
  void anExportThatNobodyImportsIsNoError() {
    answers
        .owner("")
        .exports("<member><Name>shop-web</Name><Value>sg-0web</Value></member>")
        .stacks("", "")
        .events();
    wire.failQuery(
        "ListImports", 400, "ValidationError", "Export 'shop-web' is not imported by any stack.");
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Claim.Unattributed.class);
  }

  @Test
  void anotherRunAsksAnew() {
    answers.owner("").exports("").stacks("", "").events();
    claimOf(RULE, "sgr-1");
    answers.owner("").exports("").stacks("", "").events();
    var laterPolicy =
        new Policy(Policy.Mode.REPAIR, null, List.of(), List.of(), POLICY.controllers());
    claims.claim(SHOP, GROUP, item(RULE, "sgr-1"), laterPolicy, Optional.empty());
    assertThat(wire.requests("DescribeStacks")).hasSize(2);
  }

  @Test
  void aRuleMadeByAServiceOrByAControllerOfThePolicyIsClaimedAndOneMadeByAPersonIsNot() {
    var byService = authorize("sgr-1", person("\"invokedBy\":\"autoscaling.amazonaws.com\","));
    var byController = authorize("sgr-2", role("arn:aws:iam::111122223333:role/eks-prod-lbc"));
    var byPerson = authorize("sgr-3", person(""));
    var byConsole = authorize("sgr-4", person("\"invokedBy\":\"AWS Internal\","));
    var byLinkedRole =
        authorize(
            "sgr-5",
            role(
                "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"));
    answers.owner("").exports("").stacks("", "");
    answers.events(byService, byController, byPerson, byConsole, byLinkedRole);
    assertThat(claimOf(RULE, "sgr-1"))
        .isEqualTo(new Claim.Claimed("the AWS service autoscaling.amazonaws.com"));
    answers.owner("");
    assertThat(claimOf(RULE, "sgr-2"))
        .isEqualTo(new Claim.Claimed("the controller arn:aws:iam::111122223333:role/eks-prod-lbc"));
    answers.owner("");
    assertThat(claimOf(RULE, "sgr-3")).isEqualTo(new Claim.Unclaimed());
    answers.owner("");
    assertThat(claimOf(RULE, "sgr-4")).isEqualTo(new Claim.Unclaimed());
    answers.owner("");
    assertThat(claimOf(RULE, "sgr-5")).isInstanceOf(Claim.Claimed.class);
    assertThat(wire.requests("LookupEvents")).as("asked once in a run").hasSize(1);
  }

  @Test
  void aDeclaredRuleThatAPersonChangedInPlaceIsNobodysAlthoughCloudFormationMadeIt() {
    var made = authorize(MADE, person("\"invokedBy\":\"cloudformation.amazonaws.com\","));
    var changed = modify("{\"SecurityGroupRuleId\":\"sgr-1\",\"tag\":1}", person(""));
    answers.owner("").exports("").stacks("", "");
    answers.events(changed, made);
    assertThat(claimOf(RULE, "sgr-1")).isEqualTo(new Claim.Unclaimed());
  }

  @Test
  void whoChangedADeclaredRuleInPlaceIsNotKnownWhileTheHistoryLags() {
    answers.owner("").exports("").stacks("", "");
    answers.events(authorize(MADE, person("\"invokedBy\":\"cloudformation.amazonaws.com\",")));
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Claim.Unattributed.class);
    answers.owner("");
    assertThat(claimOf("ingress tcp 443 from 0.0.0.0/0", "sgr-1"))
        .as("as CloudFormation made it")
        .isInstanceOf(Claim.Undecided.class);
  }

  @Test
  void aControllersRuleStaysTheControllersAlthoughAPersonChangedIt() {
    var made = authorize("sgr-1", role("arn:aws:iam::111122223333:role/eks-prod-lbc"));
    var changed =
        modify(
            "[{\"SecurityGroupRuleId\":\"sgr-7\"},{\"SecurityGroupRuleId\":\"sgr-1\"}]",
            person(""));
    answers.owner("").exports("").stacks("", "");
    answers.events(changed, made);
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Claim.Claimed.class);
  }

  @Test
  void whatMayNotBeLookedUpIsUndecidedAndNeverUnclaimed() {
    answers.owner("").exports("").stacks("", "");
    wire.failJson("LookupEvents", 400, "AccessDeniedException", "User is not authorized");
    assertThat(claimOf(RULE, "sgr-1"))
        .isEqualTo(
            new Claim.Undecided("cloudtrail:LookupEvents was refused: User is not authorized"));
  }

  @Test
  void aStackWhoseTemplateCannotBeReadLeavesTheClaimUndecided() {
    var unreadable =
        new AwsClaims(
            wire.clients(),
            (stack, group) -> {
              throw new IllegalArgumentException("not a template");
            },
            this::later);
    answers.owner("").exports("").stacks(stack(BLOG, "sg-0web"), "");
    assertThat(unreadable.claim(SHOP, GROUP, item(RULE, "sgr-1"), POLICY, Optional.empty()))
        .isInstanceOfSatisfying(
            Claim.Undecided.class, u -> assertThat(u.why()).contains("blog", "not a template"));
  }

  @Test
  void aRuleThatIsNoneOfTheHundredThatAreShownIsItsStacksAllTheSame() {
    answers.owner(resource("sgr-7", BLOG) + resource("sgr-8", BLOG));
    assertThat(claimOf(RULE, "sgr-1")).isEqualTo(new Claim.Claimed("the stack blog"));
  }

  @Test
  void whatAStackHadOnceIsNotTakenForItsOwn() {
    var gone =
        "<member><PhysicalResourceId>sgr-2</PhysicalResourceId><StackId>%s</StackId>"
            + "<ResourceStatus>DELETE_COMPLETE</ResourceStatus></member>";
    answers.owner(resource("sgr-1", BLOG) + gone.formatted(BLOG));
    assertThat(claimOf(RULE, "sgr-1")).isEqualTo(new Claim.Claimed("the stack blog"));

    answers.owner("").exports("").stacks("", "").events();
    assertThat(claimOf(RULE, "sgr-2")).isInstanceOf(Claim.Unattributed.class);
  }

  @Test
  void theRulesThatOneOtherStackHasAreAskedForOnce() {
    answers.owner(resource("sgr-1", BLOG) + resource("sgr-2", BLOG) + resource("igw-2", BLOG));
    for (var ruleId : List.of("sgr-1", "sgr-2")) {
      assertThat(claimOf(RULE, ruleId)).isEqualTo(new Claim.Claimed("the stack blog"));
    }
    assertThat(wire.requests()).hasSize(1);
  }

  @Test
  void whatARunHasAskedIsNotAskedAgainAndTheNextRunAsksAnew() {
    answers.owner("").exports("").stacks("", "").events();
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Claim.Unattributed.class);
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Claim.Unattributed.class);
    assertThat(wire.requests("DescribeStackResources")).hasSize(1);

    answers.owner(resource("sgr-1", BLOG));
    var readAgain = new Policy(Policy.Mode.REPAIR, null, List.of(), List.of(), List.of());
    assertThat(claims.claim(SHOP, GROUP, item(RULE, "sgr-1"), readAgain, Optional.empty()))
        .isEqualTo(new Claim.Claimed("the stack blog"));
  }

  @Test
  void throttlingIsThrown() {
    wire.failQuery("DescribeStackResources", 400, "Throttling", "Rate exceeded");
    assertThatThrownBy(() -> claimOf(RULE, "sgr-1")).isInstanceOf(TransientFailure.class);
  }

  @Test
  void aTargetRegisteredByAServiceIsClaimedByIt() {
    var group = new ResourceRef("Group", "AWS::ElasticLoadBalancingV2::TargetGroup", "arn:tg");
    answers.events(
        event(
            "RegisterTargets",
            person("\"invokedBy\":\"ecs.amazonaws.com\","),
            "{\"targets\":[{\"id\":\"10.0.1.5\",\"port\":80}]}",
            "null"));
    assertThat(claims.claim(SHOP, group, item("10.0.1.5:80", null), POLICY, Optional.empty()))
        .isEqualTo(new Claim.Claimed("the AWS service ecs.amazonaws.com"));
    assertThat(claims.claim(SHOP, group, item("10.0.1.6:80", null), POLICY, Optional.empty()))
        .isInstanceOf(Claim.Unattributed.class);
  }

  @Test
  void anAddressOfAnotherStackIsClaimedByItAndAGroupOnAnInstanceByNobody() {
    var web = new ResourceRef("Web", "AWS::EC2::Instance", "i-1");
    answers.owner("").owner(resource("eipassoc-1", BLOG));
    assertThat(claims.claim(SHOP, web, item("203.0.113.9", "eipassoc-1"), POLICY, Optional.empty()))
        .isEqualTo(new Claim.Claimed("the stack blog"));
    assertThat(claims.claim(SHOP, web, item("sg-0ops", null), POLICY, Optional.empty()))
        .isEqualTo(new Claim.Unclaimed());
  }

  @Test
  void aRouteOfAnotherStackIsClaimedByIt() {
    answers.owner(resource("rtb-1|198.51.100.0/24", BLOG));
    assertThat(claims.claim(SHOP, TABLE, item("198.51.100.0/24", null), POLICY, Optional.empty()))
        .isEqualTo(new Claim.Claimed("the stack blog"));
  }

  @Test
  void aRouteThatAServiceMadeIsClaimedByItAndOneThatAPersonMadeIsNot() {
    answers
        .owner("")
        .events(
            event(
                "CreateRoute",
                person("\"invokedBy\":\"eks.amazonaws.com\","),
                "{\"routeTableId\":\"rtb-1\",\"destinationCidrBlock\":\"198.51.100.7/24\"}",
                "null"),
            event(
                "ReplaceRoute",
                person(""),
                "{\"routeTableId\":\"rtb-1\",\"destinationCidrBlock\":\"203.0.113.0/24\"}",
                "null"));
    assertThat(claims.claim(SHOP, TABLE, item("198.51.100.0/24", null), POLICY, Optional.empty()))
        .isEqualTo(new Claim.Claimed("the AWS service eks.amazonaws.com"));
    answers.owner("");
    assertThat(claims.claim(SHOP, TABLE, item("203.0.113.0/24", null), POLICY, Optional.empty()))
        .isEqualTo(new Claim.Unclaimed());
    answers.owner("");
    assertThat(claims.claim(SHOP, TABLE, item("192.0.2.0/24", null), POLICY, Optional.empty()))
        .isInstanceOf(Claim.Unattributed.class);
  }

  @Test
  void anEntryOfANetworkAclIsWhosesMadeTheOneOfItsNumberAndDirection() {
    var acl = new ResourceRef("Acl", "AWS::EC2::NetworkAcl", "acl-1");
    answers.events(
        event(
            "CreateNetworkAclEntry",
            person(""),
            "{\"networkAclId\":\"acl-1\",\"ruleNumber\":90,\"egress\":false}",
            "null"));
    assertThat(claims.claim(SHOP, acl, item("ingress 90", null), POLICY, Optional.empty()))
        .isEqualTo(new Claim.Unclaimed());
    assertThat(claims.claim(SHOP, acl, item("egress 90", null), POLICY, Optional.empty()))
        .isInstanceOf(Claim.Unattributed.class);
  }

  @Test
  void anInternetGatewayOfAnotherStackIsClaimedByIt() {
    var vpc = new ResourceRef("Vpc", "AWS::EC2::VPC", "vpc-1");
    answers.owner(resource("igw-2", BLOG));
    assertThat(claims.claim(SHOP, vpc, item("igw-2", null), POLICY, Optional.empty()))
        .isEqualTo(new Claim.Claimed("the stack blog"));
  }

  private static String modify(String rules, String identity) {
    return event(
        "ModifySecurityGroupRules",
        identity,
        "{\"ModifySecurityGroupRulesRequest\":{\"GroupId\":\"sg-0web\",\"SecurityGroupRule\":"
            + rules
            + "}}",
        "null");
  }

  private Claim claimOf(String rule, String ruleId) {
    return claims.claim(SHOP, GROUP, item(rule, ruleId), POLICY, Optional.empty());
  }

  private static Item item(String key, @Nullable String handle) {
    return new Item(key, Item.of("").fields(), handle);
  }
}
