package dev.driftmend.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentsTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 ms",
    "PT0.34S, 340 ms",
    "PT3.49S, 3.4 s",
    "PT59.999S, 59.9 s",
    "PT1M, 1 min",
    "PT4M10S, 4 min 10 s",
    "PT3H5M59S, 3 h 5 min",
    "PT24H, 1 d",
    "PT52H, 2 d 4 h"
  })
  void aDurationHasTheDigitsThatAPersonUses(Duration duration, String text) {
    assertThat(Moments.text(duration)).isEqualTo(text);
  }
}
