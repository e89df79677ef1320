package dev.driftmend.template.text;

import java.util.ArrayList;
import java.util.List;

/** The body of a template, YAML or JSON, becomes a tree. */
public final class TemplateText {

  private TemplateText() {}

  /**
   * @throws UnreadableTemplate if it is neither JSON nor YAML, or no object
   */
  public static Node.Fields parse(String body) {
    return parse(body, new ArrayList<>());
  }

  /** The keys that stand twice, in the order in which they end. */
  public static List<DuplicateKey> duplicates(String body) {
    var duplicates = new ArrayList<DuplicateKey>();
    parse(body, duplicates);
    return duplicates;
  }

  private static Node.Fields parse(String body, List<DuplicateKey> duplicates) {
    var text = body.startsWith("\uFEFF") ? body.substring(1) : body;
    var node =
        text.stripLeading().startsWith("{")
            ? braces(text, duplicates)
            : YamlText.parse(text, duplicates);
    if (node instanceof Node.Fields fields) {
      return fields;
    }
    throw new UnreadableTemplate("an object with Resources is expected", 1, 1);
  }

  /** A YAML template may begin with a brace too. */
  private static Node braces(String text, List<DuplicateKey> duplicates) {
    try {
      return JsonText.parse(text, duplicates);
    } catch (UnreadableTemplate notJson) {
      duplicates.clear();
      try {
        return YamlText.parse(text, duplicates);
      } catch (UnreadableTemplate notYaml) {
        notJson.addSuppressed(notYaml);
        throw notJson;
      }
    }
  }
}
