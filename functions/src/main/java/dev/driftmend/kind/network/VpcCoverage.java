package dev.driftmend.kind.network;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;

import dev.driftmend.kind.Kind.Coverage;
import java.util.ArrayList;
import java.util.List;

/** Every property of a VPC and of its gateway by their schemas, and what is done about it. */
final class VpcCoverage {
  private VpcCoverage() {}

  static List<Coverage> rows() {
    var rows = new ArrayList<Coverage>();
    Vpc.DNS.forEach(p -> rows.add(new Coverage(Vpc.TYPE, p, COMPARED, "ModifyVpcAttribute")));
    rows.add(new Coverage(Vpc.TYPE, Vpc.CIDR, REPORT_ONLY, "no API can change it on a live VPC"));
    rows.add(
        new Coverage(
            Vpc.TYPE,
            Vpc.DEFAULT_ACL,
            COMPARED,
            "read-only: its entries are EC2's own and the declared ones; repaired if the policy"
                + " says so"));
    for (var p : List.of("Ipv4IpamPoolId", "Ipv4NetmaskLength")) {
      rows.add(new Coverage(Vpc.TYPE, p, NOT_COVERED, "only said when the VPC is made"));
    }
    rows.add(new Coverage(Vpc.TYPE, "InstanceTenancy", NOT_COVERED, "decides about no path"));
    rows.add(new Coverage(Vpc.TYPE, "VpcEncryptionControl", NOT_COVERED, "decides about no path"));
    rows.add(new Coverage(Vpc.TYPE, "Tags", NOT_COVERED, "tags open and cut no traffic"));
    for (var p :
        List.of("CidrBlockAssociations", "DefaultSecurityGroup", "Ipv6CidrBlocks", "VpcId")) {
      rows.add(new Coverage(Vpc.TYPE, p, NOT_COVERED, "read-only"));
    }
    for (var p : List.of("VpcId", "InternetGatewayId")) {
      rows.add(new Coverage(Vpc.ATTACHMENT, p, COMPARED, "AttachInternetGateway"));
    }
    rows.add(
        new Coverage(
            Vpc.ATTACHMENT, "VpnGatewayId", NOT_COVERED, "private networks are not judged"));
    rows.add(new Coverage(Vpc.ATTACHMENT, "AttachmentType", NOT_COVERED, "read-only"));
    rows.add(
        new Coverage(
            Vpc.GATEWAY, "InternetGatewayId", COMPARED, "read-only: attached to the VPC or not"));
    rows.add(new Coverage(Vpc.GATEWAY, "Tags", NOT_COVERED, "tags open and cut no traffic"));
    return rows;
  }
}
