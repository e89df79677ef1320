package dev.driftmend.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A guarded resource in normal form, as the template wants it: only the properties that are
 * compared.
 */
public record Resource(ResourceRef ref, Map<String, Property> properties) {
  public Resource {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }
}
