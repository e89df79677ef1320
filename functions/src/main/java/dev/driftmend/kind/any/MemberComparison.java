package dev.driftmend.kind.any;

import dev.driftmend.kind.any.Quirks.Quirk;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the members of two lists. Services give lists back in any order, whatever the schema
 * says of it, so members are matched by what they are, then by the name that tells them apart.
 */
final class MemberComparison {
  /** Fields that tell one member from another, the best first. */
  private static final List<String> IDENTITIES =
      List.of("Key", "Id", "Name", "AttributeName", "IndexName", "Sid", "Priority", "DeviceName");

  private final ResourceSchema schema;
  private final Quirks quirks;
  private final Members members;

  /** Compares two values. */
  interface Members {
    List<Leaf> compare(Value declared, @Nullable Value live, ModelPath path);
  }

  MemberComparison(ResourceSchema schema, Quirks quirks, Members members) {
    this.schema = schema;
    this.quirks = quirks;
    this.members = members;
  }

  List<Leaf> compare(List<Value> declared, List<Value> live, ModelPath path) {
    if (declared.size() == 1 && live.size() == 1 && isChanged(declared, live)) {
      // Nested so, each level would otherwise compare all below it twice.
      var one = declared.getFirst();
      return members.compare(one, live.getFirst(), path.member(label(one, path)));
    }
    var leaves = new ArrayList<Leaf>();
    var left = new ArrayList<>(live);
    var found = new HashSet<Value>();
    var unmatched = new LinkedHashSet<Value>();
    var order = new ArrayList<Integer>();
    var unknown = 0;
    // First what is there exactly so: none that may be it, or may not, takes it away.
    var exact = declared.stream().map(left::remove).toList();
    for (var i = 0; i < declared.size(); i++) {
      var each = declared.get(i);
      if (each instanceof Value.Unknown u) {
        unknown++;
        leaves.add(path.member("?").unverifiable(u.why()));
        continue;
      }
      if (exact.get(i)) {
        found.add(each);
        order.add(live.indexOf(each));
        leaves.addAll(members.compare(each, each, path.member(label(each, path))));
        continue;
      }
      var match = match(each, left, path);
      if (match == null && found.contains(each)) {
        // Declared twice is there once.
        leaves.add(path.member(label(each, path)).equal());
      } else if (match == null) {
        unmatched.add(each);
      } else {
        found.add(each);
        left.remove(match.live());
        order.add(live.indexOf(match.live()));
        leaves.addAll(match.leaves());
      }
    }
    if (unmatched.size() == 1 && left.size() == 1 && isChanged(List.copyOf(unmatched), left)) {
      var one = unmatched.getFirst();
      leaves.addAll(members.compare(one, left.removeFirst(), path.member(label(one, path))));
      unmatched.clear();
    }
    for (var each : unmatched) {
      leaves.addAll(named(each, left, unknown, path));
    }
    leaves.addAll(extra(declared, left, unknown, path));
    if (quirks.is(Quirk.ORDERED, path.pattern())
        && !order.equals(order.stream().sorted().toList())) {
      leaves.add(path.different(new Value.Items(declared), new Value.Items(live)));
    }
    return leaves;
  }

  /** Of two single members: the one that has something of the other is that one, changed. */
  private static boolean isChanged(List<Value> declared, List<Value> live) {
    return declared.getFirst() instanceof Value.Fields one
        && live.getFirst() instanceof Value.Fields other
        && !Collections.disjoint(one.values().entrySet(), other.values().entrySet());
  }

  /**
   * The live member that is the same: of several the one of which most is equal, then the one that
   * says least beyond it.
   */
  private @Nullable Match match(Value declared, List<Value> live, ModelPath path) {
    @Nullable Match best = null;
    for (var each : live) {
      var leaves = members.compare(declared, each, path.member(label(declared, path)));
      if (leaves.stream().noneMatch(Leaf.Different.class::isInstance)) {
        var match = new Match(each, leaves);
        best = best == null || match.isBetter(best) ? match : best;
      }
    }
    // That nothing of it can be seen to be different does not make it the same one.
    return best != null
            && (best.equal() > 0 || declared instanceof Value.Scalar || live.size() == 1)
        ? best
        : null;
  }

  /** Of a member that is not there as declared: what of it is different, if it is still there. */
  private List<Leaf> named(Value declared, List<Value> left, int unknown, ModelPath path) {
    var at = path.member(label(declared, path));
    var identity = identity(declared);
    var same =
        left.stream()
            .filter(l -> identity != null && identity.equalsIgnoreCase(identity(l)))
            .findFirst()
            .orElse(null);
    if (same != null) {
      left.remove(same);
      return members.compare(declared, same, at);
    }
    var seen = members.compare(declared, null, at);
    if (!seen.stream().allMatch(Leaf.Unverifiable.class::isInstance)
        || declared instanceof Value.Scalar) {
      return unknown > 0 || isMasked(declared, left)
          ? List.of(at.unverifiable("another member of the list may be it"))
          : List.of(at.different(declared, null));
    }
    return seen;
  }

