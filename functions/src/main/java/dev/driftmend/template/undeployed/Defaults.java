package dev.driftmend.template.undeployed;

import dev.driftmend.template.Template;
import dev.driftmend.template.text.Node;
import dev.driftmend.template.text.TemplateText;
import dev.driftmend.template.text.UnreadableTemplate;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parameters of a template as it was written. */
public final class Defaults {
  private Defaults() {}

  /**
   * Every parameter by its name, in the order of the template, with its default; the empty text if
   * it has none.
   *
   * @throws UnreadableTemplate if the body is no template
   */
  public static Map<String, String> of(String body) {
    var found = new LinkedHashMap<String, String>();
    Template.of(TemplateText.parse(body))
        .parameters()
        .forEach((name, parameter) -> found.put(name, of(parameter)));
    return found;
  }

  private static String of(Node parameter) {
    return parameter instanceof Node.Fields fields
            && fields.nodes().get("Default") instanceof Node.Text text
        ? text.text()
        : "";
  }
}
