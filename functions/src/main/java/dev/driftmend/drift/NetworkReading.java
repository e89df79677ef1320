package dev.driftmend.drift;

import dev.driftmend.model.stack.ResourceNames.Name;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What could be read of the network.
 *
 * @param simulation null if no drift asks for the network, or it could not be read
 * @param failure why it could not be read; null if it could, or no drift asks for it
 * @param names what people call what was read, by id
 */
public record NetworkReading(
    @Nullable NetworkSimulation simulation, @Nullable String failure, Map<String, Name> names) {
  public static final NetworkReading NOT_NEEDED = new NetworkReading(null, null, Map.of());

  public static NetworkReading of(NetworkSimulation simulation) {
    return of(simulation, Map.of());
  }

  public static NetworkReading of(NetworkSimulation simulation, Map<String, Name> names) {
    return new NetworkReading(simulation, null, names);
  }

  public static NetworkReading failed(String why) {
    return new NetworkReading(null, why, Map.of());
  }
}
