package dev.driftmend.template.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A template as it was written, the same for YAML and JSON: a short tag {@code !Join x} is the
 * field {@code Fn::Join: x}.
 */
public sealed interface Node {

  /** No more levels than this are read; CloudFormation's own templates stay far below. */
  int DEEPEST = 100;

  /** No more nodes than this, those that an alias repeats included. */
  int MOST = 500_000;

  /**
   * @param literal a number or a boolean, written without quotes
   */
  record Text(String text, boolean literal) implements Node {
    public Text(String text) {
      this(text, false);
    }
  }

  record Items(List<Node> nodes) implements Node {
    public Items {
      nodes = List.copyOf(nodes);
    }
  }

  record Fields(Map<String, Node> nodes) implements Node {
    public Fields {
      nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    }
  }

  /** Written in a way that CloudFormation refuses or may read differently. */
  record Unclear(String why) implements Node {}
}
