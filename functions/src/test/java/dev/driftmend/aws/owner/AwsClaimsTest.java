package dev.driftmend.aws.owner;

import static dev.driftmend.aws.ClaimAnswers.authorize;
import static dev.driftmend.aws.ClaimAnswers.event;
import static dev.driftmend.aws.ClaimAnswers.person;
import static dev.driftmend.aws.ClaimAnswers.resource;
import static dev.driftmend.aws.ClaimAnswers.role;
import static dev.driftmend.aws.ClaimAnswers.service;
import static dev.driftmend.aws.ClaimAnswers.stack;
import static dev.driftmend.aws.ClaimAnswers.stacksBody;
import static dev.driftmend.aws.Stacks.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.TransientFailure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose a rule of a security group is. */
class AwsClaimsTest extends ClaimScenes {
  @Test
  void aRuleThatNobodyClaimsAndWhoseMakerIsNotKnownIsUnattributed() {
    answers.owner("").exports("").stacks(stack(SHOP.id(), "sg-0web"), "").events();
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Owner.Unknown.class);
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
        .isEqualTo(
            new Owner.Another(Owner.Sort.MARK, "whoever set the tag kubernetes.io/cluster/prod"));
    assertThat(wire.requests()).isEmpty();
    answers.stacks(stack(BLOG, ""), "");
    assertThat(claimOfTagged(Map.of("aws:cloudformation:stack-id", BLOG)))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack " + BLOG));
    answers.owner("").exports("").stacks("", "").events();
    assertThat(claimOfTagged(Map.of("aws:cloudformation:stack-id", SHOP.id(), "team", "web")))
        .isInstanceOf(Owner.Unknown.class);
  }

  @Test
  void whoseMakerIsKnownIsNotLookedUpInTheEventHistoryButAStackMayStillClaimIt() {
    var person = madeBy(new Caller("arn:aws:iam::111122223333:user/dev", "192.0.2.1", null, null));
    answers.owner("").exports("").stacks("", "");
    assertThat(owner(claims, GROUP, item(RULE, "sgr-1"), POLICY, person)).isEqualTo(Owner.NOBODY);
    declaredByBlog.add(RULE);
    var laterPolicy =
        new Policy(
            Policy.Mode.REPAIR,
            WritePermission.GRANTED,
            List.of(),
            List.of(),
            POLICY.controllers());
    answers.owner("").exports("").stacks(stack(BLOG, "sg-0web"), "");
    assertThat(owner(claims, GROUP, item(RULE, "sgr-1"), laterPolicy, person))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
    assertThat(wire.requests("LookupEvents")).isEmpty();
  }

  @Test
  void theStacksOfTheAccountAreListedOnceAMinuteWhateverIsAsked() {
    var within =
        new AwsClaims(
            wire.clients(),
            "driftmend-reconcile",
            (stack, resource) -> Set.of(),
            InstantSource.fixed(Instant.EPOCH));
    answers.exports("").stacks("", "");
    for (var group : List.of("sg-0a", "sg-0b", "sg-0c")) {
      answers.owner("").events();
      var ref = new ResourceRef("Web", "AWS::EC2::SecurityGroup", group);
      var policy =
          new Policy(Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), List.of());
      owner(within, ref, item(RULE, "sgr-1"), policy, null);
    }
    assertThat(wire.requests("DescribeStacks")).hasSize(1);
    assertThat(wire.requests("ListExports")).hasSize(1);
  }

  @Test
  void aControllersMarkInTheDescriptionIsAClaim() {
    var extra =
        new Item(
            PRIVATE,
            Item.of("", Map.of("description", "elbv2.k8s.aws/targetGroupBinding=shared")).fields(),
            "sgr-1");
    assertThat(owner(claims, GROUP, extra, POLICY, null)).isInstanceOf(Owner.Another.class);
    assertThat(wire.requests()).isEmpty();
  }

  @Test
  void aRuleThatIsAResourceOfAnotherStackIsClaimedByIt() {
    answers.owner(resource("sgr-1", BLOG));
    assertThat(claimOf(RULE, "sgr-1"))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
  }

  @Test
  void aRuleThatIsAResourceOfOurOwnStackIsNoClaimOfAnother() {
    answers.owner(resource("sgr-1", SHOP.id())).exports("").stacks("", "").events();
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Owner.Unknown.class);
  }

  @Test
  void aStackThatTakesTheGroupAsAParameterClaimsByContent() {
    declaredByBlog.add(RULE);
    answers.owner("").exports("").stacks("", "<NextToken>page-2</NextToken>");
    wire.answer(
        "DescribeStacks", "NextToken", "page-2", stacksBody(stack(BLOG, "subnet-1,sg-0web"), ""));
    assertThat(claimOf(RULE, "sgr-1"))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
  }

  @Test
  void aStackThatImportsTheGroupClaimsByContentAndOnlyWhatItDeclares() {
    declaredByBlog.add("ingress tcp 22 from 198.51.100.0/24");
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
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));

    answers.owner("").events();
    assertThat(claimOf(RULE, "sgr-2")).isInstanceOf(Owner.Unknown.class);
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
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Owner.Unknown.class);
  }

  @Test
  void anotherRunAsksAnew() {
    answers.owner("").exports("").stacks("", "").events();
    claimOf(RULE, "sgr-1");
    answers.owner("").exports("").stacks("", "").events();
    var laterPolicy =
        new Policy(
            Policy.Mode.REPAIR,
            WritePermission.GRANTED,
            List.of(),
            List.of(),
            POLICY.controllers());
    owner(claims, GROUP, item(RULE, "sgr-1"), laterPolicy, null);
    assertThat(wire.requests("DescribeStacks")).hasSize(2);
  }

  @Test
  void aRuleMadeByAServiceOrByAControllerOfThePolicyIsClaimedAndOneMadeByAPersonIsNot() {
    var byService = authorize("sgr-1", service("autoscaling.amazonaws.com"));
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
        .isEqualTo(
            new Owner.Another(Owner.Sort.SERVICE, "the AWS service autoscaling.amazonaws.com"));
    answers.owner("");
    assertThat(claimOf(RULE, "sgr-2"))
        .isEqualTo(
            new Owner.Another(
                Owner.Sort.CONTROLLER,
                "the controller arn:aws:iam::111122223333:role/eks-prod-lbc"));
    answers.owner("");
    assertThat(claimOf(RULE, "sgr-3")).isEqualTo(Owner.NOBODY);
    answers.owner("");
    assertThat(claimOf(RULE, "sgr-4")).isEqualTo(Owner.NOBODY);
    answers.owner("");
    assertThat(claimOf(RULE, "sgr-5")).isInstanceOf(Owner.Another.class);
    assertThat(wire.requests("LookupEvents")).as("asked once in a run").hasSize(1);
  }

  @Test
  void aDeclaredRuleThatAPersonChangedInPlaceIsNobodysAlthoughCloudFormationMadeIt() {
    var made = authorize(MADE, person("\"invokedBy\":\"cloudformation.amazonaws.com\","));
    var changed = modify("{\"SecurityGroupRuleId\":\"sgr-1\",\"tag\":1}", person(""));
    answers.owner("").exports("").stacks("", "");
    answers.events(changed, made);
    assertThat(claimOf(RULE, "sgr-1")).isEqualTo(Owner.NOBODY);
  }

  @Test
  void whoChangedADeclaredRuleInPlaceIsNotKnownWhileTheHistoryLags() {
    answers.owner("").exports("").stacks("", "");
    answers.events(authorize(MADE, person("\"invokedBy\":\"cloudformation.amazonaws.com\",")));
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Owner.Unknown.class);
    answers.owner("").exports("").stacks("", "");
    assertThat(claimOf("ingress tcp 443 from 0.0.0.0/0", "sgr-1"))
        .as("as CloudFormation made it")
        .isInstanceOf(Owner.Undecided.class);
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
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Owner.Another.class);
  }

  @Test
  void whatMayNotBeLookedUpIsUndecidedAndNeverUnclaimed() {
    answers.owner("").exports("").stacks("", "");
    wire.failJson("LookupEvents", 400, "AccessDeniedException", "User is not authorized");
    assertThat(claimOf(RULE, "sgr-1"))
        .isEqualTo(
            new Owner.Undecided("cloudtrail:LookupEvents was refused: User is not authorized"));
  }

  @Test
  void aStackWhoseTemplateCannotBeReadLeavesTheClaimUndecided() {
    var unreadable =
        new AwsClaims(
            wire.clients(),
            "driftmend-reconcile",
            (stack, resource) -> {
              throw new IllegalArgumentException("not a template");
            },
            this::later);
    answers.owner("").exports("").stacks(stack(BLOG, "sg-0web"), "");
    assertThat(owner(unreadable, GROUP, item(RULE, "sgr-1"), POLICY, null))
        .isInstanceOfSatisfying(
            Owner.Undecided.class, u -> assertThat(u.why()).contains("blog", "not a template"));
  }

  @Test
  void aRuleThatIsNoneOfTheHundredThatAreShownIsItsStacksAllTheSame() {
    answers.owner(resource("sgr-7", BLOG) + resource("sgr-8", BLOG));
    assertThat(claimOf(RULE, "sgr-1"))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
  }

  @Test
  void whatAStackHadOnceIsNotTakenForItsOwn() {
    var gone =
        "<member><PhysicalResourceId>sgr-2</PhysicalResourceId><StackId>%s</StackId>"
            + "<ResourceStatus>DELETE_COMPLETE</ResourceStatus></member>";
    answers.owner(resource("sgr-1", BLOG) + gone.formatted(BLOG));
    assertThat(claimOf(RULE, "sgr-1"))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));

    answers.owner("").exports("").stacks("", "").events();
    assertThat(claimOf(RULE, "sgr-2")).isInstanceOf(Owner.Unknown.class);
  }

  @Test
  void theRulesThatOneOtherStackHasAreAskedForOnce() {
    answers.owner(resource("sgr-1", BLOG) + resource("sgr-2", BLOG) + resource("igw-2", BLOG));
    for (var ruleId : List.of("sgr-1", "sgr-2")) {
      assertThat(claimOf(RULE, ruleId))
          .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
    }
    assertThat(wire.requests()).hasSize(1);
  }

  @Test
  void whatARunHasAskedIsNotAskedAgainAndTheNextRunAsksAnew() {
    answers.owner("").exports("").stacks("", "").events();
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Owner.Unknown.class);
    assertThat(claimOf(RULE, "sgr-1")).isInstanceOf(Owner.Unknown.class);
    assertThat(wire.requests("DescribeStackResources")).hasSize(1);

    answers.owner(resource("sgr-1", BLOG));
    var readAgain =
        new Policy(Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), List.of());
    assertThat(owner(claims, GROUP, item(RULE, "sgr-1"), readAgain, null))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
  }

  @Test
  void throttlingIsThrown() {
    wire.failQuery("DescribeStackResources", 400, "Throttling", "Rate exceeded");
    assertThatThrownBy(() -> claimOf(RULE, "sgr-1")).isInstanceOf(TransientFailure.class);
  }

  @Test
  void aMarkThatAnybodyCanWriteIsNotEnoughForWhatIsOpenToTheInternet() {
    var marked =
        new Item(
            RULE,
            Item.of("", Map.of("description", "kubernetes.io/rule/nlb/client")).fields(),
            "sgr-1");
    answers.owner("").exports("").stacks("", "");
    answers.events(authorize("sgr-1", role("arn:aws:iam::111122223333:role/contractor")));
    assertThat(owner(claims, GROUP, marked, POLICY, null))
        .isInstanceOfSatisfying(
            Owner.Undecided.class,
            u -> assertThat(u.why()).contains("role/contractor", "the policy's controllers"));

    answers.owner("").exports("").stacks("", "");
    answers.events(authorize("sgr-1", role("arn:aws:iam::111122223333:role/eks-prod-lbc")));
    assertThat(owner(claims, GROUP, marked, again(), null))
        .isEqualTo(
            new Owner.Another(
                Owner.Sort.CONTROLLER,
                "the controller arn:aws:iam::111122223333:role/eks-prod-lbc"));
  }

  @Test
  void whatAPersonOrAnOrdinaryRoleDidThroughAServiceIsTheirs() {
    answers.owner("").exports("").stacks("", "");
    answers.events(
        authorize("sgr-1", person("\"invokedBy\":\"ssm.amazonaws.com\",")),
        authorize("sgr-2", person("\"invokedBy\":\"states.amazonaws.com\",")));
    assertThat(claimOf(PRIVATE, "sgr-1")).isEqualTo(Owner.NOBODY);
    answers.owner("");
    assertThat(claimOf(PRIVATE, "sgr-2")).isEqualTo(Owner.NOBODY);
  }

  private Owner claimOfTagged(Map<String, String> tags) {
    var extra = new Item(PRIVATE, Item.of("").fields(), "sgr-1", tags);
    return owner(claims, GROUP, extra, POLICY, null);
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

  private Owner claimOf(String rule, String ruleId) {
    return owner(claims, GROUP, item(rule, ruleId), POLICY, null);
  }

  private static Cause madeBy(Caller caller) {
    return new Cause(Cause.Origin.API_CALL, "e-0", "AuthorizeSecurityGroupIngress", SINCE, caller);
  }
}
