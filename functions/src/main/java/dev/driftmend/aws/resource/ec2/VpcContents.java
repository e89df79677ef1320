package dev.driftmend.aws.resource.ec2;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.port.Parallel;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkAclsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeRouteTablesRequest;
import software.amazon.awssdk.services.ec2.model.NetworkAcl;
import software.amazon.awssdk.services.ec2.model.RouteTable;

/**
 * What several kinds ask of one VPC, asked once in a read: route tables say which subnets use them,
 * network ACLs likewise.
 */
final class VpcContents {
  /** The property by which the kinds of a VPC's parts say which one it is. */
  static final String VPC = "VpcId";

  /** The most route tables that one page has. */
  private static final int TABLES_PER_PAGE = 100;

  private final Clients clients;
  private final Answers answers;

  VpcContents(Clients clients, Answers answers) {
    this.clients = clients;
    this.answers = answers;
  }

  /** The VPC that the template gives the resource; empty if it cannot be known. */
  static String vpcOf(Resource resource) {
    return resource.properties().get(VPC) instanceof Property.Scalar vpc ? vpc.value() : "";
  }

  /**
   * Looks at the resources of each VPC together, all VPCs at once. If it is denied for one, the
   * resources of that one are unreadable.
   */
  static Map<String, Observed> eachVpc(
      Collection<Resource> resources,
      BiFunction<String, List<Resource>, Map<String, Observed>> observe) {
    var byVpc = resources.stream().collect(Collectors.groupingBy(VpcContents::vpcOf));
    var observed = new HashMap<String, Observed>();
    Parallel.map(
            byVpc.entrySet(),
            e ->
                Observations.unlessDenied(
                    e.getValue(), () -> observe.apply(e.getKey(), e.getValue())))
        .forEach(observed::putAll);
    return observed;
  }

  List<RouteTable> routeTables(String vpc) {
    return routeTables("vpc-id", List.of(vpc));
  }

  List<RouteTable> routeTables(String filter, List<String> values) {
    var request =
        DescribeRouteTablesRequest.builder()
            .filters(Observations.filter(filter, values))
            .maxResults(TABLES_PER_PAGE)
            .build();
    return answers.to(
        request,
        q ->
            clients.ec2(
                ec2 -> ec2.describeRouteTablesPaginator(q).routeTables().stream().toList()));
  }

  List<NetworkAcl> networkAcls(String vpc) {
    return networkAcls("vpc-id", List.of(vpc));
  }

  List<NetworkAcl> networkAcls(String filter, List<String> values) {
    var request =
        DescribeNetworkAclsRequest.builder()
            .filters(Observations.filter(filter, values))
            .maxResults(Observations.PAGE)
            .build();
    return answers.to(
        request,
        q ->
            clients.ec2(
                ec2 -> ec2.describeNetworkAclsPaginator(q).networkAcls().stream().toList()));
  }
}
