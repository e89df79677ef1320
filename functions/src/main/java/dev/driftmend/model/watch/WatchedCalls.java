package dev.driftmend.model.watch;

import static dev.driftmend.model.watch.IdForm.beside;
import static dev.driftmend.model.watch.IdForm.indexed;
import static dev.driftmend.model.watch.IdForm.listed;
import static dev.driftmend.model.watch.WatchedType.Service.EC2;
import static dev.driftmend.model.watch.WatchedType.Service.ELASTICLOADBALANCING;
import static dev.driftmend.model.watch.WatchedType.Service.IAM;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The API calls after which something that is compared can be different, by the type that they
 * change, and the ids by which they name it: one row per kind. What reads events and what routes
 * them is derived from it; the event patterns of {@code template.yaml}, {@code docs/drifts.md} and
 * what each kind says of its drifts are checked against it.
 *
 * <p>Every other call costs nothing but a look-up: what an unlisted call might change after all is
 * seen by the sweep. Creating a resource is not listed unless it adds to a guarded one (a rule, a
 * route, a listener): nothing that is new can be declared by a deployed template.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html">Amazon
 *     EC2 actions</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Operations.html">Elastic
 *     Load Balancing actions</a>
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html">Identity
 *     and Access Management actions</a>
 */
public final class WatchedCalls {
  private static final List<WatchedType> TYPES =
      List.of(
          WatchedType.of(
              "AWS::EC2::SecurityGroup",
              EC2,
              List.of(indexed("sg-", 2), beside("sgr-", 0, "sg-")),
              "AuthorizeSecurityGroupEgress",
              "AuthorizeSecurityGroupIngress",
              "DeleteSecurityGroup",
              "ModifySecurityGroupRules",
              "RevokeSecurityGroupEgress",
              "RevokeSecurityGroupIngress",
              "UpdateSecurityGroupRuleDescriptionsEgress",
              "UpdateSecurityGroupRuleDescriptionsIngress"),
          WatchedType.of(
              "AWS::EC2::Instance",
              EC2,
              List.of(
                  listed("i-", 2),
                  beside("eni-", 3, "i-", "nat-"),
                  beside("eni-attach-", 0, "i-"),
                  beside("iip-assoc-", 0, "i-")),
              "AssignIpv6Addresses",
              "AssociateAddress",
              "AssociateIamInstanceProfile",
              "AttachNetworkInterface",
              "DetachNetworkInterface",
              "DisassociateAddress",
              "DisassociateIamInstanceProfile",
              "ModifyInstanceAttribute",
              "ModifyInstanceMetadataOptions",
              "ModifyNetworkInterfaceAttribute",
              "ReplaceIamInstanceProfileAssociation",
              "ResetInstanceAttribute",
              "ResetNetworkInterfaceAttribute",
              "StartInstances",
              "StopInstances",
              "TerminateInstances",
              "UnassignIpv6Addresses"),
          WatchedType.of(
              "AWS::EC2::EIP",
              EC2,
              List.of(
                  indexed("ip", 3),
                  // A stack's address that is put on another's instance is drift of the address.
                  beside("eipalloc-", 3, "nat-"),
                  beside("eipassoc-", 0, "i-", "nat-")),
              "AssociateAddress",
              "DisassociateAddress",
              "ReleaseAddress"),
          WatchedType.of(
              "AWS::EC2::VPC",
              EC2,
              List.of(
                  indexed("vpc-", 6),
                  beside("vpc-cidr-assoc-", 0, "vpc-"),
                  // A gateway that is attached to a VPC is drift of the VPC.
                  indexed("igw-", 7)),
              "AssociateVpcCidrBlock",
              "AttachInternetGateway",
              "CreateNetworkAclEntry",
              "DeleteInternetGateway",
              "DeleteNetworkAclEntry",
              "DeleteVpc",
              "DetachInternetGateway",
              "DisassociateVpcCidrBlock",
              "ModifyVpcAttribute",
              "ReplaceNetworkAclEntry"),
          WatchedType.of(
              "AWS::EC2::Subnet",
              EC2,
              List.of(
                  // A route table or ACL that is put on a subnet is drift of the subnet.
                  indexed("subnet-", 4),
                  beside("rtbassoc-", 0, "subnet-"),
                  beside("aclassoc-", 0, "subnet-"),
                  beside("subnet-cidr-assoc-", 0, "subnet-")),
              "AssociateRouteTable",
              "AssociateSubnetCidrBlock",
              "DeleteSubnet",
              "DisassociateRouteTable",
              "DisassociateSubnetCidrBlock",
              "ModifySubnetAttribute",
              "ReplaceNetworkAclAssociation",
              "ReplaceRouteTableAssociation"),
          WatchedType.of(
                  "AWS::EC2::RouteTable",
                  EC2,
                  List.of(
                      indexed("rtb-", 5),
                      // Where routes lead; who made it is often not who has the route.
                      beside("eigw-", 2),
                      beside("pcx-", 2),
                      beside("tgw-attach-", 2, "vpc-"),
                      beside("vgw-", 7, "vpc-")),
                  "CreateRoute",
                  "DeleteEgressOnlyInternetGateway",
                  "DeleteInternetGateway",
                  "DeleteNatGateway",
                  "DeleteRoute",
                  "DeleteRouteTable",
                  "DeleteTransitGatewayVpcAttachment",
                  "DeleteVpcPeeringConnection",
                  "DetachInternetGateway",
                  "DetachVpnGateway",
                  "DisableVgwRoutePropagation",
                  "EnableVgwRoutePropagation",
                  "ReplaceRoute")
              // The way out of a route, but the very thing that other calls are about.
              .mentioning(
                  Set.of("CreateRoute", "ReplaceRoute"),
                  "natGatewayId",
                  "gatewayId",
                  "instanceId",
                  "networkInterfaceId",
                  "egressOnlyInternetGatewayId",
                  "vpcPeeringConnectionId"),
          WatchedType.of(
              "AWS::EC2::NetworkAcl",
              EC2,
              // Unknown is the list that EC2 makes with a VPC.
              List.of(beside("acl-", 5, "subnet-", "vpc-")),
              "CreateNetworkAclEntry",
              "DeleteNetworkAcl",
              "DeleteNetworkAclEntry",
              "ReplaceNetworkAclEntry"),
          WatchedType.of(
              "AWS::EC2::NatGateway",
              EC2,
              List.of(indexed("nat-", 2)),
              "AssociateNatGatewayAddress",
              "DeleteNatGateway",
              "DisassociateNatGatewayAddress"),
          WatchedType.of(
              "AWS::EC2::VPCEndpoint",
              EC2,
              List.of(listed("vpce-", 2)),
              "DeleteVpcEndpoints",
              "ModifyVpcEndpoint",
              "RejectVpcEndpointConnections"),
          WatchedType.of(
              "AWS::ElasticLoadBalancingV2::LoadBalancer",
              ELASTICLOADBALANCING,
              List.of(indexed("loadbalancer", 3)),
              "DeleteLoadBalancer",
              "ModifyLoadBalancerAttributes",
              "SetIpAddressType",
              "SetSecurityGroups",
              "SetSubnets"),
          WatchedType.of(
              "AWS::ElasticLoadBalancingV2::Listener",
              ELASTICLOADBALANCING,
              List.of(indexed("listener", 1)),
              "AddListenerCertificates",
              "CreateListener",
              "CreateRule",
              "DeleteListener",
              "ModifyListener",
              "ModifyListenerAttributes",
              "RemoveListenerCertificates"),
          WatchedType.of(
              "AWS::ElasticLoadBalancingV2::ListenerRule",
              ELASTICLOADBALANCING,
              List.of(indexed("listener-rule", 0)),
              "DeleteRule",
              "ModifyRule",
              "SetRulePriorities"),
          WatchedType.of(
              "AWS::ElasticLoadBalancingV2::TargetGroup",
              ELASTICLOADBALANCING,
              List.of(indexed("targetgroup", 2)),
              "DeleteTargetGroup",
              "DeregisterTargets",
              "ModifyTargetGroup",
              "ModifyTargetGroupAttributes",
              "RegisterTargets"),
          WatchedType.of(
              "AWS::IAM::Role",
              IAM,
              List.of(indexed("role", 2), indexed("instance-profile", 1)),
              "AddRoleToInstanceProfile",
              "AttachRolePolicy",
              "DeleteInstanceProfile",
              "DeleteRole",
              "DeleteRolePermissionsBoundary",
              "DeleteRolePolicy",
              "DetachRolePolicy",
              "PutRolePermissionsBoundary",
              "PutRolePolicy",
              "RemoveRoleFromInstanceProfile",
              "UpdateAssumeRolePolicy"));

  private static final Set<String> CALLS = new HashSet<>();
  private static final Map<String, IdForm> FORMS = new HashMap<>();
  private static final List<WatchedType.Mentioned> MENTIONS = new ArrayList<>();

  static {
    for (var type : TYPES) {
      CALLS.addAll(type.calls());
      MENTIONS.addAll(type.mentions());
      type.ids().forEach(id -> FORMS.put(id.form(), id));
    }
  }

  private WatchedCalls() {}

  public static List<WatchedType> all() {
    return TYPES;
  }

  public static boolean contains(String call) {
    return CALLS.contains(call);
  }

  /** The form of ids with this prefix or of this sort; empty if no watched call is about such. */
  public static Optional<IdForm> form(String form) {
    return Optional.ofNullable(FORMS.get(form));
  }

  /** Whether calls take several ids of this form, each of which may be another stack's. */
  public static boolean isListed(String form) {
    return form(form).filter(IdForm::listed).isPresent();
  }

  /**
   * Whether the call merely refers to what stands in this field.
   *
   * @param field in lower case
   */
  public static boolean isMention(String call, String field) {
    return MENTIONS.stream().anyMatch(m -> m.has(call, field));
  }
}
