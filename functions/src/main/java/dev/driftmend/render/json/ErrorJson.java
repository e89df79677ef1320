package dev.driftmend.render.json;

/** A refusal for machines. */
public final class ErrorJson {
  private ErrorJson() {}

  /** One line of ASCII: {@code {error}}, a sentence that names the thing and the way out. */
  public static String write(String error) {
    return JsonLine.object(json -> JsonLine.text(json, "error", error));
  }
}
