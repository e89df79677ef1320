package dev.driftmend.template.function;

import dev.driftmend.template.text.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A value that a parameter takes as a list. */
public final class CommaLists {
  private static final String SPLIT = "Fn::Split";
  private static final Node COMMA = new Node.Text(",");

  private CommaLists() {}

  /**
   * @param lists names of parameters that are lists already
   */
  public static Node of(Node value, Set<String> lists) {
    return switch (value) {
      case Node.Items items -> items;
      case Node.Unclear unclear -> unclear;
      case Node.Fields(Map<String, Node> nodes)
          when nodes.get("Ref") instanceof Node.Text name && lists.contains(name.text()) ->
          value;
      case Node.Text _, Node.Fields _ ->
          new Node.Fields(Map.of(SPLIT, new Node.Items(List.of(COMMA, value))));
    };
  }

  /** The members of text that a comma parts, as far as they stand there; null if they do not. */
  static @Nullable Node members(Node value) {
    return switch (value) {
      case Node.Text text ->
          new Node.Items(
              Arrays.stream(text.text().split(","))
                  .map(String::strip)
                  .<Node>map(Node.Text::new)
                  .toList());
      case Node.Fields(Map<String, Node> nodes)
          when nodes.get("Fn::Join") instanceof Node.Items(List<Node> two)
              && two.size() == 2
              && COMMA.equals(two.getFirst()) ->
          two.getLast();
      case Node.Fields(Map<String, Node> nodes)
          when nodes.get("Fn::Sub") instanceof Node.Text text ->
          new Node.Items(
              Arrays.stream(text.text().split(","))
                  .map(
                      each ->
                          (Node) new Node.Fields(Map.of("Fn::Sub", new Node.Text(each.strip()))))
                  .toList());
      case Node.Fields _, Node.Items _, Node.Unclear _ -> null;
    };
  }

  /** The list that splitting at commas gives; null if it is not such a call. */
  public static @Nullable Node split(Map<String, Node> call) {
    return call.size() == 1
            && call.get(SPLIT) instanceof Node.Items(List<Node> two)
            && two.size() == 2
            && COMMA.equals(two.getFirst())
        ? members(two.getLast())
        : null;
  }
}
