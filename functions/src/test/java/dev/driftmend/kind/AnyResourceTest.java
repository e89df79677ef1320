package dev.driftmend.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.Value;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * What holds of every kind, whatever a template says of a resource and whatever became of it. The
 * property names are the schemas', the values few, so that they fit now and then.
 */
class AnyResourceTest {
  private static final int TRIES = 3000;
  private static final List<String> TEXTS =
      List.of("", "true", "False", "100", "80", "-1", "tcp", "10.0.7.0/16", "sg-1", "1.2.3.4/33");

  /** What fits a property, by the end of its name: else nothing would ever become of a part. */
  private static final Map<String, List<String>> FITTING =
      Map.of(
          "CidrBlock", List.of("0.0.0.0/0", "10.0.7.0/16", "192.0.2.0/24"),
          "CidrIp", List.of("0.0.0.0/0", "192.0.2.7/24"),
          "Protocol", List.of("tcp", "6", "-1", "udp"),
          "RuleNumber", List.of("100", "110", "120"),
          "RuleAction", List.of("allow", "deny"),
          "GatewayId", List.of("igw-1", "nat-1"),
          "Key", List.of("a.b", "c.d"),
          "Port", List.of("80", "5000"),
          "Egress", List.of("true", "false"));

  private static final List<String> NAMES =
      List.of("From", "To", "Type", "Code", "Key", "Value", "Id", "Port", "TargetGroupArn");

  @Provide
  static Arbitrary<Kind> kinds() {
    return Arbitraries.of(Kinds.all());
  }

  @net.jqwik.api.Property(tries = TRIES)
  void whateverATemplateSaysBecomesDesiredAndEqualsItself(
      @ForAll("kinds") Kind kind, @ForAll long seed) {
    var desired = desired(kind, new Random(seed));

    var same = new Look(desired, new Observed.Found(desired.properties()));

    assertThat(same.drifts()).allMatch(Drift.Unreadable.class::isInstance);
  }

  @net.jqwik.api.Property(tries = TRIES)
  void everyDriftIsAnsweredOnceAndWhatHasACallIsGoneAfterIt(
      @ForAll("kinds") Kind kind, @ForAll long seed) {
    var random = new Random(seed);
    var desired = desired(kind, random);
    var look = new Look(desired, live(kind, desired, random));
    var drifts = look.drifts().stream().filter(d -> isSure(desired, d)).toList();

    var steps = kind.repair(Deployed.STACK, desired, look.live(), drifts);

    assertThat(steps.stream().flatMap(s -> s.fingerprints().stream()))
        .containsExactlyInAnyOrderElementsOf(prints(drifts));
    var live = look.live();
    var calls =
        steps.stream()
            .flatMap(s -> s instanceof Step.Call c ? Stream.of(c) : Stream.empty())
            .sorted(Comparator.comparing(Step.Call::phase))
            .toList();
    for (var call : calls) {
      live = kind.after(call, live);
    }
    var repaired = calls.stream().flatMap(c -> c.fingerprints().stream()).toList();
    assertThat(prints(new Look(desired, live).drifts()))
        .as(calls.toString())
        .noneMatch(repaired::contains);
  }

  @net.jqwik.api.Property(tries = TRIES)
  void everyDriftHasAnImpactAndNamesItsCalls(@ForAll("kinds") Kind kind, @ForAll long seed) {
    var random = new Random(seed);
    var desired = desired(kind, random);
    for (var live :
        List.of(
            live(kind, desired, random), new Observed.Gone(), new Observed.Unreadable("denied"))) {
      for (var drift : new Look(desired, live).drifts()) {
        assertThat(kind.impact(drift, desired, live).why()).isNotBlank();
        assertThat(kind.calls(drift)).doesNotContainNull();
        if (drift instanceof Drift.Gone || drift instanceof Drift.Unreadable) {
          assertThat(kind.requiresOptIn(drift)).isFalse();
        }
      }
    }
  }

