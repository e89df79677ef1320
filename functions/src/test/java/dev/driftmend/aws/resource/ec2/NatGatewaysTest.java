package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.items;
import static dev.driftmend.aws.Stacks.keys;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.kind.network.NatGateway;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NatGatewaysTest {
  private final Canned wire = new Canned();
  private final NatGateways gateways = new NatGateways(wire.clients());

  @Test
  void allGatewaysAreReadByOneCallPageByPageAndDeletedOnesAreGone() {
    wire.answer(
            "DescribeNatGateways",
            gateways(gateway("nat-1", "available", "") + gateway("nat-2", "deleted", ""), "page-2"))
        .answer(
            "DescribeNatGateways",
            "NextToken",
            "page-2",
            gateways(gateway("nat-3", "failed", "") + gateway("nat-4", "deleting", ""), ""));

    var live =
        observe(
            nat("A", "nat-1"),
            nat("B", "nat-2"),
            nat("C", "nat-3"),
            nat("D", "nat-4"),
            nat("E", "nat-5"));

    assertThat(scalar(live.get("A"), "State")).isEqualTo("available");
    assertThat(scalar(live.get("C"), "State")).isEqualTo("failed");
    for (var gone : List.of("B", "D", "E")) {
      assertThat(live).containsEntry(gone, new Observed.Gone());
    }
    assertThat(wire.requests()).hasSize(2);
    assertThat(wire.requests().getFirst().arguments())
        .containsEntry("Filter.1.Name", "nat-gateway-id")
        .containsEntry("Filter.1.Value.5", "nat-5");
  }

  @Test
  void addressesAreSaidAsTheTemplateSaysThem() {
    wire.answer(
        "DescribeNatGateways",
        gateways(
            gateway(
                "nat-1",
                "available",
                address("eipalloc-1", "203.0.113.7", "succeeded")
                    + address("eipalloc-2", "203.0.113.8", "succeeded")
                    + address("eipalloc-3", "203.0.113.9", "disassociating")
                    + "<item><privateIp>10.0.0.9</privateIp></item>"),
            ""));

    var live = observe(nat("A", "nat-1", "203.0.113.7")).get("A");

    assertThat(keys(live, "AllocationIds")).containsExactly("203.0.113.7", "eipalloc-2");
    assertThat(items(live, "AllocationIds"))
        .extracting(Item::handle)
        .containsExactly("eipassoc-203.0.113.7", "eipassoc-203.0.113.8");
  }

  @Test
  void aReadThatIsDeniedMakesThemUnreadableAndOneThatIsThrottledIsThrown() {
    wire.failEc2("DescribeNatGateways", 403, "UnauthorizedOperation", "Not authorized.")
        .failEc2("DescribeNatGateways", 503, "RequestLimitExceeded", "Slow down.");

    assertThat(observe(nat("A", "nat-1")).get("A")).isInstanceOf(Observed.Unreadable.class);
    assertThatThrownBy(() -> observe(nat("A", "nat-1"))).isInstanceOf(TransientFailure.class);
  }

  private Map<String, Observed> observe(Resource... resources) {
    return gateways.observe(SHOP, List.of(resources), new Answers());
  }

  private static Resource nat(String logicalId, String id, String... allocations) {
    return new Resource(
        new ResourceRef(logicalId, NatGateway.TYPE, id),
        Map.of(
            "AllocationIds",
            Property.Members.of(List.of(allocations).stream().map(Item::of).toList())));
  }

  private static String gateways(String items, String next) {
    return """
    <DescribeNatGatewaysResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <natGatewaySet>%s</natGatewaySet>%s</DescribeNatGatewaysResponse>\
    """
        .formatted(items, next.isEmpty() ? "" : "<nextToken>" + next + "</nextToken>");
  }

  private static String gateway(String id, String state, String addresses) {
    return """
    <item><natGatewayId>%s</natGatewayId><state>%s</state>
    <natGatewayAddressSet>%s</natGatewayAddressSet></item>\
    """
        .formatted(id, state, addresses);
  }

  private static String address(String allocation, String address, String status) {
    return """
    <item><allocationId>%s</allocationId><publicIp>%s</publicIp>
    <associationId>eipassoc-%s</associationId><status>%s</status></item>\
    """
        .formatted(allocation, address, address, status);
  }
}
