package dev.driftmend.model.stack;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What people call what ids stand for: at 3 a.m. nobody knows a group by 17 hexadecimal digits, or
 * reads 90 characters of an ARN. Nothing is looked up for it: what is in here was read anyway.
 *
 * @param byId by physical id
 */
public record ResourceNames(SortedMap<String, Name> byId) {
  public static final ResourceNames NONE = new ResourceNames(Collections.emptySortedMap());

  /**
   * Ids that stand for one thing wherever they stand: those that EC2 gives, ARNs of load balancing
   * and of stacks, and how load balancers describe their interfaces. A role's or a bucket's name
   * may be any word, so it is not among them; nor is what stands in another account's notation.
   */
  private static final Pattern ID =
      Pattern.compile(
          "(?<![A-Za-z0-9/:-])(?:"
              + "arn:aws[a-z-]*:(?:elasticloadbalancing|cloudformation):[a-z0-9-]*:\\d*:[A-Za-z0-9/-]+|ELB"
              + " (?:app|net|gwy)/[A-Za-z0-9/-]+|\\d{1,3}(?:\\.\\d{1,3}){3}"
              + "|(?:acl|eigw|eni|i|igw|lt|nat|pcx|pl|rtb|sg|subnet|tgw|vgw|vpc|vpce)-[0-9a-z]+"
              + ")(?![A-Za-z0-9/-])");

  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+");
  private static final Pattern PORT = Pattern.compile(":\\d+");

  private static final int ARN_PARTS = 6;
  private static final String BALANCER = "loadbalancer/";
  private static final String INTERFACE = "ELB ";

  /** Where a name comes from, which is how far it can be trusted. */
  public enum Source {
    /** The resource is the stack's own, and this is its logical id. */
    STACK,
    /** A service's name for it, which it keeps for life. */
    SERVICE,
    /** Its Name tag, which anybody may have set. */
    TAG
  }

  public record Name(String text, Source source) {
    public boolean isOfStack() {
      return source == Source.STACK;
    }
  }

  public ResourceNames {
    byId = Collections.unmodifiableSortedMap(new TreeMap<>(byId));
  }

  /**
   * @param resources of the stack, all of them: what is not among them is not of the stack
   * @param others what else was read, by id
   */
  public static ResourceNames of(Collection<ResourceRef> resources, Map<String, Name> others) {
    var byId = new TreeMap<>(others);
    for (var ref : resources) {
      if (ID.matcher(ref.physicalId()).matches()) {
        var name = new Name(ref.logicalId(), Source.STACK);
        byId.put(ref.physicalId(), name);
        var balancer = ref.physicalId().indexOf(":" + BALANCER);
        if (balancer > 0) {
          byId.put(INTERFACE + ref.physicalId().substring(balancer + 1 + BALANCER.length()), name);
        }
      }
    }
    return new ResourceNames(byId);
  }

  /**
   * Those of what these texts name, with what is in an ARN itself of what is not of the stack. No
   * two things have one name.
   */
  public ResourceNames among(Collection<String> texts) {
    if (byId.isEmpty()) {
      return this;
    }
    var mentioned = new TreeMap<String, Name>();
    for (var id : ids(texts)) {
      var name = byId.get(id);
      var inside = name == null ? inside(id) : null;
      if (name != null) {
        mentioned.put(id, name);
      } else if (inside != null) {
        mentioned.put(id, new Name(inside, Source.SERVICE));
      }
    }
    var count = new HashMap<String, Integer>();
    mentioned.values().forEach(n -> count.merge(n.text(), 1, Integer::sum));
    mentioned.replaceAll(
        (id, n) ->
            n.isOfStack() || !isLong(id) || count.getOrDefault(n.text(), 0) < 2
                ? n
                : new Name(n.text() + "/" + id.substring(id.lastIndexOf('/') + 1), n.source()));
    return new ResourceNames(mentioned);
  }

  /** Both; where both know one, what this one says. */
  public ResourceNames and(ResourceNames more) {
    var both = new TreeMap<>(more.byId);
    both.putAll(byId);
    return new ResourceNames(both);
  }

  /** The ids in these texts, known or not. */
  public static Set<String> ids(Collection<String> texts) {
    var ids = new TreeSet<String>();
    for (var text : texts) {
      var found = ID.matcher(text);
      while (found.find()) {
        ids.add(found.group());
      }
    }
    return ids;
  }

  /**
   * A text with names in it: of the stack's own the logical id alone, of others' what stands in an
   * ARN; a short id stays and has the name in brackets, because anybody may give such a name twice.
   */
  public String say(String text) {
    return said(text, this::isReplaced);
  }

