package dev.driftmend.aws.owner;

import static dev.driftmend.aws.ClaimAnswers.event;
import static dev.driftmend.aws.ClaimAnswers.person;
import static dev.driftmend.aws.ClaimAnswers.resource;
import static dev.driftmend.aws.ClaimAnswers.role;
import static dev.driftmend.aws.ClaimAnswers.service;
import static dev.driftmend.aws.ClaimAnswers.stack;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.aws.ClaimAnswers;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.ResourceRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose a route, an entry, an address, a target, a gateway or a policy is. */
class MemberClaimsTest extends ClaimScenes {
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

  @Test
  void anInternetGatewayOfAnotherStackIsClaimedByIt() {
    var vpc = new ResourceRef("Vpc", "AWS::EC2::VPC", "vpc-1");
    answers.owner(resource("igw-2", BLOG));
    assertThat(owner(claims, vpc, item("igw-2", null), POLICY, null))
        .isEqualTo(new Owner.Another(Owner.Sort.STACK, "the stack blog"));
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
}
