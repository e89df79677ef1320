package dev.driftmend.drift;

import org.jspecify.annotations.Nullable;

/**
 * What could be read of the network.
 *
 * @param simulation null if no drift asks for the network, or it could not be read
 * @param failure why it could not be read; null if it could, or no drift asks for it
 */
public record NetworkReading(@Nullable NetworkSimulation simulation, @Nullable String failure) {
  public static final NetworkReading NOT_NEEDED = new NetworkReading(null, null);

  public static NetworkReading of(NetworkSimulation simulation) {
    return new NetworkReading(simulation, null);
  }

  public static NetworkReading failed(String why) {
    return new NetworkReading(null, why);
  }
}
