package dev.driftmend.kind.instance;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;
import static dev.driftmend.kind.instance.Instance.TYPE;

import dev.driftmend.kind.Kind.Coverage;
import java.util.ArrayList;
import java.util.List;

/**
 * Every property of an instance by the CloudFormation resource schema, and what is done about it.
 */
final class InstanceCoverage {
  private InstanceCoverage() {}

  static List<Coverage> rows() {
    var rows = new ArrayList<Coverage>();
    add(rows, COMPARED, "ModifyInstanceAttribute", Instance.GROUPS);
    add(
        rows,
        COMPARED,
        "groups of all together, and whether one asks for a public address",
        Instance.NETWORK_INTERFACES);
    add(rows, COMPARED, "in a private one a public address is drift", "SubnetId");
    add(rows, COMPARED, "ModifyInstanceAttribute", Instance.SOURCE_DEST_CHECK);
    add(rows, COMPARED, "ModifyInstanceMetadataOptions", "MetadataOptions");
    add(rows, COMPARED, "read-only; StartInstances, only by policy", Instance.STATE);
    add(rows, REPORT_ONLY, "permissions are never changed", Instance.PROFILE);
    add(rows, REPORT_ONLY, "changing it needs the instance stopped", Instance.INSTANCE_TYPE);
    add(rows, REPORT_ONLY, "read-only; on a private instance it is drift", "PublicIp");
    add(
        rows,
        NOT_COVERED,
        "names cannot be compared with the ids that the API gives",
        "SecurityGroups");
    add(
        rows,
        NOT_COVERED,
        "no API can change it on a live instance",
        "AvailabilityZone",
        "BlockDeviceMappings",
        "CpuOptions",
        "ElasticGpuSpecifications",
        "ElasticInferenceAccelerators",
        "EnclaveOptions",
        "HibernationOptions",
        "ImageId",
        "KeyName",
        "LaunchTemplate",
        "LicenseSpecifications",
        "PrivateIpAddress",
        "PropagateTagsToVolumeOnCreation");
    add(
        rows,
        NOT_COVERED,
        "changing it needs the instance stopped",
        "AdditionalInfo",
        "Affinity",
        "EbsOptimized",
        "HostId",
        "HostResourceGroupArn",
        "KernelId",
        "PlacementGroupName",
        "RamdiskId",
        "Tenancy",
        "UserData");
    add(
        rows,
        NOT_COVERED,
        "decides about no path to the instance",
        "CreditSpecification",
        "DisableApiTermination",
        "InstanceInitiatedShutdownBehavior",
        "Ipv6AddressCount",
        "Ipv6Addresses",
        "Monitoring",
        "PrivateDnsNameOptions",
        "SsmAssociations",
        "Tags",
        "Volumes");
    add(
        rows,
        NOT_COVERED,
        "read-only",
        "InstanceId",
        "PrivateDnsName",
        "PrivateIp",
        "PublicDnsName",
        "VpcId");
    return rows;
  }

  private static void add(List<Coverage> rows, Coverage.How how, String why, String... properties) {
    for (var property : properties) {
      rows.add(new Coverage(TYPE, property, how, why));
    }
  }
}
