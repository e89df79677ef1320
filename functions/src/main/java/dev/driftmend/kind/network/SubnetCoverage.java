package dev.driftmend.kind.network;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;

import dev.driftmend.kind.Kind.Coverage;
import java.util.ArrayList;
import java.util.List;

/**
 * Every property of a subnet and of its associations by their schemas, and what is done about it.
 */
final class SubnetCoverage {
  private SubnetCoverage() {}

  static List<Coverage> rows() {
    var rows = new ArrayList<Coverage>();
    add(
        rows,
        Subnet.TYPE,
        COMPARED,
        "ModifySubnetAttribute; undeclared is false",
        Subnet.PUBLIC_ADDRESSES);
    add(
        rows,
        Subnet.TYPE,
        REPORT_ONLY,
        "no API can change it on a live subnet",
        Subnet.CIDR,
        Subnet.VPC);
    add(
        rows,
        Subnet.TYPE,
        NOT_COVERED,
        "no API can change it on a live subnet",
        "AvailabilityZone",
        "AvailabilityZoneId",
        "Ipv4IpamPoolId",
        "Ipv4NetmaskLength",
        "Ipv6IpamPoolId",
        "Ipv6Native",
        "Ipv6NetmaskLength",
        "OutpostArn");
    add(
        rows,
        Subnet.TYPE,
        NOT_COVERED,
        "decides about what is launched later, and about no path",
        "AssignIpv6AddressOnCreation",
        "EnableDns64",
        "EnableLniAtDeviceIndex",
        "Ipv6CidrBlock",
        "PrivateDnsNameOptionsOnLaunch");
    add(rows, Subnet.TYPE, NOT_COVERED, "tags open and cut no traffic", "Tags");
    add(
        rows,
        Subnet.TYPE,
        NOT_COVERED,
        "read-only",
        "BlockPublicAccessStates",
        "Ipv6CidrBlocks",
        "NetworkAclAssociationId",
        "SubnetId");
    add(
        rows,
        Subnet.TABLE_PART,
        COMPARED,
        "ReplaceRouteTableAssociation, or AssociateRouteTable where there is none",
        Subnet.SUBNET_ID,
        "RouteTableId");
    add(rows, Subnet.TABLE_PART, NOT_COVERED, "read-only", "Id");
    add(
        rows,
        Subnet.ACL_PART,
        COMPARED,
        "ReplaceNetworkAclAssociation, if the policy says so",
        Subnet.SUBNET_ID,
        AclEntries.ACL);
    add(rows, Subnet.ACL_PART, NOT_COVERED, "read-only", "AssociationId");
    return rows;
  }

  private static void add(
      List<Coverage> rows, String type, Coverage.How how, String why, String... properties) {
    for (var property : properties) {
      rows.add(new Coverage(type, property, how, why));
    }
  }
}
