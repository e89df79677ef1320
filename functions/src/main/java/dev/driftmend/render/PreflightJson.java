package dev.driftmend.render;

import dev.driftmend.model.Preflight;
import java.util.Locale;

/** What a deployment would meet, for machines, {@code driftmend.doctor/v1}. */
public final class PreflightJson {
  public static final String SCHEMA = "driftmend.doctor/v1";

  private PreflightJson() {}

  /**
   * One line of ASCII: {@code {schema, account, region, stack, deployed, fine, checks: [{name,
   * state: fine|note|unknown|mend, what, why, source, blocks, mend: [...]}], parameters: {NAME:
   * VALUE}}}.
   */
  public static String write(Preflight preflight) {
    return Json.object(
        json -> {
          Json.text(json, "schema", SCHEMA);
          Json.text(json, "account", preflight.account());
          Json.text(json, "region", preflight.region());
          Json.text(json, "stack", preflight.stack());
          json.writeBooleanField("deployed", preflight.deployed());
          json.writeBooleanField("fine", preflight.fine());
          json.writeArrayFieldStart("checks");
          for (var check : preflight.checks()) {
            Json.object(
                json,
                j -> {
                  Json.text(j, "name", check.name());
                  Json.text(j, "state", check.state().name().toLowerCase(Locale.ROOT));
                  Json.text(j, "what", check.what());
                  Json.text(j, "why", check.why());
                  Json.text(j, "source", check.source());
                  j.writeBooleanField("blocks", check.blocks());
                  j.writeArrayFieldStart("mend");
                  for (var mend : check.mend()) {
                    j.writeString(mend);
                  }
                  j.writeEndArray();
                });
          }
          json.writeEndArray();
          json.writeFieldName("parameters");
          Json.object(
              json,
              j -> {
                for (var each : preflight.parameters().entrySet()) {
                  j.writeStringField(each.getKey(), each.getValue());
                }
              });
        });
  }
}
