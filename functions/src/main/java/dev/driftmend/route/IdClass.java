package dev.driftmend.route;

import dev.driftmend.model.watch.IdForm;
import dev.driftmend.model.watch.WatchedCalls;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the look of an id says about the index: it holds what {@code Ref} gives for the resources of
 * a stack, so what AWS makes beside them (an association that somebody replaced, an interface, an
 * allocation) is in no index although it may be part of a guarded resource.
 */
final class IdClass {
  private static final Pattern EC2_ID = Pattern.compile("([a-z]+(?:-[a-z]+)*-)[0-9a-f]{8,17}");
  private static final Pattern NAME_OR_ADDRESS =
      Pattern.compile("arn:.+|(?:role|instance-profile)/.+|\\d+(?:\\.\\d+){3}");

  private IdClass() {}

  /**
   * Whether these ids, all unknown to a fresh index, leave open whose resource it is. A name that
   * is neither an id nor an ARN (an alarm's) says nothing by being unknown.
   */
  static boolean leaveOpen(List<String> ids) {
    return !withoutOwner(ids).isEmpty() || ids.stream().noneMatch(IdClass::isIndexed);
  }

  /** Those whose owner, if they are unknown, no other id of the call shows. */
  static List<String> withoutOwner(List<String> ids) {
    var prefixes = ids.stream().map(IdClass::prefix).toList();
    return ids.stream()
        .filter(
            id -> {
              var ownerFrom = ownerFrom(id);
              return ownerFrom.isPresent()
                  && prefixes.stream().noneMatch(ownerFrom.orElseThrow()::contains);
            })
        .toList();
  }

  /** Whether this is an id of AWS's making, and not a name. */
  static boolean isId(String text) {
    return NAME_OR_ADDRESS.matcher(text).matches() || !prefix(text).isEmpty();
  }

  private static boolean isIndexed(String id) {
    return isId(id) && ownerFrom(id).isEmpty();
  }

  private static Optional<Set<String>> ownerFrom(String id) {
    return WatchedCalls.form(prefix(id)).flatMap(IdForm::ownerFrom);
  }

  private static String prefix(String id) {
    var match = EC2_ID.matcher(id);
    return match.matches() ? match.group(1) : "";
  }
}
