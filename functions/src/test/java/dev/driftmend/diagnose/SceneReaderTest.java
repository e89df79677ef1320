package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Endpoint.Answer;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.template.undeployed.Undeployed;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SceneReaderTest {
  private static final String FOREIGN =
      "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/another/0a1b2c3d";

  private final Stage stage = Stage.own();
  private final List<URI> asked = new CopyOnWriteArrayList<>();

  @Test
  void theEndpointIsAskedForItsPageAndForItsHealth() {
    var scene = read(new Memory(stage.scene()), Map.of("Endpoint", "http://www.example.com/"));

    assertThat(asked)
        .containsExactlyInAnyOrder(
            URI.create("http://www.example.com/"), URI.create("http://www.example.com/health"));
    assertThat(scene.asked().getFirst().path()).isEqualTo("/");
  }

  @Test
  void aStackWithoutAUrlIsNotAsked() {
    assertThat(read(new Memory(stage.scene()), Map.of("Name", "shop")).asked()).isEmpty();
  }

  @Test
  void anOutputThatIsSomeUrlIsNotAskedAndALoadBalancersOwnNameIs() {
    var name = stage.id("LoadBalancer").split("/")[2];
    var own = "http://" + name + "-1234.us-east-1.elb.amazonaws.com";
    var outputs = Map.of("Docs", "https://docs.example.com", "Site", own);

    read(new Memory(stage.scene()), outputs);

    assertThat(asked).containsExactlyInAnyOrder(URI.create(own + "/"), URI.create(own + "/health"));
    asked.clear();
    assertThat(read(new Memory(stage.scene()), Map.of("Docs", "https://docs.example.com")).asked())
        .isEmpty();
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatCannotBeReadDoesNotWaitForTheRest() {
    var never = new CountDownLatch(1);
    var memory =
        new Memory(stage.scene()) {
          @Override
          public Live read(Desired desired) {
            throw new TransientFailure("DescribeInstances", new IllegalStateException("slow down"));
          }

          @Override
          public Network network(Ask ask) {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Network.EMPTY;
          }
        };

    assertThatThrownBy(() -> read(memory, Map.of())).isInstanceOf(TransientFailure.class);
  }

  @Test
  void whatIsReadIsLaidOntoTheNetworkAndWalked() {
    stage
        .keys("WebSecurityGroup", "Ingress")
        .health("WebTargetGroup", "unhealthy", "Target.Timeout");

    var diagnosis = Walk.of(read(new Memory(stage.scene()), Map.of()));

    assertThat(Stage.broken(diagnosis)).containsOnlyKeys("instance-group");
    assertThat(Stage.cause(diagnosis, "instance-group").what())
        .startsWith("drift of WebSecurityGroup: lost");
  }

  @Test
  void aForeignTargetGroupIsReadWithItsInstances() {
    stage
        .scalar("HttpListener", Listener.DEFAULT_ACTIONS, "forward to=" + FOREIGN)
        .foreign(
            FOREIGN,
            Map.of(
                TargetGroup.TARGETS,
                Property.Members.of(List.of(Item.of("i-0123456789abcdef0:5000")))))
        .foreign("i-0123456789abcdef0", Map.of("State", new Property.Scalar("stopped")));

    var diagnosis = Walk.of(read(new Memory(stage.scene()), Map.of()));

    assertThat(Stage.hop(diagnosis, "instance").evidence())
        .containsExactly("i-0123456789abcdef0 is stopped");
  }

  @Test
  void notBeingAllowedToSeeTheNetworkLeavesItsHopsUnknown() {
    var memory =
        new Memory(stage.scene()) {
          @Override
          public Network network(Ask ask) {
            throw new DeniedFailure(
                "DescribeNetworkInterfaces", new IllegalStateException("not allowed"));
          }
        };

    var diagnosis = Walk.of(read(memory, Map.of()));

    assertThat(Stage.broken(diagnosis)).isEmpty();
    assertThat(Stage.hop(diagnosis, "internet-route").state()).isEqualTo(State.UNKNOWN);
    assertThat(Stage.advice(diagnosis)).contains("not-read");
  }

  private Scene read(LiveStates live, Map<String, String> outputs) {
    var undeployed = Undeployed.snapshot(Stage.OWN, Map.of(), "us-east-1");
    var snapshot =
        new StackSnapshot(
            undeployed.stack(),
            "UPDATE_COMPLETE",
            undeployed.lastUpdated(),
            undeployed.template(),
            undeployed.parameters(),
            undeployed.resources(),
            List.of(),
            Map.of(),
            Map.of(),
            outputs);
    return new SceneReader(
            live,
            (uri, timeout) -> {
              asked.add(uri);
              return new Answer.Status(200, "", Duration.ofMillis(5));
            })
        .read(snapshot, null, drift -> Optional.empty());
  }

  /** The services, as a stage has them. */
  private static class Memory implements LiveStates {
    private final Scene scene;

    Memory(Scene scene) {
      this.scene = scene;
    }

    @Override
    public Map<String, Observed> destinations(StackRef stack, Set<String> ids) {
      return Map.of();
    }

    @Override
    public Live read(Desired desired) {
      return read(desired, desired.resources());
    }

    @Override
    public Live read(Desired desired, Collection<Resource> only) {
      var resources = new HashMap<String, Observed>();
      for (var resource : new ArrayList<>(only)) {
        var id = resource.ref().logicalId();
        resources.put(id, scene.live().resources().getOrDefault(id, new Observed.Gone()));
      }
      return new Live(desired.stack(), resources);
    }

    /** The rules of the stack's own groups are not in it, as they are read as resources. */
    @Override
    public Network network(Ask ask) {
      var n = scene.network();
      var groups = new HashMap<>(n.groups());
      groups.keySet().removeAll(ask.groups());
      return new Network(
          n.interfaces(), groups, n.subnets(), n.vpcs(), n.tables(), n.acls(), n.nats(), Map.of());
    }
  }
}
