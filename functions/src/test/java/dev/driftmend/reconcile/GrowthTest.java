package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.lang.management.ManagementFactory;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A look costs in proportion to what is guarded and what has changed. Measured by the memory that
 * it allocates, which is the same on every machine: a way of working that compares all with all
 * shows in it as it shows in time.
 */
class GrowthTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final double MEGABYTE = 1e6;

  /** What is beside the work itself: growing lists, logarithms of sorting. */
  private static final double ROOM = 1.5;

  @BeforeAll
  static void classesAreLoaded() {
    allocated(2, 5, opened(1));
  }

  @Test
  void aStackFiveTimesAsLargeCostsFiveTimesAsMuch() {
    // A group and an instance in each ten resources of either stack, and one drift.
    assertThat(allocated(250, 5, opened(1))).isLessThan(5 * ROOM * allocated(50, 5, opened(1)));
  }

  @Test
  void aGroupOfFiveTimesAsManyRulesCostsFiveTimesAsMuch() {
    assertThat(allocated(1, 1000, opened(1))).isLessThan(5 * ROOM * allocated(1, 200, opened(1)));
  }

  @Test
  void oneDriftInEachOfTwiceAsManyGroupsCostsTwiceAsMuchForEach() {
    // Each drift is judged among all groups, of which there are twice as many.
    assertThat(allocated(80, 5, opened(80)))
        .isLessThan(4 * ROOM * allocated(40, 5, opened(40)))
        .isLessThan(200 * MEGABYTE);
  }

  @Test
  void hundredsOfRulesTooManyAreJudgedOneByOneAndNotEachAgainstAllThatFlows() {
    assertThat(allocated(1, 5, opened(300))).isLessThan(150 * MEGABYTE);
    assertThat(allocated(1, 5, fromOneAddressEach(300))).isLessThan(300 * MEGABYTE);
  }

  @Test
  void hundredsOfLostRulesAreRestoredOneByOneAndNotEachAgainstAllThatFlows() {
    assertThat(allocated(1, 300, lost(300))).isLessThan(250 * MEGABYTE);
  }

  @Test
  void anEventOfAStackFiveTimesAsLargeCostsFiveTimesAsMuch() {
    assertThat(allocatedByEvent(250)).isLessThan(5 * ROOM * allocatedByEvent(50));
  }

  @Test
  void eachOfManyIsJudgedAsItWouldBeAlone() {
    var guard = new Guard(template(3, 5));
    guard.world.the("Web1").add("PublicAddress", "198.51.100.9");
    guard.world.the("Web1").set("Subnet", "subnet-public");
    opened(60).accept(guard);

    var exposed =
        guard.reconciler().plan(Deployed.STACK).orElseThrow().findings().stream()
            .filter(f -> f.exposure() == Exposure.REACHABLE)
            .filter(f -> f.drift().property().equals("Ingress"))
            .map(f -> f.drift().resource().logicalId());

    assertThat(exposed).hasSize(20).containsOnly("Group1");
  }

  private interface Change {
    void accept(Guard guard);
  }

  /** Rules that no template has, in one group after the other. */
  private static Change opened(int many) {
    return extra(many, n -> "ingress tcp %d from 0.0.0.0/0".formatted(20_001 + 2 * n));
  }

  private static Change fromOneAddressEach(int many) {
    return extra(many, n -> "ingress tcp 443 from 10.%d.%d.9/32".formatted(n / 256, n % 256));
  }

  private static Change extra(int many, IntFunction<String> rule) {
    return guard -> {
      var groups = guard.world.desired().resources().size() / 2;
      for (var i = 0; i < many; i++) {
        guard.world.the("Group" + i % groups).add("Ingress", rule.apply(i / groups));
      }
    };
  }

  private static Change lost(int many) {
    return guard -> {
      var group = guard.world.the("Group0");
      group.keys("Ingress").stream().limit(many).forEach(key -> group.remove("Ingress", key));
    };
  }

  private static double allocated(int groups, int rules, Change change) {
    var guard = new Guard(template(groups, rules));
    change.accept(guard);
    var before = THREADS.getCurrentThreadAllocatedBytes();
    guard.reconciler().plan(Deployed.STACK);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /** From the event that tells of an opened port to its repair and the alert. */
  private static double allocatedByEvent(int groups) {
    var guard = new Guard(template(groups, 5));
    opened(1).accept(guard);
    var before = THREADS.getCurrentThreadAllocatedBytes();
    guard.run("AuthorizeSecurityGroupIngress", "arn:aws:iam::111122223333:user/ann");
    var allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
    return allocated;
  }

  private static String template(int groups, int rules) {
    var template = new StringBuilder("Resources:\n");
    for (var g = 0; g < groups; g++) {
      template.append(
          """
            Group%1$d:
              Type: AWS::EC2::SecurityGroup
              Properties:
                GroupDescription: g
                SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]
                SecurityGroupIngress:
          """
              .formatted(g));
      for (var r = 0; r < rules; r++) {
        template.append(
            "        - {IpProtocol: tcp, FromPort: %1$d, ToPort: %1$d, CidrIp: 203.0.113.0/24}\n"
                .formatted(1024 + 2 * r));
      }
      template.append(
          "  Web%1$d:\n    Type: AWS::EC2::Instance\n    Properties: {SecurityGroupIds: [!Ref Group%1$d]}\n"
              .formatted(g));
    }
    return template.toString();
  }
}
