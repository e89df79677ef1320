package dev.driftmend.template;

/** The body of a template, YAML or JSON, becomes a tree. */
final class TemplateText {

  private TemplateText() {}

  /**
   * @throws UnreadableTemplate if it is neither JSON nor YAML, or no object
   */
  static Node.Fields parse(String body) {
    var text = body.startsWith("\uFEFF") ? body.substring(1) : body;
    var node = text.stripLeading().startsWith("{") ? braces(text) : YamlText.parse(text);
    if (node instanceof Node.Fields fields) {
      return fields;
    }
    throw new UnreadableTemplate("an object with Resources is expected", 1, 1);
  }

  /** A YAML template may begin with a brace too. */
  private static Node braces(String text) {
    try {
      return JsonText.parse(text);
    } catch (UnreadableTemplate notJson) {
      try {
        return YamlText.parse(text);
      } catch (UnreadableTemplate notYaml) {
        notJson.addSuppressed(notYaml);
        throw notJson;
      }
    }
  }
}
