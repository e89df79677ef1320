package dev.driftmend.aws.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.aws.Canned;
import dev.driftmend.model.plan.Limits;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Mode;
import dev.driftmend.model.plan.Policy.Rule;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.model.plan.Reach;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SsmPoliciesTest {
  private static final String NAME = "/driftmend/shop/policy";

  private final Canned wire = new Canned();
  private final SsmPolicies policies = new SsmPolicies(wire.clients(), NAME);
  private final PauseSwitch pause = new PauseSwitch(wire.clients(), NAME);

  @Test
  void thePolicyAndThePauseAreReadInOneCall() {
    parameters(parameter(NAME, "{\"mode\":\"repair\",\"guardedStacks\":[],\"rules\":[]}"));
    assertThat(policies.read())
        .isEqualTo(
            new Policy(Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), List.of()));
    assertThat(wire.only("GetParameters").json().path("Names"))
        .extracting(n -> n.asText())
        .containsExactly(NAME, NAME + "/pause");
  }

  @Test
  void everyPartOfAPolicyIsRead() {
    parameters(
        parameter(
            NAME,
            """
            {"mode":"observe","guardedStacks":["shop","blog"],
             "rules":[{"type":"AWS::EC2::Instance","drift":"extra","logicalId":"Web",
                       "treatment":"report"},{"treatment":"ignore"}],
             "controllers":["role/eks-"],
             "limits":{"writes":5,"share":0.25,"repeats":2,"within":30},
             "reach":{"loadBalancers":["app/own/0123456789abcdef"],"vpcs":["vpc-1"]}}\
            """));
    assertThat(policies.read())
        .isEqualTo(
            new Policy(
                Mode.OBSERVE,
                WritePermission.GRANTED,
                List.of("shop", "blog"),
                List.of(
                    new Rule("AWS::EC2::Instance", "extra", "Web", Treatment.REPORT),
                    new Rule(null, null, null, Treatment.IGNORE)),
                List.of("role/eks-"),
                new Limits(5, 0.25, 2, 30),
                new Reach(List.of("app/own/0123456789abcdef"), List.of("vpc-1")),
                true));
  }

  @Test
  void limitsThatAreNotGivenAreTheDefaults() {
    parameters(parameter(NAME, "{\"mode\":\"repair\",\"limits\":{\"writes\":7,\"share\":1}}"));
    assertThat(policies.read().limits()).isEqualTo(new Limits(7, 1, 3, 60));
  }

  @Test
  void aPauseSaysWhoSinceWhenAndWhyAndKeepsTheRestOfThePolicy() {
    parameters(
        parameter(NAME, "{\"mode\":\"repair\",\"guardedStacks\":[\"shop\"]}")
            + ","
            + parameter(
                NAME + "/pause",
                "{\"who\":\"dana\",\"since\":\"2026-03-01T10:00:00Z\",\"why\":\"migration\"}"));
    assertThat(policies.read())
        .isEqualTo(
            new Policy(
                Mode.REPAIR,
                WritePermission.withheld("paused by dana since 2026-03-01T10:00:00Z: migration"),
                List.of("shop"),
                List.of(),
                List.of()));
  }

  @Test
  void aPauseThatNobodyCanReadIsStillAPause() {
    parameters(parameter(NAME, "{\"mode\":\"repair\"}") + "," + parameter(NAME + "/pause", "stop"));
    assertThat(policies.read().permission().why()).isEqualTo("paused: stop");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{                                          | it is not JSON",
        "[]                                         | it is not a JSON object",
        "{}                                         | mode is one of observe, repair, not missing",
        "{\"mode\":\"fix\"}                         | mode is one of observe, repair, not \"fix\"",
        "{\"mode\":\"repair\",\"mode\":\"observe\"} | Duplicate field 'mode'",
        "{\"mode\":\"repair\"} {}                   | it is not JSON",
        "{\"mode\":\"repair\",\"guarded\":[]}       | the policy knows no guarded",
        "{\"mode\":\"repair\",\"guardedStacks\":\"shop\"} | guardedStacks is a list",
        "{\"mode\":\"repair\",\"guardedStacks\":[\"\"]}   | each of guardedStacks is a text",
        "{\"mode\":\"repair\",\"rules\":[{}]}       | treatment is one of repair, report, ignore",
        "{\"mode\":\"repair\",\"rules\":[\"x\"]}    | each of rules is an object",
        "{\"mode\":\"repair\",\"rules\":[{\"drift\":\"new\",\"treatment\":\"ignore\"}]} | drift is"
            + " one",
        "{\"mode\":\"repair\",\"rules\":[{\"kind\":\"x\",\"treatment\":\"ignore\"}]} | a rule knows"
            + " no",
        "{\"mode\":\"repair\",\"rules\":[{\"type\":\"AWS::EC2::SecurityGroups\",\"treatment\":\"report\"}]}"
            + " | AWS::EC2::SecurityGroups is not",
        "{\"mode\":\"repair\",\"rules\":[{\"type\":\"AWS::EC2::Route\",\"treatment\":\"report\"}]}"
            + " | a part of AWS::EC2::RouteTable",
        "{\"mode\":\"repair\",\"controllers\":[\"role/\"]} | role/ is in everybody's",
        "{\"mode\":\"repair\",\"controllers\":[\"arn:\"]}  | arn: is in everybody's",
        "{\"mode\":\"repair\",\"controllers\":[\"111122223333\"]} | 111122223333 is in everybody's",
        "{\"mode\":\"repair\",\"limits\":20}        | limits is an object, not 20",
        "{\"mode\":\"repair\",\"reach\":\"all\"}     | reach is an object, not \"all\"",
        "{\"mode\":\"repair\",\"reach\":{\"vpc\":[]}} | reach knows no vpc, only loadBalancers",
        "{\"mode\":\"repair\",\"reach\":{\"vpcs\":[7]}} | each of vpcs is a text, not 7",
        "{\"mode\":\"repair\",\"limits\":{\"most\":1}} | limits knows no most, only writes, share",
        "{\"mode\":\"repair\",\"limits\":{\"writes\":\"20\"}} | limits.writes is a whole number",
        "{\"mode\":\"repair\",\"limits\":{\"writes\":1.5}} | limits.writes is a whole number",
        "{\"mode\":\"repair\",\"limits\":{\"writes\":0}} | limits.writes is a whole number from 1,"
            + " not 0",
        "{\"mode\":\"repair\",\"limits\":{\"share\":\"half\"}} | limits.share is a number, not"
            + " \"half\"",
        "{\"mode\":\"repair\",\"limits\":{\"share\":0}} | limits.share is a number above 0 and up"
            + " to 1",
        "{\"mode\":\"repair\",\"limits\":{\"share\":1.1}} | limits.share is a number above 0 and up"
            + " to 1",
        "{\"mode\":\"repair\",\"limits\":{\"repeats\":0}} | limits.repeats is a whole number from"
            + " 1",
        "{\"mode\":\"repair\",\"limits\":{\"within\":9999}} | limits.within is a whole number of"
            + " minutes from 1 to 1440, not 9999",
      })
  void aPolicyWithAMistakeIsUnreadableAndNamesTheMistake(String json, String mistake) {
    parameters(parameter(NAME, json));
    var policy = policies.read();
    assertThat(policy.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(policy.permission().why()).contains(NAME).contains(mistake);
  }

  @Test
  void aPolicyThatIsNotThereOrMayNotBeReadIsUnreadable() {
    wire.answer("GetParameters", "{\"Parameters\":[],\"InvalidParameters\":[\"" + NAME + "\"]}")
        .failJson("GetParameters", 400, "AccessDeniedException", "User is not authorized");
    assertThat(policies.read().permission().why()).contains("no SSM parameter " + NAME);
    assertThat(policies.read().permission().why())
        .contains("ssm:GetParameters")
        .contains("authorized");
  }

  @Test
  void aThrottledReadIsTriedAgainAndNoJudgementOnThePolicy() {
    wire.failJson("GetParameters", 400, "ThrottlingException", "Rate exceeded");
    assertThatThrownBy(policies::read).isInstanceOf(TransientFailure.class);
  }

  @Test
  void pausingWritesAParameterThatReadingUnderstands() throws Exception {
    wire.answer("PutParameter", "{\"Version\":1}");
    pause.pause("dana", Instant.parse("2026-03-01T10:00:00Z"), "a \"quoted\" reason");

    var sent = wire.only("PutParameter").json();
    assertThat(sent.path("Name").asText()).isEqualTo(NAME + "/pause");
    assertThat(sent.path("Overwrite").asBoolean()).isTrue();
    assertThat(sent.path("Type").asText()).isEqualTo("String");
    parameters(
        parameter(NAME, "{\"mode\":\"repair\"}")
            + ","
            + parameter(NAME + "/pause", sent.path("Value").asText()));
    assertThat(policies.read().permission().why())
        .isEqualTo("paused by dana since 2026-03-01T10:00:00Z: a \"quoted\" reason");
  }

  @Test
  void resumingDeletesItAndSaysIfItWasNotThere() {
    wire.answer("DeleteParameter", "{}")
        .failJson("DeleteParameter", 400, "ParameterNotFound", "not found")
        .failJson("DeleteParameter", 400, "AccessDeniedException", "no");
    assertThat(pause.resume()).isTrue();
    assertThat(pause.resume()).isFalse();
    assertThatThrownBy(pause::resume).isInstanceOf(DeniedFailure.class);
    assertThat(wire.requests().getFirst().json().path("Name").asText()).isEqualTo(NAME + "/pause");
  }

  private void parameters(String members) {
    wire.answer("GetParameters", "{\"Parameters\":[" + members + "]}");
  }

  private static String parameter(String name, String value) {
    var json = new ObjectMapper().createObjectNode();
    return json.put("Name", name).put("Type", "String").put("Value", value).toString();
  }
}
