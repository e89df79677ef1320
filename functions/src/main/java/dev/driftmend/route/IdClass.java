package dev.driftmend.route;

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
      Map.ofEntries(
          Map.entry("rtbassoc-", Set.of("subnet-")),
          Map.entry("aclassoc-", Set.of("subnet-")),
          // The list that EC2 makes with a VPC.
          Map.entry("acl-", Set.of("subnet-", "vpc-")),
          Map.entry("eipassoc-", Set.of("i-", "nat-")),
          // A stack's address that is put on another's instance is drift of the address.
          Map.entry("eipalloc-", Set.of("nat-")),
          Map.entry("eni-", Set.of("i-", "nat-")),
          Map.entry("eni-attach-", Set.of("i-")),
          Map.entry("iip-assoc-", Set.of("i-")),
          Map.entry("subnet-cidr-assoc-", Set.of("subnet-")),
          Map.entry("vpc-cidr-assoc-", Set.of("vpc-")),
          // Where routes lead; who made it is often not who has the route.
          Map.entry("eigw-", Set.of()),
          Map.entry("pcx-", Set.of()),
          Map.entry("tgw-attach-", Set.of("vpc-")),
          Map.entry("vgw-", Set.of("vpc-")),
          Map.entry("sgr-", Set.of("sg-")));

  private static final Pattern EC2_ID = Pattern.compile("([a-z]+(?:-[a-z]+)*-)[0-9a-f]{8,17}");
  private static final Pattern NAME_OR_ADDRESS =
      Pattern.compile("arn:.+|(?:role|instance-profile)/.+|\\d+(?:\\.\\d+){3}");

  private IdClass() {}

  /**
   * Whether these ids, all unknown to a fresh index, leave open whose resource it is. A name that
   * is neither an id nor an ARN (an alarm's) tells nothing by being unknown.
   */
  static boolean leaveOpen(List<String> ids) {
    return !untold(ids).isEmpty() || ids.stream().noneMatch(IdClass::isIndexed);
  }

  /** Those of which no other one tells whose they are, if they are unknown. */
  static List<String> untold(List<String> ids) {
    var prefixes = ids.stream().map(IdClass::prefix).toList();
    return ids.stream()
        .filter(
            id -> {
              var tellers = TOLD_BY.get(prefix(id));
              return tellers != null && prefixes.stream().noneMatch(tellers::contains);
            })
        .toList();
  }

  /** Whether this is an id of AWS's making, and not a name. */
  static boolean isId(String text) {
    return NAME_OR_ADDRESS.matcher(text).matches() || !prefix(text).isEmpty();
  }

  private static boolean isIndexed(String id) {
    return isId(id) && !TOLD_BY.containsKey(prefix(id));
  }

  private static String prefix(String id) {
    var match = EC2_ID.matcher(id);
    return match.matches() ? match.group(1) : "";
  }
}
