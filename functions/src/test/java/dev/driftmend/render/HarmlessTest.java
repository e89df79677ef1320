package dev.driftmend.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.ComparedModel;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.render.json.AlertJson;
import dev.driftmend.render.json.OutcomeJson;
import dev.driftmend.render.json.PlanJson;
import dev.driftmend.render.text.AlertText;
import dev.driftmend.render.text.OtherTypesText;
import dev.driftmend.render.text.OutcomeText;
import dev.driftmend.render.text.PlanText;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Whatever outside values hold, lines, JSON and terminals stay whole. */
class HarmlessTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Every UTF-16 unit, unpaired surrogates included, and the ones that do harm more often. */
  @Provide
  Arbitrary<String> outside() {
    return Arbitraries.oneOf(
            Arbitraries.chars().all(),
            Arbitraries.of('\n', '\r', '\u001b', '\u202e', '\u2028', '"', '\\', '\u0000', '\u009b'),
            Arbitraries.chars().ascii())
        .list()
        .ofMaxSize(300)
        .map(
            chars -> {
              var text = new StringBuilder();
              chars.forEach(text::append);
              return text.toString();
            });
  }

  @Property(tries = 300)
  void aSubjectIsAtMost100PrintableAscii(@ForAll("outside") String text) {
    assertThat(AlertText.subject(alert(text))).matches("[!-~][ -~]{0,99}");
  }

  @Property(tries = 300)
  void anSmsIsAtMost140PrintableAscii(@ForAll("outside") String text) {
    assertThat(AlertText.sms(alert(text))).matches("[!-~][ -~]{0,139}");
  }

  @Property(tries = 300)
  void noValueAddsALineOrAControlCharacter(@ForAll("outside") String text) {
    var lines = AlertText.body(alert("x")).lines().count();

    assertHarmless(AlertText.body(alert(text)));
    assertThat(AlertText.body(alert(text)).lines().count()).isLessThanOrEqualTo(lines);
    assertHarmless(PlanText.write(plan(text), false));
    assertHarmless(OutcomeText.write(outcome(text), false));
    assertHarmless(OtherTypesText.write(otherTypes(text), false));
  }

  @Property(tries = 300)
  void jsonIsOneAsciiLineThatParsesBackToTheSameValue(@ForAll("outside") String text)
      throws JsonProcessingException {
    for (var json :
        List.of(
            AlertJson.write(alert(text)),
            PlanJson.write(plan(text)),
            OutcomeJson.write(outcome(text)))) {
      assertThat(json).matches("[ -~]+");
      assertThat(JSON.readTree(json).get("schema").asText()).startsWith("driftmend.");
    }
    assertThat(JSON.readTree(AlertJson.write(alert(text))).get("title").asText()).isEqualTo(text);
  }

  @Test
  void aHiddenCharacterIsShownByItsCode() {
    assertThat(Plain.line("a\u202eb\u001b[2Jc\nd")).isEqualTo("a<U+202E>b<U+001B>[2Jc<U+000A>d");
  }

  @Test
  void inAsciiAccentsAreDroppedAndTheRestIsAQuestionMark() {
    assertThat(Plain.ascii("Zoë – 火")).isEqualTo("Zoe ? ?");
  }

  @Test
  void aLongTitleIsCutSoThatTheStackIsStillNamed() {
    var subject = AlertText.subject(alert("rule ".repeat(60)));

    assertThat(subject).hasSizeLessThanOrEqualTo(100).startsWith("NOT FIXED high: rule");
    assertThat(subject).endsWith("... (shop)");
  }

  private static List<ComparedModel> otherTypes(String text) {
    var resource = new ResourceRef("Log", "AWS::Logs::LogGroup", text);
    return List.of(
        new ComparedModel(
            resource,
            ComparedModel.Outcome.COMPARED,
            "",
            List.of(new ComparedModel.Difference(text, text, text)),
            List.of(new NotCovered("Log", "AWS::Logs::LogGroup", text, text))),
        ComparedModel.of(resource, ComparedModel.Outcome.NOT_READ, text));
  }

  private static void assertHarmless(String text) {
    assertThat(
            text.codePoints()
                .filter(c -> c != '\n')
                .filter(
                    c ->
                        Character.isISOControl(c)
                            || Character.getType(c) == Character.FORMAT
                            || Character.getType(c) == Character.LINE_SEPARATOR
                            || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                            || Character.getType(c) == Character.SURROGATE)
                .toArray())
        .isEmpty();
  }

  private static Finding finding(String text) {
    return new Finding(
        new Drift.Extra(
            new ResourceRef(text, text, text), text, Item.of(text, Map.of("description", text))),
        Exposure.REACHABLE,
        text,
        Severity.HIGH);
  }

  private static Step.Call call(String text) {
    var finding = finding(text);
    return new Step.Call(
        List.of(finding.drift().fingerprint(Samples.SHOP)),
        Step.Phase.REMOVE,
        finding.drift().resource(),
        text,
        Map.of("argument", List.of(text)),
        text);
  }

  private static Alert alert(String text) {
    var cause =
        new Cause(
            Cause.Origin.API_CALL, text, text, Samples.CALLED, new Caller(text, text, text, text));
    var incident =
        new Incident(
            Samples.SHOP,
            text,
            Incident.Kind.DRIFT,
            Incident.State.OPENED,
            Severity.HIGH,
            text,
            text,
            Samples.OPENED,
            null,
            cause,
            0);
    var step = new StepResult(call(text), new Result.Failed(text));
    return new Alert(
        incident, List.of(new Alert.Line(finding(text), step)), null, null, null, text);
  }

  private static Plan plan(String text) {
    var report = new Step.Report(List.of(), finding(text).drift().resource(), text, text);
    return new Plan(
        Samples.SHOP,
        WritePermission.withheld(text),
        List.of(finding(text)),
        List.of(call(text), report),
        List.of(new NotCovered(text, text, text, text)));
  }

  private static Outcome outcome(String text) {
    return new Outcome(
        plan(text),
        List.of(new StepResult(call(text), new Result.Skipped(text))),
        List.of(finding(text)),
        true);
  }
}
