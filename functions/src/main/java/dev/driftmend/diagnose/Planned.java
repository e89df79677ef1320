package dev.driftmend.diagnose;

import dev.driftmend.model.Cidr;
import dev.driftmend.model.Declared;
import dev.driftmend.model.DeclaredStack;
import dev.driftmend.model.Diagnosis;
import dev.driftmend.model.StackSnapshot;
import dev.driftmend.model.Value;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Remarks;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.Undeployed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The diagnosis of a template that was never deployed. Pure. */
public final class Planned {
  private static final Set<String> NESTED =
      Set.of("AWS::CloudFormation::Stack", "AWS::Serverless::Application");
  private static final Set<String> BLOCKS =
      Set.of(
          "CidrBlock",
          "CidrIp",
          "CidrIpv6",
          "DestinationCidrBlock",
          "DestinationIpv6CidrBlock",
          "Ipv6CidrBlock");
  private static final Set<String> PORTS =
      Set.of("FromPort", "ToPort", "Port", "ContainerPort", "HealthCheckPort");
  private static final int HIGHEST_PORT = 65_535;

  private Planned() {}

  /**
   * @param body YAML or JSON
   * @param given values of parameters; what hangs on one that has none is not known
   * @param region e.g. {@code eu-west-1}
   * @param facts of the app's files; null if they were not given
   * @throws dev.driftmend.template.UnreadableTemplate if the body is no template
   * @throws IllegalArgumentException if values are given that the template does not take
   */
  public static Diagnosis of(
      String body,
      Map<String, String> given,
      String region,
      Function<DeclaredStack, @Nullable AppFacts> facts) {
    var snapshot = Undeployed.snapshot(body, given, region);
    var stack = Resolver.resolve(snapshot);
    var diagnosis = Walk.all(scene(stack, snapshot, facts.apply(stack)));
    return diagnosis.noting(notes(stack, snapshot));
  }

  static Scene scene(DeclaredStack stack, StackSnapshot snapshot, @Nullable AppFacts facts) {
    var walked = Classic.replaced(stack);
    return PlannedScene.of(walked, Desireds.of(walked), SceneReader.given(snapshot), facts);
  }

  private static List<String> notes(DeclaredStack stack, StackSnapshot snapshot) {
    var notes = new ArrayList<String>();
    nested(stack, notes);
    for (var declared : stack.resources()) {
      declared
          .properties()
          .values()
          .forEach((name, value) -> bad(declared.ref().logicalId(), name, value, notes));
    }
    notes.addAll(Remarks.of(snapshot));
    return notes;
  }

  private static void nested(DeclaredStack stack, List<String> notes) {
    var nested = stack.resources().stream().filter(r -> NESTED.contains(r.ref().type())).toList();
    if (!nested.isEmpty()) {
      notes.add(
          "nested stacks are not followed, diagnose each template by itself: "
              + String.join(", ", nested.stream().map(Planned::named).toList()));
    }
  }

  private static String named(Declared nested) {
    var at =
        Stream.of("TemplateURL", "Location")
            .map(name -> Read.text(nested, name))
            .filter(text -> text != null)
            .findFirst();
    return nested.ref().logicalId() + at.map(text -> " (" + text + ")").orElse("");
  }

  /** What CloudFormation would refuse. */
  private static void bad(String resource, String property, Value value, List<String> notes) {
    switch (value) {
      case Value.Scalar(String text) -> {
        var last = property.substring(property.lastIndexOf('.') + 1);
        var why =
            BLOCKS.contains(last) ? noBlock(text) : PORTS.contains(last) ? noPort(text) : null;
        if (why != null) {
          notes.add(resource + "." + property + ": " + why);
        }
      }
      case Value.Fields fields ->
          fields
              .values()
              .forEach((name, each) -> bad(resource, property + "." + name, each, notes));
      case Value.Items items ->
          items.values().forEach(each -> bad(resource, property, each, notes));
      case Value.Unknown _ -> {}
    }
  }

  private static @Nullable String noBlock(String text) {
    try {
      Cidr.parse(text);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private static @Nullable String noPort(String text) {
    return text.equals("traffic-port")
            || text.equals("-1")
            || PathFinder.number(text, HIGHEST_PORT + 1) <= HIGHEST_PORT
        ? null
        : "not a port: " + text;
  }
}
