package dev.driftmend.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A guarded resource in normal form, as the template wants it: only the properties that are
 * compared.
 *
 * @param partial whether it is another stack's, of which this one declares some members: then what
 *     live has besides is the other stack's
 */
public record Resource(ResourceRef ref, Map<String, Property> properties, boolean partial) {
  public Resource {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }

  /** Of a resource that is the stack's own. */
  public Resource(ResourceRef ref, Map<String, Property> properties) {
    this(ref, properties, false);
  }
}
