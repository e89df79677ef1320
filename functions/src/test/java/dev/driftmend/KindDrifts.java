package dev.driftmend;

import dev.driftmend.kind.Kind;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The drifts of a kind, found by making each of them on a resource of an example template, and what
 * the kind says of each.
 */
final class KindDrifts {
  /** What somebody may add, where not every text is one. */
  private static final Map<String, Item> ADDED =
      Map.of(
          "Ingress", Item.of("ingress tcp 22 from 198.51.100.0/24"),
          "Egress", Item.of("egress tcp 25 to 198.51.100.0/24"),
          "Routes", Item.of("198.51.100.0/24", Map.of("target", "igw-added", "state", "active")),
          "Entries",
              Item.of(
                  "ingress 90", Map.of("action", "deny", "rule", "ingress tcp 80 from 0.0.0.0/0")),
          "Targets", Item.of("i-added:80"),
          "OtherRules",
              Item.of(
                  "arn:added",
                  Map.of("priority", "1", "conditions", "", "actions", "forward to=x")),
          "OtherListeners", Item.of("arn:added", Map.of("port", "8080", "protocol", "HTTP")),
          "PublicAddress", new Item("198.51.100.9", new TreeMap<>(), "eipassoc-added"));

  /** What only live says, without which less can be repaired. */
  private static final Map<String, Property> READ =
      Map.of(
          "DefaultNetworkAclId", Look.scalar("acl-default"),
          "RouteTableAssociation", Look.scalar("rtbassoc-1"),
          "NetworkAclAssociation", Look.scalar("aclassoc-1"),
          "ExistingInternetGateways", Look.members("igw-gateway", "igw-quietgateway"),
          "Interfaces", Look.scalar("1"));

  private final List<Resource> resources;

  KindDrifts(String template) {
    resources = Desireds.of(Resolver.resolve(Deployed.snapshot(template))).resources();
  }

  /** Every call that the kind names for one of these drifts. */
  Set<String> calls(Kind kind) {
    return looks(kind)
        .flatMap(look -> look.drifts().stream())
        .flatMap(drift -> kind.calls(drift).stream())
        .collect(Collectors.toSet());
  }

  String table(Kind kind) {
    var rows = new LinkedHashMap<String, LinkedHashSet<String>>();
    looks(kind).forEach(look -> look.drifts().forEach(d -> row(kind, look, d, rows)));
    var text =
        new StringBuilder(
            """

            | drift | property | made by | what is done | how bad, if the network says no more |
            |---|---|---|---|---|
            """);
    rows.forEach(
        (row, properties) -> {
          var cells = row.split("\t");
          text.append(
              "| %s | %s | %s | %s | %s |\n"
                  .formatted(
                      cells[0], String.join(", ", properties), cells[1], cells[2], cells[3]));
        });
    return text.toString();
  }

  private static void row(
      Kind kind, Look look, Drift drift, Map<String, LinkedHashSet<String>> rows) {
    var impact = kind.impact(drift, look.desired(), look.live());
    var row =
        String.join(
            "\t",
            word(drift),
            kind.calls(drift).stream().sorted().map(c -> "`" + c + "`").collect(joined()),
            done(kind, look, drift),
            impact.exposure() + ": " + impact.why());
    rows.computeIfAbsent(row, r -> new LinkedHashSet<>()).add("`" + property(drift) + "`");
  }

  private static String done(Kind kind, Look look, Drift drift) {
    var steps = kind.repair(Deployed.STACK, look.desired(), look.live(), List.of(drift));
    var policy = kind.requiresOptIn(drift) ? ", only if the policy says `repair`" : "";
    return steps.stream()
        .map(
            step ->
                switch (step) {
                  case Step.Call c ->
                      "`"
                          + c.operation()
                          + "` ("
                          + c.phase().name().toLowerCase(Locale.ROOT)
                          + ")"
                          + policy;
                  case Step.Report r -> "reported: " + r.why() + "; way back: " + remediation(r);
                })
        .collect(joined());
  }

