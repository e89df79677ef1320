package dev.driftmend.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.plan.Reach;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the role would be refused is known before it is asked. */
class RoleReachTest {
  private static final String ELB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:";
  private static final StackRef STACK =
      new StackRef("arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/5f6a3c30-1111");
  private static final Reach REACH =
      new Reach(
          List.of("app/own/0123456789abcdef", "net/named/0123456789abcdef"), List.of("vpc-1"));

  @Test
  void listenersAndRulesAreTouchedOnTheLoadBalancersThatAreNamed() {
    assertThat(listener("ModifyListener", "listener/app/own/0123456789abcdef/1")).isEmpty();
    assertThat(listener("ModifyListener", "listener/net/named/0123456789abcdef/1")).isEmpty();
    assertThat(listener("DeleteRule", "listener-rule/app/own/0123456789abcdef/1/2")).isEmpty();
    assertThat(listener("ModifyRule", "listener-rule/app/shop/0123456789abcdef/1/2"))
        .contains(
            new RoleReach.Beyond(
                "the guard's role may not touch the listeners of app/shop/0123456789abcdef",
                "GuardedLoadBalancers=app/shop/0123456789abcdef"));
    assertThat(listener("ModifyListener", "listener/app/own/fedcba9876543210/1")).isPresent();
  }

  @Test
  void everyRuleOfACallHasToBeInReach() {
    var own = ELB + "listener-rule/app/own/0123456789abcdef/1/2";
    var other = ELB + "listener-rule/app/shop/0123456789abcdef/1/2";

    assertThat(call(desired("vpc-2"), "SetRulePriorities", Map.of("rule", List.of(own)))).isEmpty();
    assertThat(call(desired("vpc-2"), "SetRulePriorities", Map.of("rule", List.of(own, other))))
        .isPresent();
  }

  @Test
  void whatAListenerForwardsToIsNotTouched() {
    var arguments =
        Map.of(
            "listener", List.of(ELB + "listener/app/own/0123456789abcdef/1"),
            "actions", List.of("forward to=" + ELB + "targetgroup/shop/0123456789abcdef"));

    assertThat(call(desired("vpc-2"), "ModifyListener", arguments)).isEmpty();
  }

  @Test
  void aListOfTheStackIsKnownByItsTagAndADefaultOneByItsVpc() {
    var declared = Map.of("acl", List.of("acl-declared"), "entry", List.of("100"));
    var another = Map.of("acl", List.of("acl-default"), "entry", List.of("100"));

    assertThat(call(desired("vpc-2"), "CreateNetworkAclEntry", declared)).isEmpty();
    assertThat(call(desired("vpc-1"), "CreateNetworkAclEntry", another)).isEmpty();
    assertThat(call(desired("vpc-2"), "CreateNetworkAclEntry", another))
        .contains(
            new RoleReach.Beyond(
                "the guard's role may not touch the default network ACL in vpc-2",
                "GuardedVpcs=vpc-2"));
    assertThat(call(desired("vpc-2"), "ReplaceNetworkAclAssociation", another)).isPresent();
  }

  @Test
  void aPublicAddressIsTouchedInTheVpcsThatAreNamed() {
    var arguments = Map.of("association", List.of("eipassoc-1"));

    assertThat(call(desired("vpc-1"), "DisassociateAddress", arguments)).isEmpty();
    assertThat(call(desired("vpc-2"), "DisassociateAddress", arguments)).isPresent();
  }

  @Test
  void theVpcOfASubnetCountsWhereTheStackDeclaresNone() {
    var subnet = new Resource(new ResourceRef("Subnet", Subnet.TYPE, "subnet-1"), Map.of());
    var arguments = Map.of("acl", List.of("acl-default"));

    assertThat(call(desired(subnet), "ReplaceNetworkAclAssociation", arguments, live("vpc-1")))
        .isEmpty();
    assertThat(call(desired(subnet), "ReplaceNetworkAclAssociation", arguments, live("vpc-2")))
        .isPresent();
  }

  @Test
  void everyOtherCallIsForTheTagToAllow() {
    var arguments = Map.of("group", List.of("sg-1"));

    assertThat(call(desired("vpc-2"), "RevokeSecurityGroupIngress", arguments)).isEmpty();
  }

  private static Optional<RoleReach.Beyond> listener(String operation, String arn) {
    return call(desired("vpc-2"), operation, Map.of("listener", List.of(ELB + arn)));
  }

  private static Optional<RoleReach.Beyond> call(
      Desired desired, String operation, Map<String, List<String>> arguments) {
    return call(desired, operation, arguments, new Live(STACK, Map.of()));
  }

  private static Optional<RoleReach.Beyond> call(
      Desired desired, String operation, Map<String, List<String>> arguments, Live live) {
    var call =
        new Step.Call(
            List.of("a"),
            Step.Phase.CHANGE,
            desired.resources().getFirst().ref(),
            operation,
            arguments,
            "a test");
    return RoleReach.beyond(desired, live, call, REACH);
  }

  private static Live live(String vpc) {
    return new Live(
        STACK, Map.of("Subnet", new Observed.Found(Map.of(Subnet.VPC, new Property.Scalar(vpc)))));
  }

  private static Desired desired(String vpc) {
    return desired(
        new Resource(new ResourceRef("Vpc", Vpc.TYPE, vpc), Map.of()),
        new Resource(new ResourceRef("List", "AWS::EC2::NetworkAcl", "acl-declared"), Map.of()));
  }

  private static Desired desired(Resource... resources) {
    return new Desired(STACK, Instant.parse("2026-11-01T03:00:00Z"), List.of(resources), List.of());
  }
}
