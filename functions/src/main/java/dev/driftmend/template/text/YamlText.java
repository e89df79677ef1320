package dev.driftmend.template.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * YAML with CloudFormation's short tags. Of equal keys the last one counts, as CloudFormation has
 * it, and they are reported; aliases and merge keys, which it refuses itself, are followed, so that
 * a template can be read before {@code aws cloudformation package} has unrolled them.
 */
final class YamlText {
  static final String NULL =
      "null, which CloudFormation does not accept; remove it or give it a value";
  private static final LoadSettings SETTINGS = LoadSettings.builder().build();
  private static final String MERGE = "<<";

  private record Anchored(Node node, int count) {}

  private final String body;
  private final Iterator<Event> events;
  private final Map<Anchor, Anchored> anchors = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final List<DuplicateKey> duplicates;
  private @Nullable Event ahead;
  private int count;

  private YamlText(String body, Iterator<Event> events, List<DuplicateKey> duplicates) {
    this.body = body;
    this.events = events;
    this.duplicates = duplicates;
  }

  /**
   * @param duplicates gets the keys that stand twice
   */
  static Node parse(String body, List<DuplicateKey> duplicates) {
    try {
      var events = new Parse(SETTINGS).parseString(body).iterator();
      return new YamlText(body, events, duplicates).document();
    } catch (MarkedYamlEngineException e) {
      var mark = e.getProblemMark().or(e::getContextMark);
      throw new UnreadableTemplate(
          e.getProblem() + Whereabouts.of(body, line(mark)), line(mark), column(mark));
    } catch (YamlEngineException e) {
      throw new UnreadableTemplate(String.valueOf(e.getMessage()));
    }
  }

  private Node document() {
    expect(Event.ID.StreamStart);
    if (peek().getEventId() == Event.ID.StreamEnd) {
      throw new UnreadableTemplate("it is empty");
    }
    expect(Event.ID.DocumentStart);
    var node = node(0);
    expect(Event.ID.DocumentEnd);
    if (peek().getEventId() != Event.ID.StreamEnd) {
      throw unreadable("a second document follows; a template is one", peek());
    }
    return node;
  }

  private Node node(int depth) {
    var event = next();
    if (depth > Node.DEEPEST || ++count > Node.MOST) {
      throw unreadable("more than " + Node.DEEPEST + " levels or " + Node.MOST + " values", event);
    }
    var before = count;
    return switch (event) {
      case AliasEvent alias -> aliased(alias);
      case ScalarEvent scalar -> keep(scalar.getAnchor(), scalar(scalar), before);
      case SequenceStartEvent list ->
          keep(list.getAnchor(), tagged(list.getTag(), items(depth)), before);
      case MappingStartEvent map ->
          keep(map.getAnchor(), tagged(map.getTag(), fields(depth)), before);
      default -> throw unreadable("a value is expected", event);
    };
  }

  private Node aliased(AliasEvent alias) {
    var anchored = anchors.get(alias.getAlias());
    if (anchored == null) {
      throw unreadable("*" + alias.getAlias() + " refers to itself or to nothing", alias);
    }
    count += anchored.count();
    if (count > Node.MOST) {
      throw unreadable("its aliases unroll to more than " + Node.MOST + " values", alias);
    }
    return anchored.node();
  }

  private Node keep(Optional<Anchor> anchor, Node node, int before) {
    anchor.ifPresent(a -> anchors.put(a, new Anchored(node, count - before + 1)));
    return node;
  }

  private static Node scalar(ScalarEvent scalar) {
    var tag = scalar.getTag();
    return tag.isEmpty() && scalar.isPlain()
        ? PlainScalar.read(scalar.getValue())
        : tagged(tag, new Node.Text(scalar.getValue()));
  }

  /**
   * {@code !Ref} and {@code !Condition} stand for fields of that name, all others for {@code
   * Fn::…}.
   */
  private static Node tagged(Optional<String> tag, Node node) {
    var name = tag.filter(t -> t.startsWith("!") && t.length() > 1).map(t -> t.substring(1));
    if (name.isEmpty()) {
      return node;
    }
    var key = name.get();
    var function = key.equals("Ref") || key.equals("Condition") ? key : "Fn::" + key;
    return new Node.Fields(Map.of(function, node));
  }

  private Node items(int depth) {
    var nodes = new ArrayList<Node>();
    while (peek().getEventId() != Event.ID.SequenceEnd) {
      nodes.add(node(depth + 1));
    }
    expect(Event.ID.SequenceEnd);
    return new Node.Items(nodes);
  }

  private Node fields(int depth) {
    var nodes = new LinkedHashMap<String, Node>();
    var merged = new LinkedHashMap<String, Node>();
    var lines = new HashMap<String, Integer>();
    while (peek().getEventId() != Event.ID.MappingEnd) {
      var event = next();
      if (!(event instanceof ScalarEvent key)) {
        throw unreadable("a key must be text", event);
      }
      path.addLast(key.getValue());
      var value = node(depth + 1);
      path.removeLast();
      if (key.isPlain() && key.getValue().equals(MERGE)) {
        merge(key, value, merged);
      } else if (nodes.put(key.getValue(), value) != null && depth == 0) {
        throw unreadable("the section " + key.getValue() + " appears twice; keep one", key);
      } else {
        var line = line(key.getStartMark());
        var before = lines.put(key.getValue(), line);
        if (before != null) {
          duplicates.add(DuplicateKey.of(path, key.getValue(), before, line));
        }
      }
    }
    expect(Event.ID.MappingEnd);
    merged.forEach(nodes::putIfAbsent);
    return new Node.Fields(nodes);
  }

  private void merge(ScalarEvent key, Node value, Map<String, Node> merged) {
    switch (value) {
      case Node.Fields fields -> fields.nodes().forEach(merged::putIfAbsent);
      case Node.Items items -> items.nodes().forEach(n -> merge(key, n, merged));
      case Node.Text _, Node.Unclear _ -> throw unreadable("<< merges objects only", key);
    }
  }

  private Event peek() {
    if (ahead == null) {
      ahead = events.next();
    }
    return ahead;
  }

  private Event next() {
    var event = peek();
    ahead = null;
    return event;
  }

  private void expect(Event.ID id) {
    var event = next();
    if (event.getEventId() != id) {
      throw unreadable("unexpected " + event.getEventId(), event);
    }
  }

  private UnreadableTemplate unreadable(String what, Event at) {
    var line = line(at.getStartMark());
    return new UnreadableTemplate(
        what + Whereabouts.of(body, line), line, column(at.getStartMark()));
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(-1) + 1;
  }

  private static int column(Optional<Mark> mark) {
    return mark.map(Mark::getColumn).orElse(-1) + 1;
  }
}
