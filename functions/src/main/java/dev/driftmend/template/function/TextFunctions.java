package dev.driftmend.template.function;

import dev.driftmend.model.stack.Value;
import dev.driftmend.template.text.Node;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/** {@code Fn::Join}, {@code Fn::Split}, {@code Fn::Base64}. */
final class TextFunctions {

  private TextFunctions() {}

  static Value join(Node argument, Evaluator evaluator) {
    var two = Evaluator.arguments(argument, 2, 2);
    var delimiter = evaluator.text(two.getFirst());
    var joined = new StringBuilder();
    var between = "";
    for (var part : evaluator.list(two.getLast())) {
      Evaluator.bounded(joined.append(between).append(Evaluator.text(part)));
      between = delimiter;
    }
    return Evaluator.scalar(joined);
  }

  static Value split(Node argument, Evaluator evaluator) {
    var two = Evaluator.arguments(argument, 2, 2);
    var delimiter = evaluator.text(two.getFirst());
    if (delimiter.isEmpty()) {
      throw new Unresolved("a delimiter is needed");
    }
    var parts =
        Pattern.compile(delimiter, Pattern.LITERAL).split(evaluator.text(two.getLast()), -1);
    return new Value.Items(Arrays.stream(parts).<Value>map(Value.Scalar::new).toList());
  }

  static Value base64(Node argument, Evaluator evaluator) {
    var text = evaluator.text(argument);
    if (text.contains(DynamicReferences.MARK)) {
      throw new Unresolved("a dynamic reference inside");
    }
    return Evaluator.scalar(
        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
  }
}
