package dev.driftmend.template.function;

import dev.driftmend.model.stack.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * <code>{{resolve:…}}</code> in resolved properties. Only a parameter with a version has the value
 * that it had at the deployment; secrets are neither read nor named.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html">Dynamic
 *     references</a>
 */
public final class DynamicReferences {
  static final String MARK = "{{resolve:";
  private static final Pattern REFERENCE = Pattern.compile("\\{\\{resolve:([^:}]*):?([^}]*)}}");
  private static final Pattern VERSIONED = Pattern.compile(".+:[0-9]+");
  private final Map<String, String> ssm;

  public DynamicReferences(Map<String, String> ssm) {
    this.ssm = ssm;
  }

  public Value resolve(Value value) {
    return switch (value) {
      case Value.Scalar scalar -> scalar.text().contains(MARK) ? text(scalar.text()) : scalar;
      case Value.Items items ->
          new Value.Items(items.values().stream().map(this::resolve).toList());
      case Value.Fields fields -> fields(fields);
      case Value.Unknown unknown -> unknown;
    };
  }

  private Value fields(Value.Fields fields) {
    var values = new LinkedHashMap<String, Value>();
    fields.values().forEach((name, value) -> values.put(name, resolve(value)));
    return new Value.Fields(values);
  }

  private Value text(String text) {
    try {
      return Evaluator.scalar(
          REFERENCE.matcher(text).replaceAll(m -> Matcher.quoteReplacement(one(m))));
    } catch (Unresolved e) {
      return new Value.Unknown(e.why());
    }
  }

  private String one(MatchResult reference) {
    if (!reference.group(1).equals("ssm")) {
      throw new Unresolved("a dynamic reference to a secret, which is never read");
    }
    var parameter = reference.group(2);
    if (!VERSIONED.matcher(parameter).matches()) {
      throw new Unresolved(
          "the SSM parameter "
              + parameter
              + " is referred to without a version, so its value at the deployment is not known");
    }
    var value = ssm.get(parameter);
    if (value == null) {
      throw new Unresolved("the SSM parameter " + parameter + " was not read");
    }
    return value;
  }
}
