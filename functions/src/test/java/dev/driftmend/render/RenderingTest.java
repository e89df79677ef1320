package dev.driftmend.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.render.json.AlertJson;
import dev.driftmend.render.json.OutcomeJson;
import dev.driftmend.render.json.PlanJson;
import dev.driftmend.render.text.AlertText;
import dev.driftmend.render.text.OutcomeText;
import dev.driftmend.render.text.PlanText;
import dev.driftmend.testing.Golden;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RenderingTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Set<String> alerts() {
    return Samples.alerts().keySet();
  }

  static Set<String> plans() {
    return Samples.plans().keySet();
  }

  static Set<String> outcomes() {
    return Samples.outcomes().keySet();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void anAlertReadsAsItsGoldenText(String name) {
    var alert = Samples.alert(name);
    Golden.check(
        "render/alert-" + name + ".txt",
        "subject: "
            + AlertText.subject(alert)
            + "\nsms:     "
            + AlertText.sms(alert)
            + "\n\n"
            + AlertText.body(alert));
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void anAlertIsItsGoldenJson(String name) {
    checkJson("render/alert-" + name + ".json", AlertJson.write(Samples.alert(name)));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void aPlanReadsAsItsGoldenText(String name) {
    Golden.check("render/plan-" + name + ".txt", PlanText.write(Samples.plan(name), false));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void aPlanIsItsGoldenJson(String name) {
    checkJson("render/plan-" + name + ".json", PlanJson.write(Samples.plan(name)));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void anOutcomeReadsAsItsGoldenText(String name) {
    Golden.check(
        "render/outcome-" + name + ".txt", OutcomeText.write(Samples.outcome(name), false));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void anOutcomeIsItsGoldenJson(String name) {
    checkJson("render/outcome-" + name + ".json", OutcomeJson.write(Samples.outcome(name)));
  }

  @Test
  void theOrderInWhichDriftsWereFoundDoesNotShow() {
    var plan = Samples.plan("mixed");
    var findings = new ArrayList<>(plan.findings());
    var notCovered = new ArrayList<>(plan.notCovered());
    Collections.reverse(findings);
    Collections.reverse(notCovered);
    var turned =
        new Plan(plan.stack(), plan.permission(), findings, plan.steps(), notCovered)
            .named(plan.names());

    assertThat(PlanJson.write(turned)).isEqualTo(PlanJson.write(plan));
    assertThat(PlanText.write(turned, false)).isEqualTo(PlanText.write(plan, false));
  }

  @Test
  void colourIsOnlyAddedAroundTheSameLines() {
    var plan = Samples.plan("mixed");
    var coloured = PlanText.write(plan, true);

    assertThat(coloured).contains("\u001b[31m", "\u001b[32m", "\u001b[33m");
    assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(PlanText.write(plan, false));
  }

  @Test
  void whatDoesNotFitIntoAMessageIsCounted() throws JsonProcessingException {
    var json = AlertJson.write(Samples.many(2_000));
    var tree = JSON.readTree(json);

    assertThat(json.length()).isLessThan(54_000);
    assertThat(tree.get("drifts").size() + tree.get("driftsOmitted").asInt()).isEqualTo(2_000);
    assertThat(tree.get("drifts").get(0).get("exposure").asText()).isEqualTo("REACHABLE");
  }

  @Test
  void anAlertHasExactlyTheMembersOfItsSchema() throws JsonProcessingException {
    var tree = JSON.readTree(AlertJson.write(Samples.alert("drift-fixed")));

    assertThat(names(tree))
        .containsExactlyInAnyOrder(
            "schema",
            "id",
            "kind",
            "state",
            "severity",
            "stack",
            "title",
            "openedAt",
            "resolvedAt",
            "drifts",
            "diagnosis",
            "times",
            "next",
            "names");
    assertThat(names(tree.get("stack")))
        .containsExactlyInAnyOrder("name", "id", "account", "region");
    assertThat(names(tree.get("times")))
        .containsExactlyInAnyOrder("eventToFixMs", "receiveToFixMs", "exposedMs");
    var drift = tree.get("drifts").get(0);
    assertThat(names(drift))
        .containsExactlyInAnyOrder(
            "fingerprint",
            "logicalId",
            "type",
            "physicalId",
            "drift",
            "property",
            "what",
            "exposure",
            "cause",
            "step");
    assertThat(names(drift.get("cause")))
        .containsExactlyInAnyOrder(
            "principal", "sourceIp", "userAgent", "event", "eventId", "time");
    assertThat(names(drift.get("step"))).containsExactlyInAnyOrder("call", "result", "why");
  }

  private static Set<String> names(JsonNode object) {
    var names = new TreeSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void checkJson(String file, String json) {
    assertThat(json).doesNotContain("\n");
    try {
      var printer =
          new DefaultPrettyPrinter()
              .withObjectIndenter(new DefaultIndenter("  ", "\n"))
              .withArrayIndenter(new DefaultIndenter("  ", "\n"));
      Golden.check(file, JSON.writer(printer).writeValueAsString(JSON.readTree(json)) + "\n");
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }
}
