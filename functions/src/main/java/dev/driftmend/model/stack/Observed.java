package dev.driftmend.model.stack;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What looking at one resource gave. "Could not look" is never "in sync". */
public sealed interface Observed {

  record Found(Map<String, Property> properties) implements Observed {
    public Found {
      properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }
  }

  /** The service says that there is no such resource. */
  record Gone() implements Observed {}

  record Unreadable(String why) implements Observed {}
}
