package dev.driftmend.model.stack;

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
 * @param parts where a property is a resource of its own in the template, an association say, the
 *     physical id that CloudFormation knows of it, by the property
 */
public record Resource(
    ResourceRef ref,
    Map<String, Property> properties,
    boolean partial,
    Map<String, String> defaults,
    Map<String, String> parts) {
  public Resource {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
    parts = Map.copyOf(parts);
  }

  public Resource(
      ResourceRef ref,
      Map<String, Property> properties,
      boolean partial,
      Map<String, String> defaults) {
    this(ref, properties, partial, defaults, Map.of());
  }

  public Resource(ResourceRef ref, Map<String, Property> properties, boolean partial) {
    this(ref, properties, partial, Map.of());
  }

  /** Of a resource that is the stack's own. */
  public Resource(ResourceRef ref, Map<String, Property> properties) {
    this(ref, properties, false);
  }
}
