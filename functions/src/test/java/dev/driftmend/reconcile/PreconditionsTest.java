package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.Listener;
import dev.driftmend.kind.ListenerRule;
import dev.driftmend.kind.TargetGroup;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Item;
import dev.driftmend.model.Live;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.StackRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a listener that was sent elsewhere is sent back. */
class PreconditionsTest {
  private static final StackRef STACK =
      new StackRef("arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/5f6a3c30-1111");
  private static final String ARN = "arn:tg/web";
  private static final Resource LISTENER =
      new Resource(
          new ResourceRef("Http", Listener.TYPE, "arn:listener/http"),
          Map.of(Listener.DEFAULT_ACTIONS, new Property.Scalar("forward to=" + ARN)));
  private static final Resource GROUP =
      new Resource(new ResourceRef("Web", TargetGroup.TYPE, ARN), Map.of());
  private static final Desired DESIRED =
      new Desired(
          STACK, Instant.parse("2026-11-01T03:00:00Z"), List.of(LISTENER, GROUP), List.of());

  @Test
  void aListenerIsSentBackWhereATargetIsHealthyOrItsHealthIsNotKnown() {
    assertThat(unmet("healthy", "unhealthy")).isEmpty();
    assertThat(unmet("unused")).isEmpty();
    assertThat(unmet("initial")).isEmpty();
    assertThat(unmet()).isEmpty();
  }

  @Test
  void aListenerIsNotSentBackWhereEveryTargetIsUnhealthy() {
    assertThat(unmet("unhealthy", "unhealthy")).get().asString().contains(ARN);
  }

  @Test
  void anotherPropertyOfTheListenerNeedsNoTarget() {
    assertThat(Preconditions.unmet(DESIRED, LISTENER, live("unhealthy"), List.of(changed("Port"))))
        .isEmpty();
  }

  @Test
  void aRuleOfAListenerIsNotSentBackThereEither() {
    var rule =
        new Resource(
            new ResourceRef("Api", ListenerRule.TYPE, "arn:listener-rule/api"),
            Map.of(ListenerRule.ACTIONS, new Property.Scalar("forward to=" + ARN)));
    var drifts = List.of(changed(ListenerRule.ACTIONS));

    assertThat(Preconditions.unmet(DESIRED, rule, live("unhealthy"), drifts)).isPresent();
    assertThat(Preconditions.unmet(DESIRED, rule, live("healthy"), drifts)).isEmpty();
  }

  private static Optional<String> unmet(String... states) {
    var drifts = List.of(changed(Listener.DEFAULT_ACTIONS));
    return Preconditions.unmet(DESIRED, LISTENER, live(states), drifts);
  }

  private static Drift changed(String property) {
    return new Drift.Changed(LISTENER.ref(), property, null, null, "a", "b", null);
  }

  private static Live live(String... states) {
    var items = new ArrayList<Item>();
    for (var state : states) {
      items.add(Item.of("i-" + items.size() + ":5000", Map.of("state", state)));
    }
    return new Live(
        STACK,
        Map.of(
            "Web",
            new Observed.Found(Map.of(TargetGroup.TARGET_HEALTH, Property.Members.of(items)))));
  }
}
