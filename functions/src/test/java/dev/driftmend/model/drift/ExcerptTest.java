package dev.driftmend.model.drift;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExcerptTest {
  private static final String LONG = "x".repeat(200);

  @Test
  void aShortTextIsWhole() {
    assertThat(Excerpt.of("forward to=a", "forward to=b")).isEqualTo("forward to=a");
  }

  @Test
  void aLongTextIsCutDownToWhatDiffers() {
    assertThat(Excerpt.of(LONG + "allow" + LONG, LONG + "deny" + LONG))
        .isEqualTo("…" + "x".repeat(30) + "allow" + "x".repeat(30) + "…");
  }

  @Test
  void whereSomethingIsMissingOnlyTheSurroundingsAreLeft() {
    assertThat(Excerpt.of(LONG + LONG, LONG + "deny" + LONG)).isEqualTo("…" + "x".repeat(60) + "…");
  }

  @Test
  void aLongDifferenceIsCut() {
    assertThat(Excerpt.of(LONG, "")).isEqualTo("x".repeat(160) + "…");
    assertThat(Excerpt.of("", LONG)).isEmpty();
  }

  @Test
  void twoWholesThatOverlapAreNotCountedTwice() {
    assertThat(Excerpt.of(LONG, LONG + LONG)).hasSizeLessThanOrEqualTo(62);
  }
}
