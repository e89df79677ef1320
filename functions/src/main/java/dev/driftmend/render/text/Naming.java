package dev.driftmend.render.text;

import dev.driftmend.model.stack.ResourceNames;
import dev.driftmend.model.stack.ResourceRef;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names on one page: sentences call things by them, commands keep the ids that they need, and
 * at the end stands once which id each name is.
 */
final class Naming {
  private final ResourceNames names;
  private final Set<String> said = new HashSet<>();
  private final Set<String> shown = new HashSet<>();

  Naming(ResourceNames names) {
    this.names = names;
  }

  /** A sentence. */
  String say(String text) {
    for (var id : ResourceNames.ids(List.of(text))) {
      (names.isReplaced(id) ? said : shown).add(id);
    }
    return names.say(text);
  }

  /** What is to be typed, or holds something that is: it stays as it is. */
  String command(String text) {
    said.addAll(ResourceNames.ids(List.of(text)));
    return text;
  }

  /** Stands on the page with its id beside it. */
  void shown(ResourceRef resource) {
    shown.add(resource.physicalId());
  }

  /** Whether there was anything to say. */
  boolean write(Page page) {
    said.removeAll(shown);
    var legend = names.legend(said);
    if (legend.isEmpty()) {
      return false;
    }
    page.blank();
    page.line("Names");
    legend.forEach(line -> page.line("  " + line));
    return true;
  }
}
