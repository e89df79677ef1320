package dev.driftmend.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Adoption;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Consents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every ledger keeps to of what may be repaired, what is held and what was accepted. */
abstract class ConsentsContract {
  static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123Z");
  static final StackRef SHOP = stack("shop");
  static final StackRef BLOG = stack("blog");

  protected abstract Consents consents();

  private static StackRef stack(String name) {
    return new StackRef(
        "arn:aws:cloudformation:eu-west-1:111122223333:stack/"
            + name
            + "/5f6a3c30-1111-11ee-9a3b-0a1b2c3d4e5f");
  }

  @Test
  void aStackIsAdoptedOnce() {
    assertThat(consents().adoption(SHOP)).isEmpty();
    var first = new Adoption(NOW, Adoption.EMPTY_PLAN);
    consents().adopt(SHOP, first);
    consents().adopt(SHOP, new Adoption(NOW.plusSeconds(60), "ann"));

    assertThat(consents().adoption(SHOP)).hasValue(first);
    assertThat(consents().adoption(BLOG)).isEmpty();
  }

  @Test
  void anAcceptanceIsForItsPlanAndItsStackOnceAndForADay() {
    var acceptance = new Acceptance("p1", "ann", NOW);
    consents().accept(SHOP, acceptance);
    assertThat(consents().acceptance(SHOP, "p1", NOW.plusSeconds(1))).hasValue(acceptance);
    assertThat(consents().acceptance(SHOP, "p2", NOW)).isEmpty();
    assertThat(consents().acceptance(BLOG, "p1", NOW)).isEmpty();
    var dayAfter = NOW.plus(Duration.ofDays(1));
    assertThat(consents().acceptance(SHOP, "p1", dayAfter)).isEmpty();
    assertThat(consents().use(SHOP, acceptance, dayAfter)).isFalse();

    assertThat(consents().use(SHOP, acceptance, NOW.plusSeconds(2))).isTrue();
    assertThat(consents().use(SHOP, acceptance, NOW.plusSeconds(2))).isFalse();
    assertThat(consents().acceptance(SHOP, "p1", NOW.plusSeconds(3))).isEmpty();

    var again = new Acceptance("p1", "zoe", NOW.plusSeconds(4));
    consents().accept(SHOP, again);
    assertThat(consents().acceptance(SHOP, "p1", NOW.plusSeconds(5))).hasValue(again);
  }

  @Test
  void ofAStackThatLeftTheGuardNothingIsKept() {
    for (var stack : List.of(SHOP, BLOG)) {
      consents().adopt(stack, new Adoption(NOW, "ann"));
      consents().accept(stack, new Acceptance("p1", "ann", NOW));
      consents().hold(stack, new Hold("f1", Hold.Sort.FIGHT, "why", NOW));
    }
    consents().forgetConsents(SHOP);

    assertThat(consents().adoption(SHOP)).isEmpty();
    assertThat(consents().acceptance(SHOP, "p1", NOW)).isEmpty();
    assertThat(consents().holds(SHOP)).isEmpty();
    assertThat(consents().adoption(BLOG)).isPresent();
    assertThat(consents().acceptance(BLOG, "p1", NOW)).isPresent();
    assertThat(consents().holds(BLOG)).hasSize(1);
  }

  @Test
  void aHeldDriftIsHeldForItsStackUntilItIsReleased() {
    var hold = new Hold("f1", Hold.Sort.UNDONE, "its repair cut the path", NOW);
    consents().hold(SHOP, hold);
    assertThat(consents().holds(SHOP)).containsExactly(hold);
    assertThat(consents().holds(BLOG)).isEmpty();

    consents().release(SHOP, "f2");
    consents().release(BLOG, "f1");
    assertThat(consents().holds(SHOP)).containsExactly(hold);

    consents().release(SHOP, "f1");
    assertThat(consents().holds(SHOP)).isEmpty();
  }

  @Test
  void aDriftThatIsHeldAgainIsHeldSinceItsFirstTime() {
    var first = new Hold("f1", Hold.Sort.FIGHT, "repaired 3 times", NOW);
    consents().hold(SHOP, first);
    var later = NOW.plusSeconds(60);
    consents().hold(SHOP, new Hold("f1", Hold.Sort.FIGHT, "repaired 4 times", later, later, "a"));

    assertThat(consents().holds(SHOP))
        .containsExactly(new Hold("f1", Hold.Sort.FIGHT, "repaired 4 times", NOW, later, "a"));

    consents().hold(SHOP, first);
    assertThat(consents().holds(SHOP)).containsExactly(first);

    consents().hold(SHOP, new Hold("f1", Hold.Sort.UNDONE, "its repair cut the path", later));
    assertThat(consents().holds(SHOP)).extracting(Hold::since).containsExactly(later);
  }
}
