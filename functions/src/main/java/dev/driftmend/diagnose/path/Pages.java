package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Read;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.text.UnreadableTemplate;
import java.util.LinkedHashSet;
import java.util.List;

/** What a client asks for to know whether a stack answers. Pure. */
public final class Pages {
  private static final String FRONT = "/";

  private Pages() {}

  /** Of a deployed stack; only the front page if its template cannot be understood. */
  public static List<String> of(StackSnapshot snapshot) {
    try {
      return of(Desireds.of(Resolver.resolve(snapshot)));
    } catch (UnreadableTemplate e) {
      return List.of(FRONT);
    }
  }

  /** The front page, and what the load balancer asks for. */
  public static List<String> of(Desired desired) {
    var pages = new LinkedHashSet<String>(List.of(FRONT));
    desired.resources().stream()
        .filter(r -> r.ref().type().equals(TargetGroup.TYPE))
        .map(r -> Read.text(r.properties(), "HealthCheckPath"))
        .filter(p -> p != null && p.matches("/[^\\s{}|\\\\^`<>\"]*"))
        .forEach(pages::add);
    return List.copyOf(pages);
  }
}
