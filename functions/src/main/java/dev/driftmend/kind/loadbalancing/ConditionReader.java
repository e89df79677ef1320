package dev.driftmend.kind.loadbalancing;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.network.RequestCondition;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads the conditions of a listener rule as a template declares them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticloadbalancingv2-listenerrule-rulecondition.html">RuleCondition</a>
 */
final class ConditionReader {
  private static final String VALUES = "Values";
  private static final String REGEX_VALUES = "RegexValues";

  private ConditionReader() {}

  static Property read(Value declared) {
    var unknown = NormalForms.unknown(declared);
    if (unknown != null) {
      return new Property.Unknown(unknown);
    }
    try {
      var conditions = new ArrayList<RequestCondition>();
      for (var each : NormalForms.list(declared)) {
        conditions.add(condition(object(each)));
      }
      return new Property.Scalar(RequestCondition.text(conditions));
    } catch (IllegalArgumentException e) {
      return new Property.Unknown(String.valueOf(e.getMessage()));
    }
  }

  private static RequestCondition condition(Value.Fields condition) {
    var field = String.valueOf(NormalForms.text(condition, "Field"));
    var config = object(condition.get(configOf(field)).orElseGet(() -> new Value.Fields(Map.of())));
    if (field.equals(RequestCondition.QUERY)) {
      return RequestCondition.ofQuery(values(config, VALUES).map(ConditionReader::pair).toList());
    }
    var header = NormalForms.text(config, "HttpHeaderName");
    var regex = texts(condition, config, REGEX_VALUES);
    return regex.isEmpty()
        ? RequestCondition.of(field, header, false, texts(condition, config, VALUES))
        : RequestCondition.of(field, header, true, regex);
  }

  private static String configOf(String field) {
    return switch (field) {
      case RequestCondition.HOST -> "HostHeaderConfig";
      case RequestCondition.PATH -> "PathPatternConfig";
      case RequestCondition.HEADER -> "HttpHeaderConfig";
      case RequestCondition.METHOD -> "HttpRequestMethodConfig";
      case RequestCondition.QUERY -> "QueryStringConfig";
      case RequestCondition.SOURCE -> "SourceIpConfig";
      default -> throw new IllegalArgumentException("conditions on " + field + " are not compared");
    };
  }

  /** What stands in the configuration, or beside the field, means the same. */
  private static List<String> texts(Value.Fields condition, Value.Fields config, String name) {
    return Stream.concat(values(config, name), values(condition, name))
        .map(
            v -> {
              if (v instanceof Value.Scalar s) {
                return s.text();
              }
              throw new IllegalArgumentException("a condition's value is text");
            })
        .toList();
  }

  private static RequestCondition.Pair pair(Value value) {
    var pair = object(value);
    return new RequestCondition.Pair(
        NormalForms.text(pair, "Key"), String.valueOf(NormalForms.text(pair, "Value")));
  }

  private static Stream<Value> values(Value.Fields fields, String name) {
    return fields.get(name).map(NormalForms::list).orElse(List.of()).stream();
  }

  private static Value.Fields object(Value value) {
    if (value instanceof Value.Fields fields) {
      return fields;
    }
    throw new IllegalArgumentException("a condition is an object");
  }
}
