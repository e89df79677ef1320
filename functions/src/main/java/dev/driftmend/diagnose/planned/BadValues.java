package dev.driftmend.diagnose.planned;

import dev.driftmend.diagnose.path.PathFinder;
import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of addresses, ports and ids of security groups that CloudFormation would refuse: each is
 * named, and nothing is concluded from it.
 */
final class BadValues {
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
  private static final Set<String> GROUPS =
      Set.of("SourceSecurityGroupId", "DestinationSecurityGroupId");
  private static final int HIGHEST_PORT = 65_535;

  private static final String EMPTY = "it is empty";

  private final List<String> sentences = new ArrayList<>();
  private final DeclaredStack stack;

  private BadValues(DeclaredStack stack) {
    this.stack =
        new DeclaredStack(
            stack.stack(),
            stack.asOf(),
            stack.resources().stream().map(this::without).toList(),
            stack.undecided(),
            stack.mentions(),
            stack.leftOut());
  }

  static BadValues of(DeclaredStack stack) {
    return new BadValues(stack);
  }

  /** The same stack, and none of them in it. */
  DeclaredStack without() {
    return stack;
  }

  /** E.g. {@code Vpc.CidrBlock: not a block of addresses: ten}. */
  List<String> sentences() {
    return List.copyOf(sentences);
  }

  private Declared without(Declared declared) {
    return new Declared(declared.ref(), fields(declared.ref().logicalId(), declared.properties()));
  }

  private Value.Fields fields(String where, Value.Fields fields) {
    var values = new LinkedHashMap<String, Value>();
    fields
        .values()
        .forEach((name, value) -> values.put(name, value(where + "." + name, name, value)));
    return new Value.Fields(values);
  }

  private Value value(String where, String name, Value value) {
    return switch (value) {
      case Value.Scalar(String text) -> {
        var why = why(name, text);
        if (why == null) {
          yield value;
        }
        sentences.add(where + ": " + why);
        yield new Value.Unknown(why);
      }
      case Value.Fields fields -> fields(where, fields);
      case Value.Items items ->
          new Value.Items(items.values().stream().map(each -> value(where, name, each)).toList());
      case Value.Unknown unknown -> unknown;
    };
  }

  private static @Nullable String why(String name, String text) {
    if (BLOCKS.contains(name)) {
      return noBlock(text);
    }
    if (GROUPS.contains(name) && !text.startsWith("sg-")) {
      return text.isBlank() ? EMPTY : "not the id of a security group: " + text;
    }
    return PORTS.contains(name) ? noPort(text) : null;
  }

  private static @Nullable String noBlock(String text) {
    try {
      Cidr.parse(text);
      return null;
    } catch (IllegalArgumentException e) {
      return text.isBlank() ? EMPTY : e.getMessage();
    }
  }

  private static @Nullable String noPort(String text) {
    if (text.isBlank()) {
      return EMPTY;
    }
    return text.equals("traffic-port")
            || text.equals("-1")
            || PathFinder.number(text, HIGHEST_PORT + 1) <= HIGHEST_PORT
        ? null
        : "not a port: " + text;
  }
}
