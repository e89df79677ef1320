package dev.driftmend.render.json;

import dev.driftmend.model.plan.Acceptance;

/** That a plan was accepted, for machines, {@code driftmend.acceptance/v1}. */
public final class AcceptanceJson {
  public static final String SCHEMA = "driftmend.acceptance/v1";

  private AcceptanceJson() {}

  /**
   * One line of ASCII: {@code {schema, stack, plan, who, when, expires}}, times in ISO 8601.
   *
   * @param stack the stack's name
   */
  public static String write(String stack, Acceptance acceptance) {
    return JsonLine.object(
        json -> {
          JsonLine.text(json, "schema", SCHEMA);
          JsonLine.text(json, "stack", stack);
          JsonLine.text(json, "plan", acceptance.plan());
          JsonLine.text(json, "who", acceptance.who());
          JsonLine.time(json, "when", acceptance.when());
          JsonLine.time(json, "expires", acceptance.expires());
        });
  }
}
