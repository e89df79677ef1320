package dev.driftmend.port;

import dev.driftmend.model.network.Served;
import java.util.List;

/** What the load balancers say of their targets. */
public interface TargetHealths {

  /** Of every target registered in this group; empty if none is. */
  List<Health> of(String targetGroupArn);

  /**
   * @param state {@code initial}, {@code healthy}, {@code unhealthy}, {@code unused}, {@code
   *     draining}, {@code unavailable}
   * @param reason e.g. {@code Target.Timeout}; empty if healthy
   */
  record Health(String target, int port, String state, String reason, String description) {
    public Served.Target seen() {
      return new Served.Target(port == 0 ? target : target + ":" + port, state, reason);
    }
  }
}
