package dev.driftmend.render;

import dev.driftmend.model.Acceptance;

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
    return Json.object(
        json -> {
          Json.text(json, "schema", SCHEMA);
          Json.text(json, "stack", stack);
          Json.text(json, "plan", acceptance.plan());
          Json.text(json, "who", acceptance.who());
          Json.time(json, "when", acceptance.when());
          Json.time(json, "expires", acceptance.expires());
        });
  }
}
