package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Read;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * In which zones subnets of the template are: by name, or at least whether two are in the same one.
 */
public final class SubnetZones {
  private static final Set<String> IN_ZONE = Set.of("AvailabilityZone", "AvailabilityZoneId");

  /** What is none stands for one that somebody has to fill in. */
  private static final Pattern ID = Pattern.compile("subnet-[0-9a-f]{8}(?:[0-9a-f]{9})?");

  private final Path path;

  public SubnetZones(Path path) {
    this.path = path;
  }

  /** Null if the template does not tell. */
  private @Nullable Value of(String subnet) {
    return path.declared(subnet)
        .flatMap(
            d -> IN_ZONE.stream().sorted().flatMap(name -> d.property(name).stream()).findFirst())
        .orElse(null);
  }

  /** Whether the load balancer surely has all its subnets in one zone. */
  public boolean isOne() {
    var doors = List.copyOf(path.doors());
    if (doors.stream().anyMatch(d -> !ID.matcher(d).matches())) {
      return false;
    }
    if (doors.size() == 1) {
      return true;
    }
    return !doors.isEmpty() && doors.stream().allMatch(d -> isSame(of(doors.getFirst()), of(d)));
  }

  private static boolean isSame(@Nullable Value one, @Nullable Value other) {
    if (one instanceof Value.Scalar a && other instanceof Value.Scalar b) {
      return a.text().equals(b.text());
    }
    return one instanceof Value.Unknown a && other instanceof Value.Unknown b && a.isSame(b);
  }

  /**
   * The zone of a target in which the load balancer surely has no subnet; null if there is none.
   */
  public @Nullable String apart(PathTarget target) {
    if (target.subnet() == null
        || path.doors().isEmpty()
        || Read.openBecause(path.balancerState(), "Subnets") != null
        || !(of(target.subnet()) instanceof Value.Scalar own)) {
      return null;
    }
    var zones = new ArrayList<String>();
    for (var door : path.doors()) {
      if (!(of(door) instanceof Value.Scalar zone)) {
        return null;
      }
      zones.add(zone.text());
    }
    return zones.contains(own.text())
        ? null
        : own.text()
            + ", and the load balancer in "
            + String.join(" and ", zones.stream().distinct().sorted().toList());
  }
}
