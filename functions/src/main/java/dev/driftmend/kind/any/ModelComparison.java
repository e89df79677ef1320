package dev.driftmend.kind.any;

import dev.driftmend.json.JsonValues;
import dev.driftmend.kind.any.Quirks.Quirk;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a template declares of a resource with its model as Cloud Control reads it. Only
 * what is declared is walked; each declared value is equal, different or unverifiable, and what is
 * not certainly different is never called so.
 */
public final class ModelComparison {
  private static final Set<String> ACTIONS = Set.of("Action", "NotAction");

  private final ResourceSchema schema;
  private final Quirks quirks;
  private final TextComparison texts;
  private final MemberComparison members;

  private ModelComparison(ResourceSchema schema, Quirks quirks, TextComparison texts) {
    this.schema = schema;
    this.quirks = quirks;
    this.texts = texts;
    this.members = new MemberComparison(schema, quirks, this::value);
  }

  /**
   * @param declared the properties of the resource, intrinsics resolved
   * @param live its model
   */
  public static List<Leaf> compare(
      ResourceSchema schema,
      Quirks quirks,
      AccountContext at,
      Value.Fields declared,
      Value.Fields live) {
    var comparison =
        new ModelComparison(schema, quirks, new TextComparison(schema, quirks, at, declared));
    var leaves = new ArrayList<Leaf>();
    declared
        .values()
        .forEach(
            (name, value) ->
                leaves.addAll(
                    comparison.value(
                        value,
                        live.get(name).orElse(null),
                        ModelPath.of(name, schema.writeOnly()))));
    return leaves;
  }

  private List<Leaf> value(Value declared, @Nullable Value live, ModelPath path) {
    var why = notComparable(declared, live, path);
    if (why != null) {
      return List.of(path.unverifiable(why));
    }
    if (live == null) {
      return absent(declared, path);
    }
    if (isEmpty(declared) && isEmpty(live)) {
      return List.of(path.equal());
    }
    return switch (declared) {
      case Value.Scalar scalar -> scalar(scalar, live, path);
      case Value.Fields fields -> fields(fields, live, path);
      case Value.Items items -> items(items, live, path);
      case Value.Unknown unknown -> List.of(path.unverifiable(unknown.why()));
    };
  }

  /** Some schemas call write-only what the service does give back: that is compared. */
  private @Nullable String notComparable(Value declared, @Nullable Value live, ModelPath path) {
    if (declared instanceof Value.Unknown unknown) {
      return unknown.why();
    }
    if (live == null && ResourceSchema.covers(schema.writeOnly(), path.pattern())) {
      return "it is never given back";
    }
    if (ResourceSchema.covers(schema.readOnly(), path.pattern())) {
      return "the service says it, not the template";
    }
    return quirks.covers(Quirk.NOT_COMPARED, path.pattern())
        ? "services set it while it is in use"
        : null;
  }

  /** An object or a list that is gone was taken away; a scalar may just not be given back. */
  private List<Leaf> absent(Value declared, ModelPath path) {
    if (isLeftOut(declared, path)) {
      return List.of(path.equal());
    }
    if (quirks.covers(Quirk.NOT_RETURNED, path.pattern()) || !canBeRead(declared, path)) {
      return List.of(path.unverifiable("it is not given back"));
    }
    return declared instanceof Value.Scalar && !quirks.is(Quirk.RETURNED, path.pattern())
        ? List.of(path.unverifiable("it was not given back, which a scalar need not be"))
        : List.of(path.different(declared, null));
  }

  /** Whether a reader would see any of it. */
  private boolean canBeRead(Value declared, ModelPath path) {
    return notComparable(declared, null, path) == null
        && switch (declared) {
          case Value.Scalar _ -> true;
          case Value.Unknown _ -> false;
          case Value.Items items ->
              items.values().stream().anyMatch(v -> canBeRead(v, path.member("")));
          // An empty object is there to say which of several forms it is.
          case Value.Fields fields ->
              fields.values().isEmpty()
                  || fields.values().entrySet().stream()
                      .anyMatch(e -> canBeRead(e.getValue(), path.field(e.getKey())));
        };
  }

  /** Whether it is the same not to be there; what a user names or a policy asks for is not. */
  private boolean isLeftOut(Value declared, ModelPath path) {
    return path.inPolicy() || ResourceSchema.covers(schema.maps(), path.pattern())
        ? isEmpty(declared)
        : isNothing(declared);
  }

  private static boolean isEmpty(Value value) {
    return switch (value) {
      case Value.Scalar scalar -> scalar.text().isEmpty();
      case Value.Items items -> items.values().isEmpty();
      case Value.Fields fields -> fields.values().isEmpty();
      case Value.Unknown _ -> false;
    };
  }

  /** Empty, or nothing but what is off: services leave both out. */
  static boolean isNothing(Value value) {
    return switch (value) {
      case Value.Scalar scalar ->
          Set.of("", "false", "0").contains(scalar.text().toLowerCase(Locale.ROOT));
      case Value.Items items -> items.values().stream().allMatch(ModelComparison::isNothing);
      case Value.Fields fields ->
          fields.values().values().stream().allMatch(ModelComparison::isNothing);
      case Value.Unknown _ -> false;
    };
  }

