package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.model.stack.Item;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Network ACLs remember no connection: answers need entries of their own. */
class AclAnswersTest {
  private final Stage stage = Stage.own();

  @Test
  void answersToTheLoadBalancerGoToLowPortsToo() {
    deny("egress 50", "deny egress tcp 1024-4999 to 10.20.0.0/16");
    var diagnosis = stage.diagnosis();

    assertThat(Stage.broken(diagnosis)).containsOnlyKeys("instance-acl");
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.DEGRADED);
    assertThat(Stage.hop(diagnosis, "instance-acl").evidence().getFirst())
        .contains("(tcp 1024-65535): entry 50 denies");
  }

  @Test
  void theLoadBalancerIsAnsweredOnLowPortsToo() {
    deny("ingress 50", "deny ingress tcp 1024-4999 from 10.20.0.0/16");

    assertThat(Stage.broken(stage.diagnosis())).containsOnlyKeys("load-balancer-acl");
    assertThat(stage.diagnosis().verdict()).isEqualTo(Verdict.DEGRADED);
  }

  @Test
  void clientsOfEverySystemAreAnsweredOnHighPorts() {
    deny("egress 50", "deny egress tcp 61000-65535 to 198.51.100.0/24");

    assertThat(Stage.broken(stage.diagnosis())).containsOnlyKeys("load-balancer-acl");
  }

  @Test
  void noClientIsAnsweredOnLowPorts() {
    deny("egress 50", "deny egress tcp 1024-32767 to 198.51.100.0/24");

    assertThat(Stage.broken(stage.diagnosis())).isEmpty();
  }

  private void deny(String entry, String rule) {
    stage.add("Vpc", Vpc.DEFAULT_ACL, Item.of(entry, Map.of(NetworkAcl.RULE, rule)));
  }
}
