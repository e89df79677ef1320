package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.Stacks;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.kind.network.ElasticIp;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ElasticIpsTest {
  private final Canned wire = new Canned();
  private final ElasticIps addresses = new ElasticIps(wire.clients());

  @Test
  void allAddressesAreReadByOneCallAndAReleasedOneIsGone() {
    wire.answer(
        "DescribeAddresses",
        answer(
            address("203.0.113.7", "<instanceId>i-1</instanceId>") + address("203.0.113.8", "")));

    var live =
        observe(List.of(eip("A", "203.0.113.7"), eip("B", "203.0.113.8"), eip("C", "203.0.113.9")));

    assertThat(scalar(live.get("A"), "InstanceId")).isEqualTo("i-1");
    assertThat(scalar(live.get("B"), "InstanceId")).isEmpty();
    assertThat(live).containsEntry("C", new Observed.Gone());
    assertThat(wire.only("DescribeAddresses").arguments())
        .isEqualTo(
            Map.of(
                "Filter.1.Name", "public-ip",
                "Filter.1.Value.1", "203.0.113.7",
                "Filter.1.Value.2", "203.0.113.8",
                "Filter.1.Value.3", "203.0.113.9"));
  }

  @Test
  void moreThanOneFilterTakesAreReadInPortions() {
    wire.answer("DescribeAddresses", answer("")).answer("DescribeAddresses", answer(""));

    assertThat(
            observe(IntStream.range(0, 201).mapToObj(i -> eip("E" + i, "192.0.2." + i)).toList()))
        .hasSize(201);
    assertThat(wire.leftOver()).isEmpty();
  }

  @Test
  void aReadThatIsDeniedMakesThemUnreadableAndOneThatIsThrottledIsThrown() {
    wire.failEc2("DescribeAddresses", 403, "UnauthorizedOperation", "Not authorized.")
        .failEc2("DescribeAddresses", 503, "RequestLimitExceeded", "Slow down.");
    var one = List.of(eip("A", "203.0.113.7"));

    assertThat(observe(one).get("A")).isInstanceOf(Observed.Unreadable.class);
    assertThatThrownBy(() -> observe(one)).isInstanceOf(TransientFailure.class);
  }

  private Map<String, Observed> observe(List<Resource> resources) {
    return addresses.observe(SHOP, resources, new Answers());
  }

  private static Resource eip(String logicalId, String address) {
    return Stacks.resource(logicalId, ElasticIp.TYPE, address);
  }

  private static String answer(String items) {
    return """
    <DescribeAddressesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <addressesSet>%s</addressesSet></DescribeAddressesResponse>\
    """
        .formatted(items);
  }

  private static String address(String address, String rest) {
    return "<item><publicIp>%s</publicIp>%s</item>".formatted(address, rest);
  }
}
