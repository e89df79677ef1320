package dev.driftmend.template.function;

import dev.driftmend.model.stack.Value;
import dev.driftmend.template.text.Node;
import java.util.List;

/** {@code Fn::Select}, {@code Fn::Length}. An unknown member may stand for none at all. */
final class ListFunctions {

  private ListFunctions() {}

  static Value select(Node argument, Evaluator evaluator) {
    var two = Evaluator.arguments(argument, 2, 2);
    var index = Evaluator.number(evaluator.text(two.getFirst()));
    var list = evaluator.list(two.getLast());
    if (index < 0 || index >= list.size()) {
      allKnown(list);
      throw new Unresolved("index " + index + " of a list of " + list.size());
    }
    allKnown(list.subList(0, index + 1));
    return list.get(index);
  }

  static Value length(Node argument, Evaluator evaluator) {
    var list = evaluator.list(argument);
    allKnown(list);
    return new Value.Scalar(Integer.toString(list.size()));
  }

  private static void allKnown(List<Value> list) {
    for (var member : list) {
      if (member instanceof Value.Unknown unknown) {
        throw new Unresolved(unknown.why());
      }
    }
  }
}
