package dev.driftmend.event;

import java.util.Set;

/**
 * The API calls after which something that is compared can be different. Every other call costs
 * nothing but this look-up: what an unlisted call might change after all is seen by the sweep.
 * Creating a resource is not listed unless it adds to a guarded one (a rule, a route, a listener):
 * nothing that is new can be declared by a deployed template.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html">Amazon
 *     EC2 actions</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Operations.html">Elastic
 *     Load Balancing actions</a>
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html">Identity
 *     and Access Management actions</a>
 */
final class GuardedCalls {
  private static final Set<String> NAMES =
      Set.of(
          // Security groups.
          "AuthorizeSecurityGroupEgress",
          "AuthorizeSecurityGroupIngress",
          "DeleteSecurityGroup",
          "ModifySecurityGroupRules",
          "RevokeSecurityGroupEgress",
          "RevokeSecurityGroupIngress",
          "UpdateSecurityGroupRuleDescriptionsEgress",
          "UpdateSecurityGroupRuleDescriptionsIngress",
          // Instances and what hangs on them.
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
          "ReleaseAddress",
          "ReplaceIamInstanceProfileAssociation",
          "ResetInstanceAttribute",
          "ResetNetworkInterfaceAttribute",
          "StartInstances",
          "StopInstances",
          "TerminateInstances",
          "UnassignIpv6Addresses",
          // The network.
          "AssociateNatGatewayAddress",
          "AssociateRouteTable",
          "AssociateSubnetCidrBlock",
          "AssociateVpcCidrBlock",
          "AttachInternetGateway",
          "CreateNetworkAclEntry",
          "CreateRoute",
          "DeleteEgressOnlyInternetGateway",
          "DeleteInternetGateway",
          "DeleteNatGateway",
          "DeleteNetworkAcl",
          "DeleteNetworkAclEntry",
          "DeleteRoute",
          "DeleteRouteTable",
          "DeleteSubnet",
          "DeleteTransitGatewayVpcAttachment",
          "DeleteVpc",
          "DeleteVpcPeeringConnection",
          "DetachInternetGateway",
          "DetachVpnGateway",
          "DisableVgwRoutePropagation",
          "DisassociateNatGatewayAddress",
          "DisassociateRouteTable",
          "DisassociateSubnetCidrBlock",
          "DisassociateVpcCidrBlock",
          "EnableVgwRoutePropagation",
          "ModifySubnetAttribute",
          "ModifyVpcAttribute",
          "ReplaceNetworkAclAssociation",
          "ReplaceNetworkAclEntry",
          "ReplaceRoute",
          "ReplaceRouteTableAssociation",
          // Load balancers.
          "AddListenerCertificates",
          "CreateListener",
          "CreateRule",
          "DeleteListener",
          "DeleteLoadBalancer",
          "DeleteRule",
          "DeleteTargetGroup",
          "DeregisterTargets",
          "ModifyListener",
          "ModifyListenerAttributes",
          "ModifyLoadBalancerAttributes",
          "ModifyRule",
          "ModifyTargetGroup",
          "ModifyTargetGroupAttributes",
          "RegisterTargets",
          "RemoveListenerCertificates",
          "SetIpAddressType",
          "SetRulePriorities",
          "SetSecurityGroups",
          "SetSubnets",
          // Roles.
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
          "UpdateAssumeRolePolicy");

  private GuardedCalls() {}

  static boolean contains(String eventName) {
    return NAMES.contains(eventName);
  }
}
