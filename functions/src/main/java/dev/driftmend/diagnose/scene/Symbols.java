package dev.driftmend.diagnose.scene;

import dev.driftmend.model.drift.Fingerprint;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Security groups that a template names without anybody knowing which: a symbol stands for each,
 * the same one wherever the template has the same expression. So a rule from the load balancer's
 * group is seen to be one, although that group is a parameter without a value.
 */
public final class Symbols {
  private static final String PREFIX = "sg-as-";

  /** Properties that hold a group, or some. */
  static final Set<String> GROUPS =
      Set.of(
          "SecurityGroups",
          "SecurityGroupIds",
          "GroupSet",
          "Groups",
          "SourceSecurityGroupId",
          "DestinationSecurityGroupId");

  private final Map<String, String> names = new HashMap<>();
  private final DeclaredStack stack;

  private Symbols(DeclaredStack stack) {
    this.stack =
        new DeclaredStack(
            stack.stack(),
            stack.asOf(),
            stack.resources().stream()
                .map(r -> new Declared(r.ref(), fields(r.properties())))
                .toList(),
            stack.undecided(),
            stack.mentions(),
            stack.leftOut());
  }

  public static Symbols of(DeclaredStack stack) {
    return new Symbols(stack);
  }

  /** The same stack with symbols in it. */
  public DeclaredStack stack() {
    return stack;
  }

  /** What each symbol is called. */
  public Map<String, String> names() {
    return Map.copyOf(names);
  }

  public static boolean is(String group) {
    return group.startsWith(PREFIX);
  }

  private Value.Fields fields(Value.Fields fields) {
    var values = new LinkedHashMap<String, Value>();
    fields
        .values()
        .forEach(
            (name, value) -> values.put(name, GROUPS.contains(name) ? named(value) : in(value)));
    return new Value.Fields(values);
  }

  private Value in(Value value) {
    return switch (value) {
      case Value.Scalar s -> s;
      case Value.Unknown u -> u;
      case Value.Items i -> new Value.Items(i.values().stream().map(this::in).toList());
      case Value.Fields f -> fields(f);
    };
  }

  private Value named(Value value) {
    return switch (value) {
      case Value.Scalar s -> s;
      case Value.Unknown u -> symbol(u);
      case Value.Items i -> new Value.Items(i.values().stream().map(this::named).toList());
      case Value.Fields f -> fields(f);
    };
  }

  private Value symbol(Value.Unknown unknown) {
    var origin = unknown.origin();
    if (origin == null) {
      return unknown;
    }
    var id = PREFIX + Fingerprint.of("symbol", origin);
    names.put(id, "the security group of " + plain(origin));
    return new Value.Scalar(id);
  }

  /** E.g. the parameter's name alone. */
  private static String plain(String origin) {
    for (var function : List.of("Ref ", "Fn::GetAtt ", "Fn::ImportValue ")) {
      if (origin.startsWith(function)) {
        return origin.substring(function.length());
      }
    }
    return origin;
  }
}
