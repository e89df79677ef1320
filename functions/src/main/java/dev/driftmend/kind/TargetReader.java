package dev.driftmend.kind;

import dev.driftmend.model.Declared;
import dev.driftmend.model.Item;
import dev.driftmend.model.Property;
import dev.driftmend.model.Value;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;

/** What a template says of a target group's targets, and of the answer that tells their health. */
final class TargetReader {
  private TargetReader() {}

  static Property matcher(Value value) {
    if (value instanceof Value.Fields f) {
      return f.get("HttpCode")
          .or(() -> f.get("GrpcCode"))
          .map(Properties::scalar)
          .orElse(new Property.Unknown("a matcher without a code"));
    }
    return Properties.scalar(value);
  }

  static Property targets(Declared self) {
    var items = new ArrayList<Item>();
    var function = "lambda".equals(Properties.text(self, "TargetType"));
    String unsure = null;
    for (var each : Properties.list(self, TargetGroup.TARGETS)) {
      var unknown = Properties.unknown(each);
      var port =
          each instanceof Value.Fields f && f.get("Port").isPresent()
              ? Properties.text(f, "Port")
              : Properties.text(self, "Port");
      if (unknown != null) {
        unsure = unknown;
      } else if (each instanceof Value.Fields f && function) {
        items.add(Item.of(String.valueOf(Properties.text(f, "Id"))));
      } else if (each instanceof Value.Fields f && port != null) {
        items.add(Item.of(Properties.text(f, "Id") + ":" + port));
      } else {
        unsure = "a target without a port that is known";
      }
    }
    return new Property.Members(items, Set.of(), Map.of(), unsure);
  }
}
