package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Property;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class PathPropertiesTest {

  /** Whatever port the app has, the template that opens it is sound. */
  @net.jqwik.api.Property(tries = 20)
  void aWalkOverAStackBuiltAsDeclaredHasNoBrokenHop(
      @ForAll @IntRange(min = 1024, max = 65535) int port) {
    var parameters = Map.of("AppPort", String.valueOf(port));

    assertThat(Stage.broken(Stage.of(Stage.OWN, parameters).diagnosis())).isEmpty();
    assertThat(Stage.broken(Walk.of(Stage.planned(Stage.OWN, parameters, null)))).isEmpty();
  }

  /** Nobody is asked: it is the walk that tells whether clients would be answered. */
  @net.jqwik.api.Property(tries = 50)
  void whomARuleLetsInHasNoOutageAndWhomNoneDoesHasOne(@ForAll("rules") List<String> rules) {
    var stage =
        Stage.own()
            .set(
                "WebSecurityGroup",
                SecurityGroup.INGRESS,
                Property.Members.of(rules.stream().map(Item::of).toList()));
    var answered =
        rules.stream()
            .anyMatch(r -> r.matches("ingress tcp (5000|1-65535) from (0.0.0.0/0|10.20.0.0/16)"));

    assertThat(stage.unasked().diagnosis().verdict() == Verdict.OUTAGE).isEqualTo(!answered);
  }

  /** Any rule that covers the port and the load balancer lets it in, and no other does. */
  @net.jqwik.api.Property(tries = 50)
  void theInstancesGroupIsBrokenExactlyWhenNoRuleLetsTheLoadBalancerIn(
      @ForAll @IntRange(min = 1, max = 65535) int from,
      @ForAll @IntRange(max = 3000) int width,
      @ForAll boolean byGroup) {
    var to = Math.min(65535, from + width);
    var stage = Stage.own();
    var peer = byGroup ? stage.id("LoadBalancerSecurityGroup") : "10.20.0.0/23";
    var ports = from == to ? String.valueOf(from) : from + "-" + to;
    stage.keys("WebSecurityGroup", SecurityGroup.INGRESS, "ingress tcp " + ports + " from " + peer);

    assertThat(Stage.broken(stage.diagnosis()).containsKey("instance-group"))
        .isEqualTo(from > 5000 || to < 5000);
  }

  @Provide
  Arbitrary<List<String>> rules() {
    var ports = Arbitraries.of("80", "5000", "22", "1-65535");
    var peers = Arbitraries.of("0.0.0.0/0", "10.20.0.0/16", "198.51.100.0/24");
    return Combinators.combine(ports, peers)
        .as((port, peer) -> "ingress tcp " + port + " from " + peer)
        .list()
        .ofMaxSize(3);
  }
}
