package dev.driftmend.model.drift;

import java.util.Locale;

/** How soon a person should look; the most severe first. */
public enum Severity {
  CRITICAL,
  HIGH,
  MEDIUM,
  LOW;

  public static Severity of(Exposure exposure) {
    return switch (exposure) {
      case REACHABLE, OUTAGE -> CRITICAL;
      case LATENT -> HIGH;
      case DEGRADED -> MEDIUM;
      case NONE -> LOW;
    };
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
