package dev.driftmend.template;

import dev.driftmend.model.stack.Value;
import dev.driftmend.template.function.Unresolved;
import dev.driftmend.template.text.Node;
import java.util.Arrays;
import java.util.Map;

/** The parameters with the values that the deployed stack has. */
public final class Parameters {
  private static final String HIDDEN = "****";
  private static final String SSM = "AWS::SSM::Parameter::Value<";
  private final Map<String, Node> declared;
  private final Map<String, String> deployed;

  public Parameters(Map<String, Node> declared, Map<String, String> deployed) {
    this.declared = declared;
    this.deployed = deployed;
  }

  public boolean has(String name) {
    return declared.containsKey(name) || deployed.containsKey(name);
  }

  /**
   * A list if the parameter's type is one.
   *
   * @throws Unresolved if its value is hidden or not known
   */
  public Value value(String name) {
    var type = attribute(name, "Type", "String");
    var text = text(name, type);
    if (!isList(type)) {
      return new Value.Scalar(text);
    }
    return new Value.Items(
        Arrays.stream(text.split(",", -1)).<Value>map(s -> new Value.Scalar(s.strip())).toList());
  }

  /** The default stands in only where the stack names no value: CloudFormation lists them all. */
  private String text(String name, String type) {
    var value = deployed.get(name);
    if (HIDDEN.equals(value) || attribute(name, "NoEcho", "false").equalsIgnoreCase("true")) {
      throw new Unresolved("the parameter " + name + " is hidden by NoEcho");
    }
    if (value != null) {
      return value;
    }
    if (type.startsWith(SSM)
        || !(declared.get(name) instanceof Node.Fields fields)
        || !(fields.nodes().get("Default") instanceof Node.Text text)) {
      throw new Unresolved("there is no value for the parameter " + name);
    }
    return text.text();
  }

  private String attribute(String name, String attribute, String otherwise) {
    return declared.get(name) instanceof Node.Fields fields
            && fields.nodes().get(attribute) instanceof Node.Text text
        ? text.text()
        : otherwise;
  }

  private static boolean isList(String type) {
    var plain = type.startsWith(SSM) ? type.substring(SSM.length()) : type;
    return plain.startsWith("CommaDelimitedList") || plain.startsWith("List<");
  }
}
