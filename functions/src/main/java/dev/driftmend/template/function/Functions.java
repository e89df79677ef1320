package dev.driftmend.template.function;

import dev.driftmend.model.stack.Value;
import dev.driftmend.template.Conditions;
import dev.driftmend.template.text.Node;
import org.jspecify.annotations.Nullable;

/**
 * The intrinsic functions by name.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html">Intrinsic
 *     function reference</a>
 */
public final class Functions {
  private final References references;
  private final Conditions conditions;
  private final Mappings mappings;

  public Functions(References references, Conditions conditions, Mappings mappings) {
    this.references = references;
    this.conditions = conditions;
    this.mappings = mappings;
  }

  /**
   * @return null for {@code AWS::NoValue}
   * @throws Unresolved if it cannot be known
   */
  @Nullable Value call(String name, Node argument, Evaluator evaluator) {
    return switch (name) {
      case "Ref" -> references.ref(evaluator.text(argument));
      case "Fn::GetAtt" -> references.attribute(argument, evaluator);
      case "Fn::ImportValue" -> references.export(evaluator.text(argument));
      case "Fn::Sub" -> Substitution.sub(argument, references, evaluator);
      case "Fn::Join" -> TextFunctions.join(argument, evaluator);
      case "Fn::Split" -> TextFunctions.split(argument, evaluator);
      case "Fn::Base64" -> TextFunctions.base64(argument, evaluator);
      case "Fn::ToJsonString" -> JsonString.of(argument, evaluator);
      case "Fn::Select" -> ListFunctions.select(argument, evaluator);
      case "Fn::Length" -> ListFunctions.length(argument, evaluator);
      case "Fn::Cidr" -> Cidrs.cidr(argument, evaluator);
      case "Fn::FindInMap" -> mappings.find(argument, evaluator);
      case "Fn::If" -> choose(argument, evaluator);
      case "Fn::GetAZs" ->
          throw new Unresolved("availability zones may have changed since the deployment");
      case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not" ->
          throw new Unresolved("a condition function outside Conditions");
      default -> throw new Unresolved("not a function that is resolved in a deployed template");
    };
  }

  private @Nullable Value choose(Node argument, Evaluator evaluator) {
    var three = Evaluator.arguments(argument, 3, 3);
    boolean holds;
    try {
      holds = conditions.holds(three.getFirst(), evaluator);
    } catch (Unresolved undecided) {
      var one = evaluator.value(three.get(1));
      if (one != null && Evaluator.isKnown(one) && one.equals(evaluator.value(three.get(2)))) {
        return one;
      }
      throw undecided;
    }
    return evaluator.value(three.get(holds ? 1 : 2));
  }
}