  /** Text that the template has with question marks in place of what is no ASCII. */
  private static boolean isMasked(Value declared, List<Value> left) {
    return declared instanceof Value.Scalar scalar
        && scalar.text().contains("?")
        && left.stream()
            .anyMatch(
                l ->
                    l instanceof Value.Scalar s
                        && TextComparison.isMasked(scalar.text(), s.text()));
  }

  private List<Leaf> extra(List<Value> declared, List<Value> left, int unknown, ModelPath path) {
    var leaves = new ArrayList<Leaf>();
    var bag = Bags.isBag(new Value.Items(declared)) || path.pattern().equals(schema.tags());
    var names = new HashSet<String>();
    declared.forEach(d -> names.add(String.valueOf(Bags.name(d))));
    var spare = unknown;
    for (var each : left) {
      var name = Bags.name(each);
      var defaults = bag && (name == null || !names.contains(name));
      if (defaults
          || isAmazons(each)
          || quirks.covers(Quirk.OTHERS_ADD, path.pattern())
          || isReadOnly(each, path)) {
        continue;
      }
      if (spare > 0) {
        spare--;
        continue;
      }
      leaves.add(path.member(label(each, path)).different(null, each));
    }
    return leaves;
  }

  /** Tags that AWS sets itself, and what its log delivery adds to the policy of a bucket. */
  private static boolean isAmazons(Value member) {
    if (!(member instanceof Value.Fields fields)) {
      return false;
    }
    var key = String.valueOf(text(fields, "Key"));
    return key.startsWith("aws:")
        || (String.valueOf(text(fields, "Sid")).startsWith("AWSLogDelivery")
            && "Allow".equals(text(fields, "Effect"))
            && LOG_DELIVERY.containsAll(texts(fields.get("Action").orElse(null)))
            && fields.get("Principal").orElse(null) instanceof Value.Fields principal
            && "delivery.logs.amazonaws.com".equals(text(principal, "Service")));
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html">Logs
   *     sent to Amazon S3</a>
   */
  private static final Set<String> LOG_DELIVERY =
      Set.of("s3:PutObject", "s3:GetBucketAcl", "s3:ListBucket");

  private static Set<String> texts(@Nullable Value value) {
    var texts = new HashSet<String>();
    if (value instanceof Value.Items items) {
      items.values().forEach(v -> texts.addAll(texts(v)));
    } else if (value instanceof Value.Scalar scalar) {
      texts.add(scalar.text());
    } else {
      texts.add("?");
    }
    return texts;
  }

  private boolean isReadOnly(Value member, ModelPath path) {
    return member instanceof Value.Fields fields
        && !fields.values().isEmpty()
        && fields.values().keySet().stream()
            .allMatch(
                name ->
                    ResourceSchema.covers(
                        schema.readOnly(), path.member("").field(name).pattern()));
  }

  private static @Nullable String identity(Value member) {
    if (!(member instanceof Value.Fields fields)) {
      return null;
    }
    var bag = Bags.name(member);
    if (bag != null) {
      return bag;
    }
    for (var name : IDENTITIES) {
      var text = text(fields, name);
      if (text != null) {
        return name + "=" + text;
      }
    }
    return fields.values().keySet().stream()
        .filter(n -> n.endsWith("Name") || n.endsWith("Id"))
        .map(n -> text(fields, n) == null ? null : n + "=" + text(fields, n))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static String label(Value member, ModelPath list) {
    var identity = identity(member);
    if (identity != null) {
      return identity;
    }
    var text = list.member("").text(member);
    return text.length() > LABEL ? text.substring(0, LABEL) + "..." : text;
  }

  private static final int LABEL = 60;

  private static @Nullable String text(Value.Fields fields, String name) {
    return fields.get(name).orElse(null) instanceof Value.Scalar scalar ? scalar.text() : null;
  }

  private record Match(Value live, List<Leaf> leaves) {
    long equal() {
      return leaves.stream().filter(Leaf.Equal.class::isInstance).count();
    }

    boolean isBetter(Match other) {
      return equal() > other.equal() || (equal() == other.equal() && size(live) < size(other.live));
    }

    private static int size(Value value) {
      return switch (value) {
        case Value.Scalar _, Value.Unknown _ -> 1;
        case Value.Items items -> items.values().stream().mapToInt(Match::size).sum();
        case Value.Fields fields -> fields.values().values().stream().mapToInt(Match::size).sum();
      };
    }
  }
}