  private List<Leaf> scalar(Value.Scalar declared, Value live, ModelPath path) {
    if (live instanceof Value.Scalar is) {
      return List.of(texts.compare(declared.text(), is.text(), path));
    }
    var parsed = JsonValues.parsed(declared.text());
    if (parsed.isPresent()) {
      return value(parsed.get(), live, path.inJson());
    }
    if (live instanceof Value.Items items && items.values().size() == 1) {
      return value(declared, items.values().getFirst(), path);
    }
    if (live instanceof Value.Items items && declared.text().contains(",")) {
      var split = List.of(declared.text().split(" *, *"));
      return items(
          new Value.Items(split.stream().<Value>map(Value.Scalar::new).toList()), items, path);
    }
    // Anybody, in a policy: "*" or {"AWS": "*"}.
    if (live instanceof Value.Fields fields && declared.text().equals("*")) {
      return fields(new Value.Fields(Map.of("AWS", declared)), fields, path);
    }
    return List.of(path.different(declared, live));
  }

  private List<Leaf> fields(Value.Fields declared, Value live, ModelPath path) {
    return switch (live) {
      case Value.Fields is -> walk(declared, is, path);
      case Value.Items items when Bags.isBag(items) -> walk(declared, Bags.asMap(items), path);
      case Value.Items items when items.values().size() == 1 ->
          value(declared, items.values().getFirst(), path);
      case Value.Items _ -> List.of(path.different(declared, live));
      case Value.Scalar text -> {
        var parsed = JsonValues.parsed(text.text());
        yield parsed.isPresent()
            ? value(declared, parsed.get(), path.inJson())
            : text.text().equals("*")
                ? walk(declared, new Value.Fields(Map.of("AWS", text)), path)
                : List.of(path.different(declared, live));
      }
      case Value.Unknown unknown -> List.of(path.unverifiable(unknown.why()));
    };
  }

  private List<Leaf> walk(Value.Fields declared, Value.Fields live, ModelPath path) {
    var statement = path.inPolicy() || isStatement(declared);
    var at = statement ? path.policy() : path;
    var found = new LinkedHashMap<String, @Nullable Value>();
    declared.values().keySet().forEach(name -> found.put(name, find(live, name, at)));
    // One form of several was replaced by another one.
    if (!declared.values().isEmpty()
        && !live.values().isEmpty()
        && found.values().stream().noneMatch(Objects::nonNull)
        && canBeRead(declared, at)) {
      return List.of(texts.replaced(declared, live, at));
    }
    var leaves = new ArrayList<Leaf>();
    if (declared.values().isEmpty()) {
      leaves.add(at.equal());
    }
    declared
        .values()
        .forEach((name, value) -> leaves.addAll(value(value, found.get(name), at.field(name))));
    if (statement) {
      leaves.addAll(moreInPolicy(declared, live, at));
    }
    return leaves;
  }

  /** Of a policy; a taint of a node has an effect too. */
  private static boolean isStatement(Value.Fields fields) {
    return fields.values().containsKey("Effect")
        && !Collections.disjoint(fields.values().keySet(), ACTIONS);
  }

  /**
   * Names of properties in another case are the same names, and keys of conditions; those of a map
   * of the user's are not.
   */
  private @Nullable Value find(Value.Fields live, String name, ModelPath path) {
    var exact = live.get(name).orElse(null);
    return exact != null || (schema.maps().contains(path.pattern()) && !path.inPolicy())
        ? exact
        : live.values().entrySet().stream()
            .filter(e -> e.getKey().equalsIgnoreCase(name))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(null);
  }

  /** In a policy what is added lets more in, or less: a condition, a principal. */
  private static List<Leaf> moreInPolicy(Value.Fields declared, Value.Fields live, ModelPath path) {
    var leaves = new ArrayList<Leaf>();
    if (declared.values().get(Value.Fields.REST) instanceof Value.Unknown) {
      return leaves;
    }
    live.values()
        .forEach(
            (name, value) -> {
              if (!name.equals("Sid")
                  && !isEmpty(value)
                  && declared.values().keySet().stream().noneMatch(name::equalsIgnoreCase)) {
                leaves.add(path.field(name).different(null, value));
              }
            });
    return leaves;
  }

  private List<Leaf> items(Value.Items declared, Value live, ModelPath path) {
    return switch (live) {
      case Value.Items is -> members.compare(declared.values(), is.values(), path);
      case Value.Fields map when Bags.isBag(declared) -> walk(Bags.asMap(declared), map, path);
      case Value.Scalar text -> {
        var parsed = JsonValues.parsed(text.text());
        yield parsed.isPresent()
            ? value(declared, parsed.get(), path.inJson())
            : members.compare(
                declared.values(),
                List.of(text.text().split(" *, *")).stream().<Value>map(Value.Scalar::new).toList(),
                path);
      }
      case Value.Fields _ -> members.compare(declared.values(), List.of(live), path);
      case Value.Unknown unknown -> List.of(path.unverifiable(unknown.why()));
    };
  }
}
