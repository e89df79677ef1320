package dev.driftmend.render.json;

/** Whether a guard is paused, for machines, {@code driftmend.pause/v1}. */
public final class PauseJson {
  public static final String SCHEMA = "driftmend.pause/v1";

  private PauseJson() {}

  /**
   * One line of ASCII: {@code {schema, guard, paused}}.
   *
   * @param guard the name of the guard's stack
   */
  public static String write(String guard, boolean paused) {
    return JsonLine.object(
        json -> {
          JsonLine.text(json, "schema", SCHEMA);
          JsonLine.text(json, "guard", guard);
          json.writeBooleanField("paused", paused);
        });
  }
}
