package dev.driftmend.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.drift.Comparison;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.testing.Deployed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a stack declares of resources that another one has. */
class ForeignPartsTest {
  private static final String USING =
      """
      Resources:
        Rule:
          Type: AWS::EC2::SecurityGroupIngress
          Properties: {GroupId: sg-0aaa, IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.80.1.0/24}
        Other:
          Type: AWS::EC2::SecurityGroupEgress
          Properties: {GroupId: sg-0aaa, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
        Out:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: rtb-0aaa, DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-0aaa}
        Deny:
          Type: AWS::EC2::NetworkAclEntry
          Properties: {NetworkAclId: acl-0aaa, RuleNumber: 90, Protocol: 6, RuleAction: deny, CidrBlock: 198.51.100.0/24, PortRange: {From: 22, To: 22}}
        List:
          Type: AWS::EC2::SubnetNetworkAclAssociation
          Properties: {SubnetId: subnet-0aaa, NetworkAclId: acl-0aaa}
        Table:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: {SubnetId: subnet-0aaa, RouteTableId: rtb-0aaa}
        Address:
          Type: AWS::EC2::EIPAssociation
          Properties: {AllocationId: eipalloc-0aaa, InstanceId: i-0aaa}
        May:
          Type: AWS::IAM::Policy
          Properties: {PolicyName: may, Roles: [shared-role], PolicyDocument: {Version: '2012-10-17', Statement: []}}
        Attached:
          Type: AWS::EC2::VPCGatewayAttachment
          Properties: {VpcId: vpc-0aaa, InternetGatewayId: igw-0aaa}
      """;

  private final Desired desired = Desireds.withParts(Resolver.resolve(Deployed.snapshot(USING)));

  @Test
  void eachIsComparedAloneUnderItsOwnNameOrListedWithWhatItBelongsTo() {
    assertThat(desired.resources())
        .allMatch(Resource::partial)
        .extracting(Resource::ref)
        .containsExactly(
            new ResourceRef("Rule", SecurityGroup.TYPE, "sg-0aaa"),
            new ResourceRef("Other", SecurityGroup.TYPE, "sg-0aaa"),
            new ResourceRef("Out", RouteTable.TYPE, "rtb-0aaa"),
            new ResourceRef("Deny", NetworkAcl.TYPE, "acl-0aaa"),
            new ResourceRef("List", Subnet.TYPE, "subnet-0aaa"),
            new ResourceRef("Table", Subnet.TYPE, "subnet-0aaa"));
    assertThat(desired.resources())
        .extracting(r -> List.copyOf(r.properties().keySet()))
        .containsExactly(
            List.of("Ingress"),
            List.of("Egress"),
            List.of("Routes"),
            List.of("Entries"),
            List.of("NetworkAcl"),
            List.of("RouteTable"));
    assertThat(desired.notCovered())
        .filteredOn(n -> n.why().contains("a resource of another stack"))
        .extracting(NotCovered::logicalId)
        .containsExactly("Address", "May", "Attached");
  }

  @Test
  void theOwnersOwnMembersAreNoDriftAndLostOnesAre() {
    assertThat(drifts(Map.of())).isEmpty();
    assertThat(
            drifts(
                Map.of(
                    "Rule", Map.of("Ingress", members("ingress tcp 22 from 10.0.0.0/8")),
                    "Out", Map.of("Routes", members()),
                    "Deny", Map.of("Entries", members("ingress 100")),
                    "List", Map.of("NetworkAcl", new Property.Scalar("default")))))
        .extracting(d -> d.resource().logicalId() + " " + d.sort())
        .containsExactly("Rule MISSING", "Out MISSING", "Deny MISSING", "List CHANGED");
  }

  @Test
  void whatIsLostIsPutBackByTheCallsOfItsKind() {
    var drifts = drifts(Map.of("Rule", Map.of("Ingress", members())));
    var rule = desired.resources().getFirst();
    assertThat(
            new SecurityGroup().repair(desired.stack(), rule, new Observed.Found(Map.of()), drifts))
        .singleElement()
        .asString()
        .contains("AuthorizeSecurityGroupIngress", "sg-0aaa");
  }

  @Test
  void whatBelongsToAResourceOfTheStackIsNoForeignPart() {
    var own =
        """
        Resources:
          Group:
            Type: AWS::EC2::SecurityGroup
            Properties: {GroupDescription: own}
          Rule:
            Type: AWS::EC2::SecurityGroupIngress
            Properties: {GroupId: !GetAtt Group.GroupId, IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8}
          Unknown:
            Type: AWS::EC2::SecurityGroupIngress
            Properties: {GroupId: '{{resolve:secretsmanager:group}}', IpProtocol: tcp, FromPort: 81, ToPort: 81, CidrIp: 10.0.0.0/8}
        """;
    var stack = Resolver.resolve(Deployed.snapshot(own));
    assertThat(ForeignParts.of(stack).resources()).isEmpty();
    assertThat(ForeignParts.of(stack).notCovered()).isEmpty();
    assertThat(Desireds.withParts(stack)).isEqualTo(Desireds.of(stack));
  }

  @Test
  void policiesAndProfilesOfAnotherStacksRoleAreItsPartsAndThoseOfOtherRolesAreNot() {
    var given =
        """
        Resources:
          Inline:
            Type: AWS::IAM::Policy
            Properties: {PolicyName: read, Roles: [web-role, db-role], PolicyDocument: {Statement: []}}
          Single:
            Type: AWS::IAM::RolePolicy
            Properties: {PolicyName: write, RoleName: web-role, PolicyDocument: {Statement: []}}
          Managed:
            Type: AWS::IAM::ManagedPolicy
            Properties: {Roles: [web-role], PolicyDocument: {Statement: []}}
          Profile:
            Type: AWS::IAM::InstanceProfile
            Properties: {Roles: [web-role]}
          Other:
            Type: AWS::IAM::RolePolicy
            Properties: {PolicyName: admin, RoleName: db-role, PolicyDocument: {Statement: []}}
        """;
    var stack = Resolver.resolve(Deployed.snapshot(given));
    assertThat(ForeignParts.ofRole(stack, "web-role"))
        .containsExactlyInAnyOrder(
            "read",
            "write",
            Deployed.id("Managed", "AWS::IAM::ManagedPolicy"),
            Deployed.id("Profile", "AWS::IAM::InstanceProfile"));
    assertThat(ForeignParts.ofRole(stack, "db-role")).containsExactlyInAnyOrder("read", "admin");
    assertThat(ForeignParts.ofRole(stack, "ops-role")).isEmpty();
  }

  /** As declared, with members of the owner besides, but for what is given. */
  private List<Drift> drifts(Map<String, Map<String, Property>> but) {
    var live = new HashMap<String, Observed>();
    for (var resource : desired.resources()) {
      var properties = new HashMap<>(resource.properties());
      properties.replaceAll((name, p) -> p instanceof Property.Members m ? besides(m) : p);
      properties.putAll(but.getOrDefault(resource.ref().logicalId(), Map.of()));
      live.put(resource.ref().logicalId(), new Observed.Found(properties));
    }
    return Comparison.between(desired, new Live(desired.stack(), live));
  }

  private static Property besides(Property.Members declared) {
    var items = new ArrayList<>(declared.items());
    items.add(Item.of("the owner's own"));
    return Property.Members.of(items);
  }

  private static Property members(String... keys) {
    return Property.Members.of(List.of(keys).stream().map(Item::of).toList());
  }
}
