package dev.driftmend.template;

import dev.driftmend.model.stack.Value;
import dev.driftmend.template.function.DynamicReferences;
import dev.driftmend.template.function.Evaluator;
import dev.driftmend.template.text.Node;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The declared properties of the resources, each resolved once, when it is first asked for. */
public final class DeclaredProperties {
  private final Map<String, Template.Entry> resources;
  private final DynamicReferences dynamic;
  private final Map<String, Map<String, Optional<Value>>> resolved = new HashMap<>();

  public DeclaredProperties(Map<String, Template.Entry> resources, DynamicReferences dynamic) {
    this.resources = resources;
    this.dynamic = dynamic;
  }

  Value.Fields all(String logicalId, Evaluator evaluator) {
    var values = new LinkedHashMap<String, Value>();
    declared(logicalId)
        .forEach(
            (name, node) -> {
              if (name.startsWith("Fn::")) {
                values.put(Value.Fields.REST, Evaluator.leftOver(name, node));
                return;
              }
              var value = one(logicalId, name, evaluator);
              if (value != null) {
                values.put(name, value);
              }
            });
    return new Value.Fields(values);
  }

  /** Null if the property is not declared, or declared as {@code AWS::NoValue}. */
  public @Nullable Value one(String logicalId, String name, Evaluator evaluator) {
    var node = declared(logicalId).get(name);
    if (node == null) {
      return null;
    }
    var known = resolved.computeIfAbsent(logicalId, _ -> new HashMap<>());
    var value = known.get(name);
    if (value == null) {
      known.put(name, Optional.of(new Value.Unknown(logicalId + "." + name + " refers to itself")));
      value = Optional.ofNullable(evaluator.value(node)).map(dynamic::resolve);
      known.put(name, value);
    }
    return value.orElse(null);
  }

  private Map<String, Node> declared(String logicalId) {
    var entry = resources.get(logicalId);
    return entry == null ? Map.of() : entry.properties();
  }
}