  /** Without the names of the example. */
  private static String remediation(Step.Report report) {
    return report.remediation().startsWith("aws cloudformation create-change-set")
        ? "a `REVERT_DRIFT` change set"
        : report
            .remediation()
            .replace(report.resource().physicalId(), "ID")
            .replace(report.resource().logicalId(), "NAME");
  }

  private static String word(Drift drift) {
    return switch (drift) {
      case Drift.Extra e -> "extra";
      case Drift.Missing m -> "missing";
      case Drift.Changed c -> "changed";
      case Drift.Gone g -> "gone";
      case Drift.Unreadable u -> "unreadable";
    };
  }

  private static String property(Drift drift) {
    return drift instanceof Drift.Changed c && c.field() != null
        ? c.property() + "." + c.field()
        : drift.property();
  }

  private static Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(", ");
  }

  private Stream<Look> looks(Kind kind) {
    return resources.stream()
        .filter(r -> r.ref().type().equals(kind.type()))
        .flatMap(KindDrifts::looks);
  }

  /** The resource with one thing changed, in every way. */
  private static Stream<Look> looks(Resource resource) {
    var looks = new ArrayList<Observed>();
    new TreeMap<>(resource.properties())
        .forEach(
            (name, property) ->
                others(name, property).forEach(p -> looks.add(with(resource, name, p))));
    looks.add(new Observed.Gone());
    return looks.stream().map(live -> new Look(resource, live));
  }

  private static Observed with(Resource resource, String name, Property property) {
    var properties = new LinkedHashMap<String, Property>(READ);
    properties.putAll(resource.properties());
    if (resource.properties().get("Targets") instanceof Property.Members targets) {
      properties.put("TargetHealth", healthy(targets));
    }
    properties.put(name, property);
    return new Observed.Found(properties);
  }

  private static Property healthy(Property.Members targets) {
    return Property.Members.of(
        targets.keys().stream().map(t -> Item.of(t, Map.of("state", "healthy"))).toList());
  }

  private static List<Property> others(String name, Property property) {
    return switch (property) {
      case Property.Scalar s -> others(s.value()).<Property>map(Property.Scalar::new).toList();
      case Property.Members m -> others(name, m);
      case Property.Unknown u -> List.of();
    };
  }

  /** Of a forward action also what it may become without going elsewhere. */
  private static Stream<String> others(String value) {
    return value.startsWith("forward to=")
        ? Stream.of(
            "forward to=another",
            value + "*0",
            value.replace("forward ", "forward stickiness=60 "),
            "authenticate-oidc; " + value)
        : Stream.of(
            value.startsWith("redirect ") || value.startsWith("fixed-response ")
                ? "forward to=another"
                : another(value));
  }

  private static List<Property> others(String name, Property.Members members) {
    var others = new ArrayList<Property>();
    var added = new ArrayList<>(members.items());
    added.add(ADDED.getOrDefault(name, Item.of("added")));
    others.add(Property.Members.of(added));
    if (!members.items().isEmpty()) {
      var rest = members.items().subList(1, members.items().size());
      others.add(Property.Members.of(rest));
      var first = members.items().getFirst();
      new TreeMap<>(first.fields())
          .forEach(
              (field, value) -> {
                var fields = new TreeMap<>(first.fields());
                fields.put(field, another(value));
                var changed = new ArrayList<Item>();
                changed.add(new Item(first.key(), fields, "sgr-1"));
                changed.addAll(rest);
                others.add(Property.Members.of(changed));
              });
    }
    return others;
  }

  private static String another(String value) {
    return switch (value) {
      case "true" -> "false";
      case "false" -> "true";
      case "running" -> "stopped";
      case "allow" -> "deny";
      default -> value.matches("\\d+") ? value + "0" : "another";
    };
  }
}
