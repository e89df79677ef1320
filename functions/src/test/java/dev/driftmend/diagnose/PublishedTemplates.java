package dev.driftmend.diagnose;

import dev.driftmend.model.Declared;
import dev.driftmend.model.DeclaredStack;
import dev.driftmend.model.Diagnosis;
import dev.driftmend.model.Diagnosis.Hop;
import dev.driftmend.model.Value;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.Undeployed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Diagnoses templates of other people, as they are and with one fault planted in each. A main
 * program, because they are no part of the project: {@code make score-published} runs it.
 */
final class PublishedTemplates {
  private static final String ELB = "AWS::ElasticLoadBalancingV2::";
  private static final String NOBODYS_PORT = "6553";
  private static final Set<String> FEEDERS =
      Set.of("AWS::AutoScaling::AutoScalingGroup", "AWS::ECS::Service");

  /**
   * @param changes the template with the fault; the same if it has nothing to break
   */
  private record Plant(String name, UnaryOperator<DeclaredStack> changes) {}

  private static final List<Plant> PLANTS =
      List.of(
          new Plant("wrong-port", PublishedTemplates::wrongPort),
          new Plant("no-listener", stack -> without(stack, Set.of(ELB + "Listener"))),
          new Plant("no-ingress", PublishedTemplates::noIngress),
          new Plant("no-route", PublishedTemplates::noRoute),
          new Plant("no-target", PublishedTemplates::noTarget));

  private PublishedTemplates() {}

  /** Reads paths from the standard input; writes path, plant, verdict, hop, broken hops, error. */
  public static void main(String[] args) throws IOException {
    for (var line : new String(System.in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
      look(Path.of(line));
    }
  }

  private static void look(Path file) {
    try {
      var bytes = Files.readAllBytes(file);
      var body = new String(bytes, StandardCharsets.UTF_8);
      if (body.indexOf('\uFFFD') >= 0) {
        body = new String(bytes, StandardCharsets.ISO_8859_1);
      }
      var snapshot = Undeployed.snapshot(body, Map.of(), "us-east-1");
      var diagnosis = Planned.of(body, Map.of(), "us-east-1", stack -> null);
      tell(file, "-", diagnosis);
      var stack = Classic.replaced(Resolver.resolve(snapshot));
      for (var plant : PLANTS) {
        var broken = plant.changes().apply(stack);
        if (!broken.equals(stack) && !diagnosis.hops().isEmpty()) {
          tell(file, plant.name(), Walk.all(Planned.scene(broken, snapshot, null)));
        }
      }
    } catch (IOException | RuntimeException e) {
      print(file, "-", "error", "", "", e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static void tell(Path file, String plant, Diagnosis diagnosis) {
    var broken = new TreeSet<String>();
    Stream.concat(
            diagnosis.hops().stream(),
            diagnosis.paths().stream().flatMap(path -> path.hops().stream()))
        .filter(Hop::broken)
        .forEach(hop -> broken.add(hop.hop()));
    print(
        file,
        plant,
        diagnosis.verdict().text(),
        String.valueOf(diagnosis.explainedBy()),
        String.join(",", broken),
        diagnosis.hops().stream()
            .filter(Hop::broken)
            .flatMap(hop -> hop.evidence().stream().limit(1))
            .findFirst()
            .orElse(""));
  }

  private static void print(Path file, String... columns) {
    var line = new StringBuilder(file.toString());
    for (var column : columns) {
      line.append('\t').append(column.replaceAll("\\s+", " "));
    }
    System.out.println(line);
  }

  private static DeclaredStack changed(DeclaredStack stack, UnaryOperator<Declared> change) {
    return new DeclaredStack(
        stack.stack(),
        stack.asOf(),
        stack.resources().stream().map(change).toList(),
        stack.undecided());
  }

  private static DeclaredStack without(DeclaredStack stack, Set<String> types) {
    return new DeclaredStack(
        stack.stack(),
        stack.asOf(),
        stack.resources().stream().filter(r -> !types.contains(r.ref().type())).toList(),
        stack.undecided());
  }

  private static Declared with(Declared declared, String name, Value value) {
    var properties = new LinkedHashMap<>(declared.properties().values());
    properties.put(name, value);
    return new Declared(declared.ref(), new Value.Fields(properties));
  }

  private static Declared lacking(Declared declared, String name) {
    var properties = new LinkedHashMap<>(declared.properties().values());
    properties.remove(name);
    return new Declared(declared.ref(), new Value.Fields(properties));
  }

  /** Where nobody listens: of targets that are registered by port, and of containers. */
  private static DeclaredStack wrongPort(DeclaredStack stack) {
    return changed(
        stack,
        declared ->
            switch (declared.ref().type()) {
              case ELB + "TargetGroup" ->
                  "lambda".equals(Read.text(declared, "TargetType"))
                          || declared.property("Port").isEmpty()
                      ? declared
                      : ported(
                          with(declared, "Port", new Value.Scalar(NOBODYS_PORT)),
                          "Targets",
                          "Port");
              case "AWS::ECS::Service" -> ported(declared, "LoadBalancers", "ContainerPort");
              default -> declared;
            });
  }

  private static Declared ported(Declared declared, String list, String field) {
    return declared.property(list).orElse(null) instanceof Value.Items(List<Value> values)
        ? with(
            declared,
            list,
            new Value.Items(values.stream().map(each -> ported(each, field)).toList()))
        : declared;
  }

  private static Value ported(Value value, String field) {
    if (!(value instanceof Value.Fields(Map<String, Value> values))
        || !(values.get(field) instanceof Value.Scalar)) {
      return value;
    }
    var changed = new LinkedHashMap<>(values);
    changed.put(field, new Value.Scalar(NOBODYS_PORT));
    return new Value.Fields(changed);
  }

  private static DeclaredStack noIngress(DeclaredStack stack) {
    return changed(
        without(stack, Set.of("AWS::EC2::SecurityGroupIngress")),
        declared ->
            declared.ref().type().equals("AWS::EC2::SecurityGroup")
                ? lacking(declared, "SecurityGroupIngress")
                : declared);
  }

  private static DeclaredStack noRoute(DeclaredStack stack) {
    return new DeclaredStack(
        stack.stack(),
        stack.asOf(),
        stack.resources().stream()
            .filter(
                r -> !r.ref().type().equals("AWS::EC2::Route") || r.property("GatewayId").isEmpty())
            .toList(),
        stack.undecided());
  }

  private static DeclaredStack noTarget(DeclaredStack stack) {
    return changed(
        stack,
        declared ->
            declared.ref().type().equals(ELB + "TargetGroup")
                ? lacking(declared, "Targets")
                : FEEDERS.contains(declared.ref().type())
                    ? lacking(lacking(declared, "TargetGroupARNs"), "LoadBalancers")
                    : declared);
  }
}
