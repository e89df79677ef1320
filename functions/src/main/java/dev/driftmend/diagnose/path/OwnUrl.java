package dev.driftmend.diagnose.path;

import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackSnapshot;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The URL by which a stack's clients ask. */
public final class OwnUrl {
  private OwnUrl() {}

  /**
   * What the output {@code Endpoint} says, else an output whose host is a load balancer's own name.
   * No other one is asked: it may be anything, of anybody.
   */
  public static @Nullable URI of(StackSnapshot snapshot) {
    var outputs = snapshot.outputs();
    var balancers =
        snapshot.resources().stream()
            .filter(r -> r.type().equals(LoadBalancer.TYPE))
            .map(ResourceRef::physicalId)
            .toList();
    return Optional.ofNullable(outputs.get("Endpoint"))
        .filter(OwnUrl::isUrl)
        .or(
            () ->
                outputs.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(Map.Entry::getValue)
                    .filter(OwnUrl::isUrl)
                    .filter(u -> balancers.stream().anyMatch(b -> isOf(b, URI.create(u))))
                    .findFirst())
        .map(URI::create)
        .orElse(null);
  }

  private static boolean isOf(String balancer, URI url) {
    var host = url.getHost();
    return host != null && PathFinder.isNameOf(balancer, host.toLowerCase(Locale.ROOT));
  }

  private static boolean isUrl(String text) {
    return text.matches("https?://[^\\s{}|\\\\^`<>\"]+");
  }
}