  /** The same, but every short id stays, with its name in brackets behind it. */
  public String sayBeside(String text) {
    return said(text, id -> byId.containsKey(id) && isLong(id));
  }

  private String said(String text, Predicate<String> replaced) {
    var out = new StringBuilder();
    var found = ID.matcher(text);
    var from = 0;
    while (found.find()) {
      var id = found.group();
      var name = byId.get(id);
      var to = found.end();
      out.append(text, from, found.start());
      if (name == null) {
        out.append(id);
      } else if (isBehind(out, name) && text.startsWith(")", to)) {
        // It was called by its name, with the id in brackets.
        if (replaced.test(id)) {
          out.setLength(out.length() - " (".length());
          to += ")".length();
        } else {
          out.append(id);
        }
      } else if (replaced.test(id)) {
        out.append(name.text());
        to = text.startsWith(inBrackets(name), to) ? to + inBrackets(name).length() : to;
      } else {
        to = port(text, to);
        out.append(text, found.start(), to)
            .append(isNamedBehind(text, id, name, to) ? "" : inBrackets(name));
      }
      from = to;
    }
    return out.append(text, from, text.length()).toString();
  }

  private static boolean isBehind(StringBuilder said, Name name) {
    var head = name.text() + " (";
    return said.length() >= head.length()
        && said.substring(said.length() - head.length()).equals(head);
  }

  /** A target's port belongs to it. */
  private static int port(String text, int at) {
    var port = PORT.matcher(text).region(at, text.length());
    return port.lookingAt() ? port.end() : at;
  }

  /** Whether it has brackets behind it: its name, or of an address whose it is. */
  private static boolean isNamedBehind(String text, String id, Name name, int at) {
    return text.startsWith(isAddress(id) ? " (" : " (" + name.text(), at);
  }

  private static String inBrackets(Name name) {
    return " (" + label(name) + ")";
  }

  /**
   * What {@link #say} calls these ids, with the ids in brackets, to be copied: e.g. {@code
   * WebSecurityGroup (sg-0abc)}, {@code web-green (arn:..., not of this stack)}. In order.
   */
  public List<String> legend(Collection<String> ids) {
    var lines = new ArrayList<String>();
    for (var id : ids) {
      var name = byId.get(id);
      if (name != null && !id.startsWith(INTERFACE)) {
        lines.add(
            isReplaced(id)
                ? name.text() + " (" + id + (name.isOfStack() ? ")" : ", not of this stack)")
                : id + inBrackets(name));
      }
    }
    lines.sort(Comparator.naturalOrder());
    return lines;
  }

  /** Whether a text has its name in its place, so that a text has to say once which one that is. */
  public boolean isReplaced(String id) {
    var name = byId.get(id);
    return name != null && (isLong(id) || (name.isOfStack() && !isAddress(id)));
  }

  /** Whether it has a name, in its place or beside it. */
  public boolean isKnown(String id) {
    return byId.containsKey(id);
  }

  /** What stands in an ARN for people; null if there is nothing. */
  private @Nullable String inside(String id) {
    if (id.startsWith(INTERFACE)) {
      return "load balancer " + id.split("/")[1];
    }
    var parts = id.split(":", ARN_PARTS);
    if (parts.length < ARN_PARTS || !parts[0].equals("arn")) {
      return null;
    }
    var path = parts[ARN_PARTS - 1].split("/");
    var last = path[path.length - 1];
    return switch (path[0]) {
      case "targetgroup" -> path.length == 3 ? path[1] : null;
      case "loadbalancer" -> path.length == 4 ? path[2] : path.length == 2 ? path[1] : null;
      case "listener" -> path.length == 5 ? "listener " + last + " of " + balancer(path) : null;
      case "listener-rule" -> path.length == 6 ? "rule " + last + " of " + balancer(path) : null;
      case "stack" -> path.length == 3 ? path[1] : null;
      default -> null;
    };
  }

  /** Whose listener it is: {@code listener/app/NAME/ID/ID}. */
  private String balancer(String[] path) {
    var own = byId.get(INTERFACE + path[1] + "/" + path[2] + "/" + path[3]);
    return own == null ? path[2] : own.text();
  }

  private static boolean isAddress(String id) {
    return ADDRESS.matcher(id).matches();
  }

  private static String label(Name name) {
    return name.text() + (name.source() == Source.TAG ? ", Name tag" : "");
  }

  private static boolean isLong(String id) {
    return id.startsWith("arn:") || id.startsWith(INTERFACE);
  }
}
