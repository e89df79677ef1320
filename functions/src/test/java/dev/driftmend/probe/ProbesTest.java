package dev.driftmend.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.StackRef;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Many stacks are probed at once, and none keeps another from being probed. */
class ProbesTest {
  private static final StackRef SHOP = stack("shop");
  private static final StackRef BLOG = stack("blog");
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void stacksAreProbedAtOnce() {
    var both = new CountDownLatch(2);

    var probes =
        Probes.of(
            List.of(SHOP, BLOG),
            stack -> {
              both.countDown();
              await(both);
              return ProbeReport.notProbed(stack, "");
            },
            LONG);

    assertThat(probes.reports()).extracting(ProbeReport::stack).containsExactly(SHOP, BLOG);
  }

  @Test
  void aStackThatFailsIsAlertedAndKeepsNoOtherFromBeingProbed() {
    var probes =
        Probes.of(
            List.of(SHOP, BLOG),
            stack -> {
              if (stack.equals(SHOP)) {
                throw new IllegalStateException("throttled");
              }
              return ProbeReport.notProbed(stack, "");
            },
            LONG);

    assertThat(probes.reports()).extracting(ProbeReport::stack).containsExactly(BLOG);
    assertThat(probes.failures()).singleElement().extracting("message").isEqualTo("throttled");
  }

  @Test
  void whatIsNotDoneInTimeIsNamedAndGivenUp() {
    var never = new CountDownLatch(1);

    var probes =
        Probes.of(
            List.of(SHOP),
            stack -> {
              await(never);
              return ProbeReport.notProbed(stack, "");
            },
            Duration.ofMillis(1));

    assertThat(probes.reports()).isEmpty();
    assertThat(probes.failures())
        .singleElement()
        .extracting("message")
        .isEqualTo("no time was left to probe shop");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static StackRef stack(String name) {
    return new StackRef(
        "arn:aws:cloudformation:eu-west-1:111122223333:stack/" + name + "/5f6a3c30-1111");
  }
}
