package dev.driftmend.drift;

import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.OpenMember;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which live members, that the template does not name, may be those of which it does not tell all:
 * as many are taken for them as there are, and where there are more, any of them may be too many.
 * Pure.
 *
 * @param taken live members, each with what it is taken for
 * @param doubtful those of which some are too many, with the reason for a person
 * @param extra those that are none of them for sure
 */
record UnresolvedMembers(
    Map<Item, OpenMember> taken, Map<Item, String> doubtful, List<Item> extra) {

  static UnresolvedMembers of(List<OpenMember> open, List<Item> others) {
    var matching = new Matching(open);
    var extra = new ArrayList<Item>();
    var unmatched = new ArrayList<Item>();
    for (var item : others) {
      if (open.stream().noneMatch(o -> o.mayBe(item))) {
        extra.add(item);
      } else if (!matching.add(item)) {
        unmatched.add(item);
      }
    }
    var doubtful = new LinkedHashMap<Item, String>();
    for (var item : unmatched) {
      var forms = matching.reached(item);
      var rivals = matching.takenFor(forms);
      rivals.add(item);
      var why = why(open, forms);
      rivals.forEach(rival -> doubtful.putIfAbsent(rival, why));
    }
    var taken = matching.taken();
    taken.keySet().removeAll(doubtful.keySet());
    return new UnresolvedMembers(taken, doubtful, extra);
  }

  private static String why(List<OpenMember> open, Set<Integer> forms) {
    var all = forms.stream().sorted().map(open::get).toList();
    return "of what may be "
        + String.join(" or ", all.stream().map(OpenMember::form).distinct().toList())
        + " there is more than the template declares, and which one is too many is not known: "
        + all.getFirst().why();
  }

  /** A matching of live members with open ones, as large as there is one. */
  private static final class Matching {
    private final List<OpenMember> open;
    private final Map<Integer, Item> one = new HashMap<>();
    private final Map<Item, Integer> forms = new LinkedHashMap<>();

    Matching(List<OpenMember> open) {
      this.open = open;
    }

    /** Whether there is room for it, if others make room. */
    boolean add(Item item) {
      return add(item, new HashSet<>());
    }

    private boolean add(Item item, Set<Integer> tried) {
      for (var form = 0; form < open.size(); form++) {
        if (!open.get(form).mayBe(item) || !tried.add(form)) {
          continue;
        }
        var holder = open.get(form).many() ? null : one.get(form);
        if (holder == null || add(holder, tried)) {
          if (!open.get(form).many()) {
            one.put(form, item);
          }
          forms.put(item, form);
          return true;
        }
      }
      return false;
    }

    /** What an item that found no room may be, and what those may be that hold it. */
    Set<Integer> reached(Item item) {
      var reached = new LinkedHashSet<Integer>();
      var queue = new ArrayList<Item>(List.of(item));
      while (!queue.isEmpty()) {
        var next = queue.removeFirst();
        for (var form = 0; form < open.size(); form++) {
          if (open.get(form).mayBe(next) && reached.add(form)) {
            @Nullable Item holder = one.get(form);
            if (holder != null) {
              queue.add(holder);
            }
          }
        }
      }
      return reached;
    }

    List<Item> takenFor(Set<Integer> some) {
      var items = new ArrayList<Item>();
      forms.forEach(
          (item, form) -> {
            if (some.contains(form)) {
              items.add(item);
            }
          });
      return items;
    }

    Map<Item, OpenMember> taken() {
      var taken = new LinkedHashMap<Item, OpenMember>();
      forms.forEach((item, form) -> taken.put(item, open.get(form)));
      return taken;
    }
  }
}
