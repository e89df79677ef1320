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

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.ClaimAnswers;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.Claims;
import dev.driftmend.port.TransientFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final String PRIVATE = "ingress tcp 5000 from 10.0.7.0/24";
  private static final String MADE =
      "sgr-1\",\"isEgress\":false,\"ipProtocol\":\"tcp\",\"fromPort\":443,\"toPort\":443,"
          + "\"cidrIpv4\":\"0.0.0.0/0";
  private static final ResourceRef WEB = new ResourceRef("Web", "AWS::EC2::Instance", "i-1");
  private static final String LINKED =
      "arn:aws:iam::111122223333:role/aws-service-role/fms.amazonaws.com/AWSServiceRoleForFMS";
  private static final Set<String> OPEN_TO_BLOG = Set.of("sg-0web", "acl-1", "web-role");
  private static final Instant SINCE = Instant.parse("2026-02-01T10:00:00Z");
  private static final Policy POLICY =
      new Policy(
          Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), List.of(":role/eks-"));

  private final ClaimAnswers answers = new ClaimAnswers();
  private final Canned wire = answers.wire();
  private final Set<String> declaredByBlog = new HashSet<>();
  private final AwsClaims claims =
      new AwsClaims(
          wire.clients(),
          "driftmend-reconcile",
          (stack, resource) ->
              stack.id().equals(BLOG) && OPEN_TO_BLOG.contains(resource.physicalId())
                  ? declaredByBlog
                  : Set.of(),
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

  private Owner claimOfTagged(Map<String, String> tags) {
    var extra = new Item(PRIVATE, Item.of("").fields(), "sgr-1", tags);
    return owner(claims, GROUP, extra, POLICY, null);
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
  void aTargetRegisteredByAServiceIsClaimedByIt() {
    var group = new ResourceRef("Group", "AWS::ElasticLoadBalancingV2::TargetGroup", "arn:tg");
    answers.events(
        event(
            "RegisterTargets",
            service("ecs.amazonaws.com"),
            "{\"targets\":[{\"id\":\"10.0.1.5\",\"port\":80}]}",
            "null"));
    assertThat(owner(claims, group, item("10.0.1.5:80", null), POLICY, null))
        .isEqualTo(new Owner.Another(Owner.Sort.SERVICE, "the AWS service ecs.amazonaws.com"));
    assertThat(owner(claims, group, item("10.0.1.6:80", null), POLICY, null))
        .isInstanceOf(Owner.Unknown.class);
  }

  @Test
  void anAddressOfAnotherStackIsClaimedByIt() {
    answers.owner("").owner(resource("eipassoc-1", BLOG));
    assertThat(owner(claims, WEB, item("203.0.113.9", "eipassoc-1"), POLICY, null))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
  }

  @Test
  void aGroupOnAnInstanceIsWhosesCallAttachedItByTheInstanceOrByItsInterface() {
    var attached = extra(WEB, Instance.GROUPS, item("sg-0fms", null));
    var live = new Observed.Found(interfaces("eni-1"));
    answers.events(
        event("ModifyInstanceAttribute", person(""), "{\"instanceId\":\"i-1\"}", "null"));
    answers.events();
    assertThat(claims.claim(question(attached, live, POLICY, null)).owner())
        .isEqualTo(Owner.NOBODY);

    answers.events();
    answers.events(
        event(
            "ModifyNetworkInterfaceAttribute",
            role(LINKED),
            "{\"networkInterfaceId\":\"eni-1\"}",
            "null"));
    var claim = claims.claim(question(attached, live, again(), null));
    assertThat(claim.owner()).isInstanceOf(Owner.Another.class);
    assertThat(claim.caller()).extracting(Caller::principal).isEqualTo(LINKED);

    answers.events();
    answers.events(event("StopInstances", role(LINKED), "{}", "null"));
    assertThat(claims.claim(question(attached, live, again(), null)).owner())
        .as("which attaches nothing")
        .isInstanceOf(Owner.Unknown.class);
  }

  @Test
  void whatWasLostOrChangedIsWhosesLastCallCanHaveDoneItToJustThis() {
    var targets = new ResourceRef("Group", TargetGroup.TYPE, "arn:tg");
    var lost = new Drift.Missing(targets, TargetGroup.TARGETS, Item.of("i-1:5000"));
    answers.events(
        deregister("i-2", person("")),
        deregister("i-1", role(LINKED)),
        deregister("i-1", person("")));
    assertThat(claims.claim(question(lost, null, POLICY, null)).caller())
        .extracting(Caller::principal)
        .isEqualTo(LINKED);

    var path = new Drift.Changed(targets, "HealthCheckPath", null, null, "/health", "/", null);
    answers.events(deregister("i-1", role(LINKED)), modifyTargetGroup(person("")));
    var changed = claims.claim(question(path, null, again(), null));
    assertThat(changed.owner()).isEqualTo(Owner.NOBODY);
    assertThat(changed.cause()).extracting(Cause::event).isEqualTo("ModifyTargetGroup");
    assertThat(wire.requests("LookupEvents").getLast().json().path("StartTime").asLong())
        .as("what was there when the stack was updated is no drift of it")
        .isEqualTo(SINCE.getEpochSecond());
  }

  @Test
  void aLostRuleIsAServicesOnlyIfNobodyElseRevokedAnyOfItsGroup() {
    var lost = new Drift.Missing(GROUP, "Ingress", Item.of(PRIVATE));
    answers.events(revoke(role(LINKED)));
    assertThat(claims.claim(question(lost, null, POLICY, null)).owner())
        .isInstanceOf(Owner.Another.class);

    answers.events(revoke(role(LINKED)), revoke(person("")));
    var claim = claims.claim(question(lost, null, again(), null));
    assertThat(claim.owner()).isEqualTo(Owner.NOBODY);
    assertThat(claim.caller())
        .extracting(Caller::principal)
        .isEqualTo("arn:aws:iam::111122223333:user/dev");
  }

  @Test
  void neitherOurselvesNorCloudFormationNorWhoFailedLostAnything() {
    var lost = new Drift.Missing(GROUP, "Ingress", Item.of(PRIVATE));
    var ourselves = "{\"arn\":\"arn:aws:sts::111122223333:assumed-role/r/driftmend-reconcile\"}";
    answers.events(
        revoke(ourselves),
        revoke(person("\"invokedBy\":\"cloudformation.amazonaws.com\",")),
        revoke(person("")));
    var claim = claims.claim(question(lost, null, POLICY, null));
    assertThat(claim.caller()).extracting(Caller::invokedBy).isNull();
    assertThat(claim.caller())
        .extracting(Caller::principal)
        .isEqualTo("arn:aws:iam::111122223333:user/dev");
  }

  @Test
  void whatWasLostIsNobodysIfTheHistoryMayNotBeRead() {
    wire.failJson("LookupEvents", 400, "AccessDeniedException", "User is not authorized");
    var lost = new Drift.Missing(GROUP, "Ingress", Item.of(PRIVATE));
    assertThat(claims.claim(question(lost, null, POLICY, null)).owner()).isEqualTo(Owner.NOBODY);
  }

  @Test
  void anAssociationOfASubnetIsTheStacksThatHasIt() {
    var subnet = new ResourceRef("Sub", Subnet.TYPE, "subnet-1");
    var acl = new Drift.Changed(subnet, Subnet.NETWORK_ACL, null, null, "default", "acl-1", null);
    var live =
        new Observed.Found(
            Map.of(Subnet.NETWORK_ACL_ASSOCIATION, new Property.Scalar("aclassoc-1")));
    answers.owner(resource("aclassoc-1", BLOG));
    assertThat(claims.claim(question(acl, live, POLICY, null)).owner())
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
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

  private static Map<String, Property> interfaces(String id) {
    return Map.of(Instance.INTERFACE_IDS, Property.Members.of(List.of(Item.of(id))));
  }

  private static String deregister(String target, String identity) {
    return event(
        "DeregisterTargets",
        identity,
        "{\"targetGroupArn\":\"arn:tg\",\"targets\":[{\"id\":\"%s\"}]}".formatted(target),
        "null");
  }

  private static String modifyTargetGroup(String identity) {
    return event("ModifyTargetGroup", identity, "{\"targetGroupArn\":\"arn:tg\"}", "null");
  }

  private static String revoke(String identity) {
    return event("RevokeSecurityGroupIngress", identity, "{\"groupId\":\"sg-0web\"}", "null");
  }

  /** The same policy as it is read by another run. */
  private static Policy again() {
    return new Policy(
        Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), POLICY.controllers());
  }

  private static Drift extra(ResourceRef resource, String property, Item item) {
    return new Drift.Extra(resource, property, item);
  }

  @Test
  void aRouteOfAnotherStackIsClaimedByIt() {
    answers.owner(resource("rtb-1|198.51.100.0/24", BLOG));
    assertThat(owner(claims, TABLE, item("198.51.100.0/24", null), POLICY, null))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
  }

  @Test
  void aRouteThatAServiceMadeIsClaimedByItAndOneThatAPersonMadeIsNot() {
    answers
        .owner("")
        .events(
            event(
                "CreateRoute",
                service("eks.amazonaws.com"),
                "{\"routeTableId\":\"rtb-1\",\"destinationCidrBlock\":\"198.51.100.7/24\"}",
                "null"),
            event(
                "ReplaceRoute",
                person(""),
                "{\"routeTableId\":\"rtb-1\",\"destinationCidrBlock\":\"203.0.113.0/24\"}",
                "null"));
    assertThat(owner(claims, TABLE, item("198.51.100.0/24", null), POLICY, null))
        .isEqualTo(new Owner.Another(Owner.Sort.SERVICE, "the AWS service eks.amazonaws.com"));
    answers.owner("");
    assertThat(owner(claims, TABLE, item("203.0.113.0/24", null), POLICY, null))
        .isEqualTo(Owner.NOBODY);
    answers.owner("");
    assertThat(owner(claims, TABLE, item("192.0.2.0/24", null), POLICY, null))
        .isInstanceOf(Owner.Unknown.class);
  }

  @Test
  void anEntryOfAVpcsDefaultListIsAskedForByTheListsOwnId() {
    var vpc = new ResourceRef("Vpc", Vpc.TYPE, "vpc-1");
    var live = new Observed.Found(Map.of(Vpc.DEFAULT_ACL_ID, new Property.Scalar("acl-1")));
    var extra = new Drift.Extra(vpc, Vpc.DEFAULT_ACL, item("ingress 90", null));
    answers.exports("").stacks("", "");
    answers.events();
    answers.events(
        event(
            "CreateNetworkAclEntry",
            person(""),
            "{\"networkAclId\":\"acl-1\",\"ruleNumber\":90,\"egress\":false}",
            "null"));
    assertThat(claims.claim(question(extra, live, POLICY, null)).owner()).isEqualTo(Owner.NOBODY);
  }

  @Test
  void anEntryOfANetworkAclIsWhosesMadeTheOneOfItsNumberAndDirection() {
    var acl = new ResourceRef("Acl", "AWS::EC2::NetworkAcl", "acl-1");
    answers.exports("").stacks("", "");
    answers.events(
        event(
            "CreateNetworkAclEntry",
            person(""),
            "{\"networkAclId\":\"acl-1\",\"ruleNumber\":90,\"egress\":false}",
            "null"));
    assertThat(owner(claims, acl, item("ingress 90", null), POLICY, null)).isEqualTo(Owner.NOBODY);
    assertThat(owner(claims, acl, item("egress 90", null), POLICY, null))
        .isInstanceOf(Owner.Unknown.class);
  }

  @Test
  void anEntryThatAnotherStackDeclaresIsClaimedByIt() {
    var acl = new ResourceRef("Acl", "AWS::EC2::NetworkAcl", "acl-1");
    declaredByBlog.add("ingress 90");
    answers.exports("").stacks(stack(BLOG, "acl-1"), "");
    assertThat(owner(claims, acl, item("ingress 90", null), POLICY, null))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
  }

  @Test
  void anEntryOfAVpcsDefaultListThatAnotherStackDeclaresIsClaimedByIt() {
    var vpc = new ResourceRef("Vpc", Vpc.TYPE, "vpc-1");
    var live = new Observed.Found(Map.of(Vpc.DEFAULT_ACL_ID, new Property.Scalar("acl-1")));
    var extra = new Drift.Extra(vpc, Vpc.DEFAULT_ACL, item("ingress 90", null));
    declaredByBlog.add("ingress 90");
    answers.exports("").stacks(stack(BLOG, "acl-1"), "");
    assertThat(claims.claim(question(extra, live, POLICY, null)).owner())
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
  }

  @Test
  void aPolicyThatAnotherStackGivesToARoleIsClaimedByItAndAnotherOneIsNot() {
    var role = new ResourceRef("Role", "AWS::IAM::Role", "web-role");
    declaredByBlog.add("read");
    answers.exports("").stacks(stack(BLOG, "web-role"), "").events();
    assertThat(owner(claims, role, item("read", null), POLICY, null))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
    assertThat(owner(claims, role, item("admin", null), POLICY, null)).isEqualTo(Owner.NOBODY);
  }

  @Test
  void aManagedPolicyIsItsStacksWhereThatAttachesItAndNobodysWhereSomebodyElseDid() {
    var role = new ResourceRef("Role", "AWS::IAM::Role", "web-role");
    var policy = "arn:aws:iam::111122223333:policy/blog-read";
    answers.owner(resource(policy, BLOG)).exports("").stacks("", "").events();
    answers.events();
    assertThat(owner(claims, role, item(policy, null), POLICY, null)).isEqualTo(Owner.NOBODY);
    declaredByBlog.add(policy);
    answers.owner(resource(policy, BLOG));
    var laterPolicy =
        new Policy(
            Policy.Mode.REPAIR,
            WritePermission.GRANTED,
            List.of(),
            List.of(),
            POLICY.controllers());
    assertThat(owner(claims, role, item(policy, null), laterPolicy, null))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
  }

  @Test
  void aPartThatNamesItsListByALiteralIdIsTheStacksThatWasBeingDeployedThen() {
    var acl = new ResourceRef("Acl", "AWS::EC2::NetworkAcl", "acl-1");
    declaredByBlog.add("ingress 90");
    assertThat(madeByCloudFormation(acl, Duration.ofMinutes(5)))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
    assertThat(madeByCloudFormation(acl, Duration.ofHours(2))).isInstanceOf(Owner.Undecided.class);
    assertThat(madeByCloudFormation(acl, Duration.ofMinutes(-5)))
        .isInstanceOf(Owner.Undecided.class);
    declaredByBlog.clear();
    assertThat(madeByCloudFormation(acl, Duration.ofMinutes(5)))
        .isInstanceOf(Owner.Undecided.class);
  }

  /** Whose an entry is that CloudFormation made so long after a deployment of the blog began. */
  private Owner madeByCloudFormation(ResourceRef acl, Duration after) {
    var call =
        event(
            "CreateNetworkAclEntry",
            person("\"invokedBy\":\"cloudformation.amazonaws.com\","),
            "{\"networkAclId\":\"acl-1\",\"ruleNumber\":90,\"egress\":false}",
            "null");
    var stacks = stack(BLOG, "vpc-1", ClaimAnswers.WHEN.minus(after));
    answers.exports("").stacks(stacks, "").events(call);
    answers.exports("").stacks(stacks, "");
    var policy =
        new Policy(
            Policy.Mode.REPAIR,
            WritePermission.GRANTED,
            List.of(),
            List.of(),
            POLICY.controllers());
    return owner(claims, acl, item("ingress 90", null), policy, null);
  }

  @Test
  void anInternetGatewayOfAnotherStackIsClaimedByIt() {
    var vpc = new ResourceRef("Vpc", "AWS::EC2::VPC", "vpc-1");
    answers.owner(resource("igw-2", BLOG));
    assertThat(owner(claims, vpc, item("igw-2", null), POLICY, null))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
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

  private static Owner owner(
      AwsClaims claims,
      ResourceRef resource,
      Item extra,
      Policy policy,
      @Nullable Cause knownCall) {
    var property = extra.key().startsWith("sg-") ? "SecurityGroups" : "Ingress";
    return claims
        .claim(question(new Drift.Extra(resource, property, extra), null, policy, knownCall))
        .owner();
  }

  private static Claims.Question question(
      Drift drift, @Nullable Observed live, Policy policy, @Nullable Cause knownCall) {
    var finding = new Finding(drift, Exposure.LATENT, "open", Severity.HIGH);
    return new Claims.Question(SHOP, finding, live, policy, knownCall, SINCE, null);
  }

  private static Cause madeBy(Caller caller) {
    return new Cause(Cause.Origin.API_CALL, "e-0", "AuthorizeSecurityGroupIngress", SINCE, caller);
  }

  private static Item item(String key, @Nullable String handle) {
    return new Item(key, Item.of("").fields(), handle);
  }
}
