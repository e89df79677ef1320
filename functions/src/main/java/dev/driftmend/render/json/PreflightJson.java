package dev.driftmend.render.json;

import dev.driftmend.model.incident.Preflight;
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
    return JsonLine.object(
        json -> {
          JsonLine.text(json, "schema", SCHEMA);
          JsonLine.text(json, "account", preflight.account());
          JsonLine.text(json, "region", preflight.region());
          JsonLine.text(json, "stack", preflight.stack());
          json.writeBooleanField("deployed", preflight.deployed());
          json.writeBooleanField("fine", preflight.fine());
          json.writeArrayFieldStart("checks");
          for (var check : preflight.checks()) {
            JsonLine.object(
                json,
                j -> {
                  JsonLine.text(j, "name", check.name());
                  JsonLine.text(j, "state", check.state().name().toLowerCase(Locale.ROOT));
                  JsonLine.text(j, "what", check.what());
                  JsonLine.text(j, "why", check.why());
                  JsonLine.text(j, "source", check.source());
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
          JsonLine.object(
              json,
              j -> {
                for (var each : preflight.parameters().entrySet()) {
                  j.writeStringField(each.getKey(), each.getValue());
                }
              });
        });
  }
}
