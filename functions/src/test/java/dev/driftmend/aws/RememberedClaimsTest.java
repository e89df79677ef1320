package dev.driftmend.aws;

import static dev.driftmend.aws.ClaimAnswers.authorize;
import static dev.driftmend.aws.ClaimAnswers.event;
import static dev.driftmend.aws.ClaimAnswers.person;
import static dev.driftmend.aws.ClaimAnswers.resource;
import static dev.driftmend.aws.ClaimAnswers.role;
import static dev.driftmend.aws.Stacks.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.aws.owner.AwsClaims;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.Claims;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the history makes of an owner that is remembered, and of what a deleted stack left. */
class RememberedClaimsTest {
  private static final String BLOG =
      "arn:aws:cloudformation:eu-west-1:111122223333:stack/blog/"
          + "6f6a3c30-1111-11ee-9a3b-0a1b2c3d4e5f";
  private static final String LINKED =
      "arn:aws:iam::111122223333:role/aws-service-role/fms.amazonaws.com/AWSServiceRoleForFMS";
  private static final Owner.Another FMS =
      new Owner.Another(Owner.Sort.SERVICE, "the AWS service behind " + LINKED);
  private static final ResourceRef GROUP =
      new ResourceRef("Web", "AWS::EC2::SecurityGroup", "sg-0web");
  private static final ResourceRef TABLE = new ResourceRef("Table", RouteTable.TYPE, "rtb-1");
  private static final ResourceRef TARGETS =
      new ResourceRef("Targets", TargetGroup.TYPE, "arn:targets");
  private static final Drift RULE =
      new Drift.Extra(
          GROUP,
          "Ingress",
          new Item("ingress tcp 5000 from 10.0.7.0/24", Item.of("").fields(), "sgr-1"));
  private static final Drift ROUTE =
      new Drift.Extra(TABLE, RouteTable.ROUTES, Item.of("10.9.0.0/16"));
  private static final Drift TARGET =
      new Drift.Extra(TARGETS, TargetGroup.TARGETS, Item.of("i-0new:5000"));
  private static final Drift LOST =
      new Drift.Missing(GROUP, "Ingress", Item.of("ingress tcp 443 from 10.0.0.0/16"));
  private static final Instant KNOWN = ClaimAnswers.WHEN.plus(Duration.ofMinutes(5));
  private static final Policy POLICY =
      new Policy(Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), List.of());

  private final ClaimAnswers answers = new ClaimAnswers();
  private final Canned wire = answers.wire();
  private final AwsClaims claims =
      new AwsClaims(
          wire.clients(),
          "driftmend-reconcile",
          (stack, resource) -> Set.of(),
          InstantSource.fixed(KNOWN));

  private Owner again(Drift drift) {
    return claim(drift, new KnownOwner(FMS, drift.resource().physicalId(), KNOWN, KNOWN));
  }

  private Owner claim(Drift drift, @Nullable KnownOwner remembered) {
    var finding = new Finding(drift, Exposure.LATENT, "open", Severity.HIGH);
    return claims
        .claim(new Claims.Question(SHOP, finding, null, POLICY, null, Instant.EPOCH, remembered))
        .owner();
  }

  private static String route(String call, String identity, int minutes) {
    return event(
        call,
        identity,
        "{\"routeTableId\":\"rtb-1\",\"destinationCidrBlock\":\"10.9.0.0/16\"}",
        "null",
        ClaimAnswers.WHEN.plus(Duration.ofMinutes(minutes)));
  }

  private static String targets(String call, String identity, int minutes) {
    return event(
        call,
        identity,
        "{\"targetGroupArn\":\"arn:targets\",\"targets\":[{\"id\":\"i-0new\"}]}",
        "null",
        ClaimAnswers.WHEN.plus(Duration.ofMinutes(minutes)));
  }

  private static String revoke(String identity, int minutes) {
    return event(
        "RevokeSecurityGroupIngress",
        identity,
        "{\"groupId\":\"sg-0web\"}",
        "null",
        ClaimAnswers.WHEN.plus(Duration.ofMinutes(minutes)));
  }

  @Test
  void whatTheHistoryHasForgottenStaysWhoseItWas() {
    answers.owner("").exports("").stacks("", "").events();
    assertThat(again(RULE)).isEqualTo(FMS);
  }

  @Test
  void aPersonWhoChangedWhatAServiceMadeLongAgoDoesNotMakeItTheirs() {
    answers.owner("").exports("").stacks("", "");
    answers.events(
        event(
            "ModifySecurityGroupRules",
            person(""),
            "{\"ModifySecurityGroupRulesRequest\":{\"GroupId\":\"sg-0web\",\"SecurityGroupRule\":"
                + "{\"SecurityGroupRuleId\":\"sgr-1\"}}}",
            "null"));
    assertThat(again(RULE)).isEqualTo(FMS);
  }

  @Test
  void whatTheHistoryKnowsAPersonMadeIsNobodysWhateverIsRemembered() {
    answers.owner("").exports("").stacks("", "");
    answers.events(authorize("sgr-1", person("")));
    assertThat(again(RULE)).isEqualTo(Owner.NOBODY);
  }

  @Test
  void whatAServiceDeletedAndAPersonMadeAgainIsAnotherOne() {
    answers.owner("");
    answers.events(
        route("CreateRoute", person(""), 3),
        route("DeleteRoute", role(LINKED), 2),
        route("CreateRoute", role(LINKED), 1));
    assertThat(claim(ROUTE, null)).isEqualTo(Owner.NOBODY);
    assertThat(again(ROUTE)).isEqualTo(Owner.NOBODY);
  }

  @Test
  void whatAServiceMadeAgainAfterAPersonDeletedItIsItsOwn() {
    answers.owner("");
    answers.events(
        route("CreateRoute", role(LINKED), 3),
        route("DeleteRoute", person(""), 2),
        route("CreateRoute", person(""), 1));
    assertThat(claim(ROUTE, null)).isEqualTo(FMS);
  }

  @Test
  void whatWasDeletedLastAndIsThereAgainWasMadeByACallThatIsNotInTheHistoryYet() {
    answers.owner("");
    answers.events(route("DeleteRoute", role(LINKED), 2), route("CreateRoute", role(LINKED), 1));
    assertThat(claim(ROUTE, null)).isInstanceOf(Owner.Unknown.class);
  }

  @Test
  void aTargetIsWhoseItIsSinceItWasLastTakenOut() {
    answers.events(
        targets("RegisterTargets", person(""), 3),
        targets("DeregisterTargets", role(LINKED), 2),
        targets("RegisterTargets", role(LINKED), 1));
    assertThat(claim(TARGET, null)).isEqualTo(Owner.NOBODY);
  }

  @Test
  void registeringATargetOnceMoreDoesNotMakeItTheirs() {
    answers.events(
        targets("RegisterTargets", person(""), 3), targets("RegisterTargets", role(LINKED), 1));
    assertThat(claim(TARGET, null)).isEqualTo(FMS);
  }

  @Test
  void ofARuleThatWasLostOnlyWhatCameBeforeItWasKnownCounts() {
    answers.events(revoke(person(""), 60), revoke(role(LINKED), 1));
    assertThat(again(LOST)).as("somebody revoked another rule since").isEqualTo(FMS);
  }

  @Test
  void aRevocationThatTheHistoryHadNotShownYetCounts() {
    answers.events(revoke(person(""), 4), revoke(role(LINKED), 1));
    assertThat(again(LOST)).isEqualTo(Owner.NOBODY);
  }

  @Test
  void whatADeletedStackLeftBehindIsNotItsOwnAnyMore() {
    for (var status : List.of("DELETE_SKIPPED", "DELETE_COMPLETE")) {
      var fresh = new RememberedClaimsTest();
      fresh
          .answers
          .owner(
              resource("sgr-1", BLOG)
                  .replace("</member>", "<ResourceStatus>" + status + "</ResourceStatus></member>"))
          .exports("")
          .stacks("", "")
          .events();
      assertThat(fresh.claim(RULE, null)).isInstanceOf(Owner.Unknown.class);
    }
  }

  @Test
  void whatAStackIsAboutToDeleteIsStillItsOwn() {
    answers.owner(
        resource("sgr-1", BLOG)
            .replace("</member>", "<ResourceStatus>DELETE_IN_PROGRESS</ResourceStatus></member>"));
    assertThat(claim(RULE, null)).isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
  }

  @Test
  void theTagOfAStackThatIsGoneIsNoProof() {
    var tagged =
        new Drift.Extra(
            GROUP,
            "Ingress",
            new Item(
                "ingress tcp 5000 from 10.0.7.0/24",
                Item.of("").fields(),
                "sgr-1",
                Map.of("aws:cloudformation:stack-id", BLOG)));
    wire.failQuery("DescribeStacks", 400, "ValidationError", "Stack blog does not exist");
    answers.owner("").exports("").stacks("", "").events();
    assertThat(claim(tagged, null)).isInstanceOf(Owner.Unknown.class);
  }
}
