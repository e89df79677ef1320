package dev.driftmend.kind.any;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison needs of a type's resource schema. Paths have no leading slash, {@code *} for
 * every element of a list: {@code Rules/&#42;/Name}.
 *
 * @param identifier the parts of Cloud Control's identifier, in its order
 * @param transforms what the service makes of the declared value at a path, by a code of {@code
 *     functions/schemas/distil.py}
 * @param maps objects whose keys are the user's own
 * @param tags the property that has the tags; null if there is none
 * @param readable whether Cloud Control can read it
 * @param updatable whether Cloud Control can update it
 * @param permissions the IAM actions that reading it needs
 * @see <a
 *     href="https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html">Resource
 *     type schema</a>
 */
public record ResourceSchema(
    String type,
    List<String> identifier,
    Set<String> readOnly,
    Set<String> writeOnly,
    Set<String> createOnly,
    Set<String> unordered,
    Set<String> maps,
    Map<String, String> transforms,
    @Nullable String tags,
    boolean readable,
    boolean updatable,
    List<String> permissions) {

  /** Of a type that no table has: nothing is known of it, and Cloud Control cannot read it. */
  public static ResourceSchema unknown(String type) {
    return new ResourceSchema(
        type, List.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), null, false,
        false, List.of());
  }

  /** Whether the path, or what it lies in, is one of these. */
  static boolean covers(Set<String> paths, String path) {
    for (var each = path; !each.isEmpty(); each = parent(each)) {
      if (paths.contains(each)) {
        return true;
      }
    }
    return false;
  }

  static String parent(String path) {
    var slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }
}
