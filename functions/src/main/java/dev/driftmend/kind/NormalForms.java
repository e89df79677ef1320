package dev.driftmend.kind;

import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From resolved template values to normal form. */
public final class NormalForms {
  private NormalForms() {}

  /**
   * The declared scalars of these names, each under its own name; what is not declared is not
   * compared.
   */
  public static void scalars(Map<String, Property> into, Value.Fields from, List<String> names) {
    for (var name : names) {
      from.get(name).ifPresent(v -> into.put(name, scalar(v)));
    }
  }

  public static Property scalar(Value value) {
    return switch (value) {
      case Value.Scalar s -> new Property.Scalar(s.text());
      case Value.Unknown u -> new Property.Unknown(u.why(), u.origin());
      case Value.Items i -> new Property.Unknown("a list where one value is expected");
      case Value.Fields f -> new Property.Unknown("an object where one value is expected");
    };
  }

  /** Booleans as the services write them, however the template does. */
  public static Property lowerCaseIfBoolean(Property property) {
    return property instanceof Property.Scalar s
            && (s.value().equalsIgnoreCase("true") || s.value().equalsIgnoreCase("false"))
        ? new Property.Scalar(s.value().toLowerCase(Locale.ROOT))
        : property;
  }

  /** A block of addresses as EC2 writes it. */
  public static Property block(Value value) {
    if (!(scalar(value) instanceof Property.Scalar s)) {
      return scalar(value);
    }
    try {
      return new Property.Scalar(Cidr.parse(s.value()).text());
    } catch (IllegalArgumentException e) {
      return new Property.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /** The name of a call's argument that sets this property. */
  public static String argument(String property) {
    return Character.toLowerCase(property.charAt(0)) + property.substring(1);
  }

  /**
   * A list of texts as members; a single value counts as a list of one, as CloudFormation takes it.
   */
  public static Property.Members members(Value value) {
    return members(value, "*");
  }

  /**
   * @param form of a member that is not known, see {@link OpenMember}
   */
  public static Property.Members members(Value value, String form) {
    if (value instanceof Value.Unknown whole) {
      return new Property.Members(
          List.of(), Set.of(), Map.of(), null, List.of(OpenMember.list(form, whole.why())));
    }
    var items = new ArrayList<Item>();
    var open = new ArrayList<OpenMember>();
    for (var each : list(value)) {
      switch (each) {
        case Value.Scalar s -> items.add(Item.of(s.text()));
        case Value.Unknown u -> open.add(OpenMember.one(form, u.why()));
        case Value.Items i -> {
          var unknown = unknown(i);
          open.add(OpenMember.list(form, unknown == null ? "a list inside a list" : unknown));
        }
        case Value.Fields f -> open.add(OpenMember.one(form, "an object where text is expected"));
      }
    }
    return new Property.Members(items, Set.of(), Map.of(), null, open);
  }

  public static List<Value> list(Value value) {
    return value instanceof Value.Items i ? i.values() : List.of(value);
  }

  public static List<Value> list(Declared declared, String name) {
    return declared.property(name).map(NormalForms::list).orElse(List.of());
  }

  public static @Nullable String text(Value.Fields fields, String name) {
    return fields.get(name).orElse(null) instanceof Value.Scalar s ? s.text() : null;
  }

  public static @Nullable String text(Declared declared, String name) {
    return text(declared.properties(), name);
  }

  public static boolean isTrue(@Nullable String text) {
    return "true".equalsIgnoreCase(text);
  }

  /**
   * The reason why the first unresolved thing in this value is unknown; null if all of it is known.
   */
  public static @Nullable String unknown(Value value) {
    return switch (value) {
      case Value.Scalar s -> null;
      case Value.Unknown u -> u.why();
      case Value.Items i -> firstUnknown(i.values());
      case Value.Fields f -> firstUnknown(f.values().values());
    };
  }

  private static @Nullable String firstUnknown(Iterable<Value> values) {
    for (var value : values) {
      var why = unknown(value);
      if (why != null) {
        return why;
      }
    }
    return null;
  }
}
