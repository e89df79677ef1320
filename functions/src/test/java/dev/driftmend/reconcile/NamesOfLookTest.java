package dev.driftmend.reconcile;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.drift.NetworkReading;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.ResourceNames.Source;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.render.text.AlertText;
import dev.driftmend.render.text.PlanText;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamesOfLookTest {
  private static final String GREEN =
      "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-green/73e2d6bc24d8a067";

  private final Guard guard = new Guard();

  @Test
  void aListenerSentElsewhereIsAlertedByTheNamesOfBothGroups() {
    guard.world.the("Http").set(Listener.DEFAULT_ACTIONS, "forward to=" + GREEN);

    guard.run();

    var alert = guard.only();
    assertThat(alert.incident().title())
        .isEqualTo(
            "Http: DefaultActions is \"forward to=web-green\", the template says"
                + " \"forward to=Targets\"");
    assertThat(AlertText.subject(alert)).doesNotContain("arn:");
    assertThat(AlertText.body(alert))
        .contains("  DefaultActions is \"forward to=web-green\"")
        .contains("\n  web-green (" + GREEN + ", not of this stack)\n")
        .contains("\n  Targets (" + Deployed.id("Targets", TargetGroup.TYPE) + ")\n");
  }

  @Test
  void aLostRuleIsAlertedByTheNameOfTheOtherGroupFromItsOpeningToItsEnd() {
    guard.world.the("WebGroup").remove(SecurityGroup.INGRESS, FROM_BALANCER);
    guard.calls.fail(
        "AuthorizeSecurityGroupIngress",
        new DeniedFailure("ec2:x", new IllegalStateException("no")));
    guard.run();
    assertThat(guard.alerted()).containsExactly("OPENED " + Guard.LOST_FROM_BALANCER);

    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, FROM_BALANCER);
    guard.run();

    assertThat(guard.alerted()).containsExactly("RESOLVED " + Guard.LOST_FROM_BALANCER);
  }

  @Test
  void whatEc2CallsAGroupThatStandsOnAnInterfaceIsSaidOfARuleThatNamesIt() {
    guard.world.names.put("sg-0stranger", new Name("open-debug", Source.SERVICE));
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, "ingress tcp 5000 from sg-0stranger");

    guard.run();

    assertThat(guard.only().incident().title())
        .endsWith("ingress tcp 5000 from sg-0stranger (open-debug)");
  }

  @Test
  void whatAnswersCallMembersAndDestinationsIsKnownByIt() {
    var live = guard.world.read(guard.world.desired());
    var names =
        NamesOfLook.of(
            guard.world.now(),
            live,
            Map.of(
                "i-0worker",
                new Observed.Found(
                    Map.of(
                        Instance.GROUPS,
                        Property.Members.of(List.of(Item.named("sg-0jump", "jump-host")))),
                    "worker-1")),
            NetworkReading.NOT_NEEDED);

    assertThat(names.byId())
        .containsEntry("i-0worker", new Name("worker-1", Source.TAG))
        .containsEntry("sg-0jump", new Name("jump-host", Source.SERVICE))
        .containsEntry(Deployed.id("Web", Instance.TYPE), new Name("Web", Source.STACK));
  }

  @Test
  void thePlanThatIsOfferedHasTheSameHashWhateverThingsAreCalled() {
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, "ingress tcp 5000 from sg-0stranger");
    var before = guard.reconciler().plan(Deployed.STACK).orElseThrow();
    guard.world.names.put("sg-0stranger", new Name("open-debug", Source.SERVICE));

    var after = guard.reconciler().plan(Deployed.STACK).orElseThrow();

    assertThat(after.hash()).isEqualTo(before.hash());
    assertThat(PlanText.write(after, false)).contains("from sg-0stranger (open-debug)");
    assertThat(PlanText.write(before, false)).doesNotContain("open-debug");
  }
}
