package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.ResourceNames.Source;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static final String BATCH =
      "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/batch/0a1b2c3d4e5f6071";
  private static final String STRANGER = "sg-0eee5555fff66666a";
  private static final String WORKER = "i-0fedcba9876543210";

  private final Stage stage = Stage.own();

  @Test
  void whatIsOfTheStackHasItsLogicalIdBesideTheIdThatIsCopied() {
    var web = stage.id("WebInstance");
    var group = stage.id("WebSecurityGroup");
    var names = new Names(stage.scene());

    assertThat(names.of(web)).isEqualTo("WebInstance (" + web + ")");
    assertThat(names.say(web + ":5000 is unused")).isEqualTo(web + ":5000 (WebInstance) is unused");
    assertThat(names.say("ingress tcp 5000 from " + group))
        .isEqualTo("ingress tcp 5000 from " + group + " (WebSecurityGroup)");
  }

  @Test
  void whatIsNotOfTheStackHasTheNameThatStoodInAnAnswer() {
    var names =
        new Names(
            stage
                .foreign(WORKER, new Observed.Found(Map.of(), "worker-1"))
                .network(n -> named(n, Map.of(STRANGER, new Name("open-debug", Source.SERVICE))))
                .scene());

    assertThat(names.of(WORKER)).isEqualTo(WORKER + " (worker-1, Name tag)");
    assertThat(names.say("from " + STRANGER)).isEqualTo("from " + STRANGER + " (open-debug)");
    assertThat(names.of(BATCH)).isEqualTo("the target group batch (" + BATCH + ")");
    assertThat(names.of("i-0unknown")).isEqualTo("i-0unknown");
  }

  @Test
  void aDriftBehindAFaultIsReportedByNames() {
    var diagnosis =
        stage
            .scalar("HttpListener", Listener.DEFAULT_ACTIONS, "forward to=" + BATCH)
            .foreign(
                BATCH,
                new Observed.Found(Map.of(TargetGroup.TARGETS, Property.Members.of(List.of()))))
            .answers(503)
            .diagnosis();

    assertThat(diagnosis.hops().stream().map(h -> String.valueOf(h.cause())))
        .anySatisfy(
            cause ->
                assertThat(cause)
                    .contains("is \"forward to=batch\"")
                    .contains("the template says \"forward to=WebTargetGroup"));
  }

  private static Network named(Network n, Map<String, Name> names) {
    return new Network(
        n.interfaces(),
        n.groups(),
        n.subnets(),
        n.vpcs(),
        n.tables(),
        n.acls(),
        n.nats(),
        n.prefixLists(),
        names);
  }
}
