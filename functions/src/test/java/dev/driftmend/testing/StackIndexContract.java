package dev.driftmend.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.watch.WideLook;
import dev.driftmend.port.StackIndex;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link StackIndex} keeps to. */
public abstract class StackIndexContract {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final StackRef SHOP = stack("shop");
  private static final StackRef BLOG = stack("blog");

  private final StackIndex index = index();

  /** An empty one. */
  protected abstract StackIndex index();

  @Test
  void theFirstIdThatIsIndexedDecides() {
    index.index(SHOP, NOW, List.of("sg-1", "vpc-1"));
    index.index(BLOG, NOW, List.of("sg-2", "vpc-1"));
    assertThat(index.stacksOf(List.of("sgr-9", "sg-2", "vpc-1"))).containsExactly(BLOG);
    assertThat(index.stacksOf(List.of("vpc-1"))).containsExactlyInAnyOrder(SHOP, BLOG);
    assertThat(index.stacksOf(List.of("sgr-9"))).isEmpty();
    assertThat(index.stacksOf(List.of())).isEmpty();
  }

  @Test
  void indexingAgainReplacesWhatWasThere() {
    index.index(SHOP, NOW, List.of("sg-1", "sg-2"));
    index.index(SHOP, NOW.plusSeconds(60), List.of("sg-2", "sg-3"));
    assertThat(index.stacksOf(List.of("sg-1"))).isEmpty();
    assertThat(index.stacksOf(List.of("sg-2"))).containsExactly(SHOP);
    assertThat(index.stacksOf(List.of("sg-3"))).containsExactly(SHOP);
    assertThat(index.indexed()).containsExactly(new StackIndex.Indexed(SHOP, NOW.plusSeconds(60)));
    assertThat(index.indexed(SHOP)).isPresent();
    assertThat(index.indexed(BLOG)).isEmpty();
  }

  @Test
  void aStackOfTheLargestSizeIsIndexedAsAWholeAndShrinksAgain() {
    var many =
        IntStream.range(0, 500)
            .mapToObj(
                i ->
                    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/"
                        + "x".repeat(400)
                        + i)
            .toList();
    index.index(SHOP, NOW, many);
    assertThat(index.stacksOf(List.of(many.getLast()))).containsExactly(SHOP);
    index.index(SHOP, NOW, List.of("sg-1"));
    assertThat(index.stacksOf(List.of(many.getLast()))).isEmpty();
    assertThat(index.stacksOf(List.of(many.getFirst(), "sg-1"))).containsExactly(SHOP);
  }

  @Test
  void aStackThatIsForgottenLeavesNothingBehind() {
    index.index(SHOP, NOW, List.of("sg-1"));
    index.index(BLOG, NOW, List.of("sg-1"));
    index.forget(SHOP);
    assertThat(index.stacksOf(List.of("sg-1"))).containsExactly(BLOG);
    assertThat(index.indexed()).extracting(StackIndex.Indexed::stack).containsExactly(BLOG);
  }

  @Test
  void ofTwoThatBeginAWideLookAfterTheSameLastOneOneDoes() {
    var first = new WideLook("e-1", NOW, NOW.plusSeconds(12));
    var second = new WideLook("e-2", NOW.plusSeconds(1), NOW.plusSeconds(24));
    assertThat(index.lastWideLook()).isEmpty();
    assertThat(index.beginWideLook(first, Optional.empty())).isTrue();
    assertThat(index.beginWideLook(second, Optional.empty())).isFalse();
    assertThat(index.lastWideLook()).contains(first);
    assertThat(index.beginWideLook(second, Optional.of(first))).isTrue();
    assertThat(index.beginWideLook(first, Optional.of(first))).isFalse();
    assertThat(index.lastWideLook()).contains(second);
  }

  private static StackRef stack(String name) {
    return new StackRef(
        "arn:aws:cloudformation:eu-west-1:111122223333:stack/"
            + name
            + "/5f6a3c30-1111-11ee-9a3b-0a1b2c3d4e5f");
  }
}
