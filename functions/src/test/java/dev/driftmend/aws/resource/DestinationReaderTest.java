package dev.driftmend.aws.resource;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.aws.Canned;
import dev.driftmend.model.stack.Observed;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What traffic is led to and the stack does not have. */
class DestinationReaderTest {
  private final Canned wire = new Canned();
  private final DestinationReader destinations = new DestinationReader(wire.clients());

  @Test
  void anInterfaceIsAttachedDetachedOrOfAnInstanceThatDoesNotRun() {
    wire.answer(
            "DescribeNetworkInterfaces",
            interfaces(
                carried("eni-1", "i-1")
                    + carried("eni-2", "i-2")
                    + "<item><networkInterfaceId>eni-3</networkInterfaceId>"
                    + "<status>available</status></item>"
                    + "<item><networkInterfaceId>eni-4</networkInterfaceId>"
                    + "<status>in-use</status><attachment><instanceOwnerId>amazon-aws"
                    + "</instanceOwnerId></attachment></item>"))
        .answer(
            "DescribeInstances",
            instances(instance("i-1", "running") + instance("i-2", "stopped")));

    var read = destinations.read(SHOP, Set.of("eni-1", "eni-2", "eni-3", "eni-4", "eni-5"));

    assertThat(scalar(read.get("eni-1"), "state")).isEqualTo("attached");
    assertThat(scalar(read.get("eni-2"), "state")).isEqualTo("of an instance that is stopped");
    assertThat(scalar(read.get("eni-3"), "state")).isEqualTo("not attached");
    assertThat(scalar(read.get("eni-4"), "state")).isEqualTo("attached");
    assertThat(read).containsEntry("eni-5", new Observed.Gone());
    assertThat(wire.requests().getFirst().arguments())
        .containsEntry("Filter.1.Name", "network-interface-id")
        .containsEntry("Filter.1.Value.5", "eni-5");
  }

  @Test
  void anInstanceIsReadAsOneOfTheStackIs() {
    wire.answer("DescribeInstances", instances(instance("i-1", "stopped")));

    var read = destinations.read(SHOP, Set.of("i-1", "i-2"));

    assertThat(scalar(read.get("i-1"), "State")).isEqualTo("stopped");
    assertThat(read).containsEntry("i-2", new Observed.Gone());
  }

  @Test
  void whatIsOfAnotherSortIsNotAskedFor() {
    assertThat(destinations.read(SHOP, Set.of("tgw-1", "pcx-1", "igw-1", "10.0.0.7"))).isEmpty();
    assertThat(wire.requests()).isEmpty();
  }

  @Test
  void aReadThatIsDeniedMakesThemUnreadable() {
    wire.failEc2("DescribeNetworkInterfaces", 403, "UnauthorizedOperation", "Not authorized.");

    assertThat(destinations.read(SHOP, Set.of("eni-1")).get("eni-1"))
        .isInstanceOf(Observed.Unreadable.class);
  }

  private static String carried(String id, String instance) {
    return "<item><networkInterfaceId>%s</networkInterfaceId><status>in-use</status><attachment><instanceId>%s</instanceId></attachment></item>"
        .formatted(id, instance);
  }

  private static String interfaces(String items) {
    return """
    <DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <networkInterfaceSet>%s</networkInterfaceSet></DescribeNetworkInterfacesResponse>\
    """
        .formatted(items);
  }

  private static String instance(String id, String state) {
    return """
    <item><instanceId>%s</instanceId><instanceState><name>%s</name></instanceState></item>\
    """
        .formatted(id, state);
  }

  private static String instances(String items) {
    return """
    <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>
    <item><instancesSet>%s</instancesSet></item></reservationSet></DescribeInstancesResponse>\
    """
        .formatted(items);
  }
}
