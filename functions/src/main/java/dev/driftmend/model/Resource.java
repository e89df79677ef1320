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
 * @param defaults what AWS documents for properties that the template does not declare; they are
 *     not compared, but one that has become another is listed
 */
public record Resource(
    ResourceRef ref,
    Map<String, Property> properties,
    boolean partial,
    Map<String, String> defaults) {
  public Resource {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
  }

  public Resource(ResourceRef ref, Map<String, Property> properties, boolean partial) {
    this(ref, properties, partial, Map.of());
  }

  /** Of a resource that is the stack's own. */
  public Resource(ResourceRef ref, Map<String, Property> properties) {
    this(ref, properties, false);
  }
}
