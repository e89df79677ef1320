package dev.driftmend.route;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the look of an id says about the index: it holds what {@code Ref} gives for the resources of
 * a stack, so what AWS makes beside them (an association that somebody replaced, an interface, an
 * allocation) is in no index although it may be part of a guarded resource.
 */
final class IdClass {

  /** By prefix of an id that is not indexed: the prefixes of those that tell whose it is. */
  private static final Map<String, Set<String>> TOLD_BY =
      Map.of(
          "rtbassoc-", Set.of("subnet-"),
          "aclassoc-", Set.of("subnet-"),
          "eipassoc-", Set.of("i-", "nat-"),
          "eipalloc-", Set.of("i-", "nat-"),
          "eni-", Set.of("i-", "nat-"),
          "eni-attach-", Set.of("i-"),
          "iip-assoc-", Set.of("i-"),
          "subnet-cidr-assoc-", Set.of("subnet-"),
          "vpc-cidr-assoc-", Set.of("vpc-"),
          "sgr-", Set.of("sg-"));

  private static final Pattern EC2_ID = Pattern.compile("([a-z]+(?:-[a-z]+)*-)[0-9a-f]{8,17}");
  private static final Pattern ARN_OR_ADDRESS = Pattern.compile("arn:.+|\\d+(?:\\.\\d+){3}");

  private IdClass() {}

  /**
   * Whether these ids, all unknown to a fresh index, leave open whose resource it is. A name that
   * is neither an id nor an ARN (an alarm's) tells nothing by being unknown.
   */
  static boolean leaveOpen(List<String> ids) {
    var prefixes = ids.stream().map(IdClass::prefix).toList();
    return prefixes.stream().anyMatch(p -> untold(p, prefixes))
        || ids.stream().noneMatch(IdClass::isIndexed);
  }

  private static boolean untold(String prefix, Collection<String> among) {
    var tellers = TOLD_BY.get(prefix);
    return tellers != null && among.stream().noneMatch(tellers::contains);
  }

  private static boolean isIndexed(String id) {
    return ARN_OR_ADDRESS.matcher(id).matches()
        || (!prefix(id).isEmpty() && !TOLD_BY.containsKey(prefix(id)));
  }

  private static String prefix(String id) {
    var match = EC2_ID.matcher(id);
    return match.matches() ? match.group(1) : "";
  }
}
