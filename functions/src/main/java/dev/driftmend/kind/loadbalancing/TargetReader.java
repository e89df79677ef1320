package dev.driftmend.kind.loadbalancing;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a template says of a target group's targets, and of the answer that tells their health. */
final class TargetReader {
  private TargetReader() {}

  static Property matcher(Value value) {
    if (value instanceof Value.Fields f) {
      return f.get("HttpCode")
          .or(() -> f.get("GrpcCode"))
          .map(NormalForms::scalar)
          .orElse(new Property.Unknown("a matcher without a code"));
    }
    return NormalForms.scalar(value);
  }

  /**
   * The health check that a group gets which declares none, of the protocols for which AWS
   * documents all of it.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html">Health
   *     check settings</a>
   */
  static Map<String, String> defaults(Declared self) {
    var protocol = String.valueOf(NormalForms.text(self, "Protocol"));
    var plain =
        self.property("ProtocolVersion").isEmpty()
            && (self.property("TargetType").isEmpty()
                || List.of("instance", "ip")
                    .contains(String.valueOf(NormalForms.text(self, "TargetType"))));
    if (!plain || !List.of("HTTP", "HTTPS").contains(protocol)) {
      return Map.of();
    }
    var defaults = new LinkedHashMap<String, String>();
    defaults.put("HealthCheckEnabled", "true");
    defaults.put("HealthCheckProtocol", "HTTP");
    defaults.put("HealthCheckPort", "traffic-port");
    defaults.put("HealthCheckPath", "/");
    defaults.put("HealthCheckIntervalSeconds", "30");
    defaults.put("HealthCheckTimeoutSeconds", "5");
    defaults.put("HealthyThresholdCount", "5");
    defaults.put("UnhealthyThresholdCount", "2");
    defaults.put(TargetGroup.MATCHER, "200");
    defaults.keySet().removeIf(p -> self.property(p).isPresent());
    return defaults;
  }

  static Property targets(Declared self) {
    var items = new ArrayList<Item>();
    var function = "lambda".equals(NormalForms.text(self, "TargetType"));
    var open = new ArrayList<OpenMember>();
    if (self.property(TargetGroup.TARGETS).orElse(null) instanceof Value.Unknown whole) {
      open.add(OpenMember.list("*", whole.why()));
      return new Property.Members(items, Set.of(), Map.of(), null, open);
    }
    for (var each : NormalForms.list(self, TargetGroup.TARGETS)) {
      var unknown = NormalForms.unknown(each);
      var port =
          each instanceof Value.Fields f && f.get("Port").isPresent()
              ? NormalForms.text(f, "Port")
              : each instanceof Value.Fields ? NormalForms.text(self, "Port") : null;
      if (unknown != null) {
        open.add(OpenMember.one(form(each, function, port), unknown));
      } else if (each instanceof Value.Fields f && function) {
        items.add(Item.of(String.valueOf(NormalForms.text(f, "Id"))));
      } else if (each instanceof Value.Fields f && port != null) {
        items.add(Item.of(NormalForms.text(f, "Id") + ":" + port));
      } else {
        open.add(
            OpenMember.one(form(each, function, null), "a target without a port that is known"));
      }
    }
    return new Property.Members(items, Set.of(), Map.of(), null, open);
  }

  private static String form(Value target, boolean function, @Nullable String port) {
    var id = target instanceof Value.Fields f ? NormalForms.text(f, "Id") : null;
    var known = id == null ? "*" : id;
    return function ? known : known + ":" + (port == null ? "*" : port);
  }
}