  /** What is not sure never comes to its kind. */
  private static boolean isSure(Resource desired, Drift drift) {
    return !(desired.properties().get(drift.property()) instanceof Property.Members m)
        || m.openBecause() == null;
  }

  private static List<String> prints(List<Drift> drifts) {
    return drifts.stream().map(d -> d.fingerprint(Deployed.STACK)).toList();
  }

  private static Resource desired(Kind kind, Random random) {
    var self = new Declared(ref("Self", kind.type()), fields(kind, kind.type(), random));
    var resources = new ArrayList<>(List.of(self));
    for (var part : kind.parts()) {
      for (var i = random.nextInt(3); i > 0; i--) {
        var fields = new LinkedHashMap<>(fields(kind, part, random).values());
        // The properties of a part that name another resource come first in its kind's table.
        var first = kind.coverage().stream().filter(c -> c.type().equals(part)).findFirst();
        first.ifPresent(c -> fields.put(c.property(), new Value.Scalar(self.ref().physicalId())));
        resources.add(new Declared(ref("Part" + i, part), new Value.Fields(fields)));
      }
    }
    return kind.desired(
        self, new DeclaredStack(Deployed.STACK, Deployed.UPDATED, resources, List.of()));
  }

  private static ResourceRef ref(String logicalId, String type) {
    return Deployed.ref(logicalId, type);
  }

  private static Value.Fields fields(Kind kind, String type, Random random) {
    var fields = new LinkedHashMap<String, Value>();
    kind.coverage().stream()
        .filter(c -> c.type().equals(type) && random.nextInt(3) > 0)
        .forEach(c -> fields.put(c.property(), value(c.property(), random, 3)));
    return new Value.Fields(fields);
  }

  private static Value value(String name, Random random, int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(10)) {
      case 7 -> new Value.Unknown("not resolved");
      case 8 ->
          new Value.Items(
              Stream.generate(() -> value(name, random, depth - 1))
                  .limit(1 + random.nextInt(3))
                  .toList());
      case 9 -> {
        var fields = new LinkedHashMap<String, Value>();
        NAMES.stream()
            .filter(n -> random.nextInt(3) == 0)
            .forEach(n -> fields.put(n, value(n, random, depth - 1)));
        yield new Value.Fields(fields);
      }
      default -> new Value.Scalar(pick(fitting(name), random));
    };
  }

  private static List<String> fitting(String name) {
    return FITTING.entrySet().stream()
        .filter(e -> name.endsWith(e.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(TEXTS);
  }

  /** As it may be live: some of it lost, some of it other, and more of it. */
  private static Observed live(Kind kind, Resource desired, Random random) {
    var more = desired(kind, random).properties();
    var live = new LinkedHashMap<String, Property>();
    desired
        .properties()
        .forEach(
            (name, property) ->
                live.put(
                    name,
                    switch (property) {
                      case Property.Scalar s when random.nextBoolean() ->
                          new Property.Scalar(pick(TEXTS, random));
                      case Property.Scalar s -> s;
                      case Property.Members m -> changed(m, more.get(name), random);
                      case Property.Unknown u -> u;
                    }));
    return new Observed.Found(live);
  }

  private static Property changed(
      Property.Members members, @Nullable Property more, Random random) {
    var items = new ArrayList<Item>();
    var all = new ArrayList<>(members.items());
    if (more instanceof Property.Members m) {
      all.addAll(m.items());
    }
    for (var item : all) {
      switch (random.nextInt(4)) {
        case 0 -> {}
        case 1 -> {
          var fields = new TreeMap<>(item.fields());
          fields.replaceAll((name, value) -> value + "0");
          items.add(new Item(item.key(), fields, "handle-" + items.size()));
        }
        default -> items.add(new Item(item.key(), item.fields(), "handle-" + items.size()));
      }
    }
    return Property.Members.of(items);
  }

  private static String pick(List<String> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }
}
