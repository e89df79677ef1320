package dev.driftmend.model.stack;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What looking at one resource gave. "Could not look" is never "in sync". */
public sealed interface Observed {

  /**
   * @param name its Name tag, where that was read; it is not compared
   */
  record Found(Map<String, Property> properties, @Nullable String name) implements Observed {
    public Found {
      properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /** Without a name. */
    public Found(Map<String, Property> properties) {
      this(properties, null);
    }
  }

  /** The service says that there is no such resource. */
  record Gone() implements Observed {}

  record Unreadable(String why) implements Observed {}

  /** The value of a property; empty text if it is not known. */
  static String text(@Nullable Observed live, String property) {
    return live instanceof Found found
            && found.properties().get(property) instanceof Property.Scalar scalar
        ? scalar.value()
        : "";
  }

  /** The members of a property; none if they are not known. */
  static List<Item> items(@Nullable Observed live, String property) {
    return live instanceof Found found
        ? Property.items(found.properties().get(property))
        : List.of();
  }
}
