package dev.driftmend.diagnose;

import dev.driftmend.diagnose.app.AppFacts;
import dev.driftmend.diagnose.planned.AsDeclaredNetwork;
import dev.driftmend.diagnose.planned.PlannedScene;
import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.drift.Comparison;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.Hop;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.Endpoint.Answer;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.undeployed.Undeployed;
import dev.driftmend.testing.Golden;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A template as if it were deployed, healthy and answering, until a test breaks some of it. */
public final class Stage {
  public static final String OWN = Golden.read(Path.of("template.yaml"));

  private final Scene planned;
  private final Map<String, Observed> live;
  private final Map<String, Answer> answers = new LinkedHashMap<>();
  private UnaryOperator<Network> network = UnaryOperator.identity();
  private Function<Drift, Optional<Cause>> causes = d -> Optional.empty();
  private @Nullable AppFacts app;
  private URI endpoint = URI.create("http://www.example.com");

  private Stage(String template, Map<String, String> parameters) {
    planned = planned(template, parameters, null);
    live = new HashMap<>(planned.live().resources());
    for (var group : ofType(TargetGroup.TYPE)) {
      health(group.logicalId(), "healthy", "");
    }
    answers("/", 200);
    answers("/health", 200);
  }

  /** Driftmend's own template. */
  static Stage own() {
    return new Stage(OWN, Map.of());
  }

  public static Stage of(String template) {
    return new Stage(template, Map.of());
  }

  public static Stage of(String template, Map<String, String> parameters) {
    return new Stage(template, parameters);
  }

  /** The template before it is deployed. */
  public static Scene planned(
      String template, Map<String, String> parameters, @Nullable AppFacts app) {
    var snapshot = Undeployed.snapshot(template, parameters, "us-east-1");
    var declared = Resolver.resolve(snapshot);
    return PlannedScene.of(
        declared, Desireds.of(declared), Set.copyOf(snapshot.parameters().values()), app);
  }

  private List<ResourceRef> ofType(String type) {
    return planned.desired().resources().stream()
        .map(r -> r.ref())
        .filter(r -> r.type().equals(type))
        .toList();
  }

  String id(String logicalId) {
    return planned.declared().resources().stream()
        .map(r -> r.ref())
        .filter(r -> r.logicalId().equals(logicalId))
        .findFirst()
        .orElseThrow()
        .physicalId();
  }

  private Observed.Found found(String logicalId) {
    if (live.get(logicalId) instanceof Observed.Found found) {
      return found;
    }
    throw new AssertionError("not there: " + logicalId);
  }

  Stage set(String logicalId, String property, Property value) {
    var properties = new LinkedHashMap<>(found(logicalId).properties());
    properties.put(property, value);
    live.put(logicalId, new Observed.Found(properties));
    return this;
  }

  Stage scalar(String logicalId, String property, String value) {
    return set(logicalId, property, new Property.Scalar(value));
  }

  Stage keys(String logicalId, String property, String... keys) {
    var items = Arrays.stream(keys).map(Item::of).toList();
    return set(logicalId, property, Property.Members.of(items));
  }

  Stage add(String logicalId, String property, Item... items) {
    var all = new ArrayList<>(Read.items(live.get(logicalId), property).orElse(List.of()));
    all.addAll(List.of(items));
    return set(logicalId, property, Property.Members.of(all));
  }

  Stage gone(String logicalId) {
    live.put(logicalId, new Observed.Gone());
    return this;
  }

  Stage unreadable(String logicalId) {
    live.put(logicalId, new Observed.Unreadable("not allowed"));
    return this;
  }

  /** Something that is not of the stack. */
  Stage foreign(String id, Map<String, Property> properties) {
    return foreign(id, new Observed.Found(properties));
  }

  Stage foreign(String id, Observed.Found found) {
    live.put(id, found);
    return this;
  }

  Stage network(UnaryOperator<Network> change) {
    network = change;
    return this;
  }

  /** Of all targets of a group. */
  Stage health(String group, String state, String reason) {
    var targets = Read.items(live.get(group), TargetGroup.TARGETS).orElse(List.of());
    return set(
        group,
        TargetGroup.TARGET_HEALTH,
        Property.Members.of(
            targets.stream()
                .map(t -> Item.of(t.key(), Map.of("state", state, "reason", reason)))
                .toList()));
  }

  Stage health(String group, Map<String, String> reasons) {
    return set(
        group,
        TargetGroup.TARGET_HEALTH,
        Property.Members.of(
            reasons.entrySet().stream()
                .map(
                    e ->
                        Item.of(
                            e.getKey(),
                            Map.of(
                                "state",
                                e.getValue().isEmpty() ? "healthy" : "unhealthy",
                                "reason",
                                e.getValue())))
                .toList()));
  }

  Stage answers(String path, int status) {
    return answers(path, new Answer.Status(status, "", Duration.ofMillis(20)));
  }

  Stage answers(String path, Answer answer) {
    answers.put(path, answer);
    return this;
  }

  /** Everything that clients ask is answered so. */
  Stage answers(Answer answer) {
    answers.replaceAll((path, before) -> answer);
    return this;
  }

  Stage answers(int status) {
    return answers(new Answer.Status(status, "", Duration.ofMillis(20)));
  }

  Stage silent() {
    return answers(new Answer.TimedOut(Duration.ofSeconds(5)));
  }

  Stage unasked() {
    answers.clear();
    return this;
  }

  Stage endpoint(String url) {
    endpoint = URI.create(url);
    return this;
  }

  Stage app(AppFacts facts) {
    app = facts;
    return this;
  }

  Stage because(Cause cause) {
    causes = d -> Optional.of(cause);
    return this;
  }

  public Scene scene() {
    var now = new Live(planned.desired().stack(), live);
    return new Scene(
        true,
        planned.declared(),
        planned.desired(),
        now,
        network.apply(AsDeclaredNetwork.laid(planned.network(), planned.desired(), now)),
        Map.of(),
        planned.given(),
        endpoint,
        answers.entrySet().stream().map(e -> new Asked(e.getKey(), e.getValue())).toList(),
        app,
        Comparison.between(planned.desired(), now).stream()
            .map(d -> new Scene.Because(d, causes.apply(d).orElse(null)))
            .toList());
  }

  Diagnosis diagnosis() {
    return Walk.of(scene());
  }

  public static Map<String, Symptom> broken(Diagnosis diagnosis) {
    var broken = new LinkedHashMap<String, Symptom>();
    for (var hop : diagnosis.hops()) {
      if (hop.symptom() != null) {
        broken.put(hop.hop(), hop.symptom());
      }
    }
    return broken;
  }

  public static Hop hop(Diagnosis diagnosis, String name) {
    return diagnosis.hops().stream().filter(h -> h.hop().equals(name)).findFirst().orElseThrow();
  }

  static Diagnosis.Behind cause(Diagnosis diagnosis, String hop) {
    return Objects.requireNonNull(hop(diagnosis, hop).cause());
  }

  static List<String> advice(Diagnosis diagnosis) {
    return diagnosis.advice().stream().map(Diagnosis.Advice::about).toList();
  }
}
