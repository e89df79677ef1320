package dev.driftmend.template.function;

import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.Value;
import dev.driftmend.template.DeclaredProperties;
import dev.driftmend.template.Parameters;
import dev.driftmend.template.Template;
import dev.driftmend.template.text.Node;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code Ref}, {@code Fn::GetAtt}, {@code Fn::ImportValue} and the pseudo parameters. */
public final class References {
  private final StackSnapshot snapshot;
  private final Map<String, Template.Entry> declared;
  private final Map<String, ResourceRef> existing;
  private final Parameters parameters;
  private final DeclaredProperties properties;

  public References(
      StackSnapshot snapshot,
      Template template,
      Map<String, ResourceRef> existing,
      DeclaredProperties properties) {
    this.snapshot = snapshot;
    this.declared = template.resources();
    this.existing = existing;
    this.parameters = new Parameters(template.parameters(), snapshot.parameters());
    this.properties = properties;
  }

  /**
   * @return null for {@code AWS::NoValue}
   * @throws Unresolved if it cannot be known
   */
  @Nullable Value ref(String name) {
    if (name.equals("AWS::NoValue")) {
      return null;
    }
    if (name.startsWith("AWS::")) {
      return pseudo(name);
    }
    return parameters.has(name)
        ? parameters.value(name)
        : new Value.Scalar(resource(name).physicalId());
  }

  /** {@code "A.B"} or a list of the two. */
  Value attribute(Node argument, Evaluator evaluator) {
    if (argument instanceof Node.Items) {
      var two = Evaluator.arguments(argument, 2, 2);
      return attribute(evaluator.text(two.getFirst()), evaluator.text(two.getLast()), evaluator);
    }
    return attribute(evaluator.text(argument), evaluator);
  }

  /** Logical id, a dot, and the attribute, which may have dots of its own. */
  Value attribute(String dotted, Evaluator evaluator) {
    var dot = dotted.indexOf('.');
    if (dot < 0) {
      throw new Unresolved(dotted + " names no attribute");
    }
    return attribute(dotted.substring(0, dot), dotted.substring(dot + 1), evaluator);
  }

  Value export(String name) {
    var value = snapshot.exports().get(name);
    if (value == null) {
      throw new Unresolved("there is no export " + name);
    }
    return new Value.Scalar(value);
  }

  private Value attribute(String logicalId, String attribute, Evaluator evaluator) {
    var of =
        new Attributes(
            resource(logicalId), snapshot.stack(), snapshot.defaultGroups(), properties, evaluator);
    return of.value(attribute);
  }

  private ResourceRef resource(String name) {
    var resource = existing.get(name);
    if (resource != null) {
      return resource;
    }
    var entry = declared.get(name);
    if (entry == null) {
      throw new Unresolved("the template has no " + name);
    }
    throw new Unresolved(
        entry.condition() == null
            ? "the stack has no resource " + name
            : "the stack has no resource " + name + " (condition " + entry.condition() + ")");
  }

  private Value pseudo(String name) {
    var stack = snapshot.stack();
    return switch (name) {
      case "AWS::AccountId" -> new Value.Scalar(stack.account());
      case "AWS::Region" -> new Value.Scalar(stack.region());
      case "AWS::Partition" -> new Value.Scalar(stack.partition());
      case "AWS::StackId" -> new Value.Scalar(stack.id());
      case "AWS::StackName" -> new Value.Scalar(stack.name());
      case "AWS::URLSuffix" -> new Value.Scalar(urlSuffix(stack));
      case "AWS::NotificationARNs" ->
          new Value.Items(
              snapshot.notificationArns().stream().<Value>map(Value.Scalar::new).toList());
      default -> throw new Unresolved("there is no pseudo parameter " + name);
    };
  }

  static String urlSuffix(StackRef stack) {
    return switch (stack.partition()) {
      case "aws", "aws-us-gov" -> "amazonaws.com";
      case "aws-cn" -> "amazonaws.com.cn";
      case "aws-iso" -> "c2s.ic.gov";
      case "aws-iso-b" -> "sc2s.sgov.gov";
      default -> throw new Unresolved("the URL suffix of " + stack.partition() + " is not known");
    };
  }
}
