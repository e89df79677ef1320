package dev.driftmend.aws.owner;

import static dev.driftmend.aws.ClaimAnswers.event;
import static dev.driftmend.aws.ClaimAnswers.person;
import static dev.driftmend.aws.ClaimAnswers.role;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.ResourceRef;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose what was lost or changed is, by the calls that can have done it. */
class ChangeClaimsTest extends ClaimScenes {
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
}
