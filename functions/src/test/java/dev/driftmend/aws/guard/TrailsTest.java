package dev.driftmend.aws.guard;

import static dev.driftmend.aws.guard.AwsGuardPartsTest.guard;
import static dev.driftmend.aws.guard.AwsGuardPartsTest.selectors;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.aws.Canned;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.GuardParts.Part;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrailsTest {
  private static final ResourceRef OWN =
      new ResourceRef("Trail", "AWS::CloudTrail::Trail", "shop-trail");
  private static final String NOT_LOGGING =
      "the trail does not log: API calls make no events, only the sweep finds drift";
  private static final String NO_WRITES =
      "the trail logs no write management events, so API calls make no events";
  private static final String NONE =
      "no trail logs write events here: API calls make no events, only the sweep finds drift";

  private final Canned wire = new Canned();
  private final AwsGuardParts parts = new AwsGuardParts(wire.clients());

  @Test
  void aTrailThatDoesNotLogIsAFaultAndIsStartedAgain() {
    wire.answer("GetTrailStatus", "{\"IsLogging\":false}").answer("StartLogging", "{}");

    var trail = own();
    assertThat(trail)
        .isEqualTo(new Part("Trail", "AWS::CloudTrail::Trail", "shop-trail", NOT_LOGGING, true));
    parts.enable(trail);

    assertThat(wire.only("StartLogging").json().path("Name").asText()).isEqualTo("shop-trail");
  }

  @ParameterizedTest
  @ValueSource(strings = {"All", "WriteOnly"})
  void aTrailThatLogsWriteManagementEventsWorks(String readWrite) {
    logs("shop-trail", selectors(true, readWrite));
    assertThat(own().fault()).isNull();
    assertThat(wire.only("GetEventSelectors").json().path("TrailName").asText())
        .isEqualTo("shop-trail");
  }

  @Test
  void aTrailOfReadEventsOrOfDataEventsMakesNoEventsOfChanges() {
    logs("shop-trail", selectors(true, "ReadOnly"));
    assertThat(own().fault()).isEqualTo(NO_WRITES);
    logs("shop-trail", selectors(false, "All"));
    assertThat(own().fault()).isEqualTo(NO_WRITES);
    logs("shop-trail", "{\"EventSelectors\":[]}");
    assertThat(own().fault()).isEqualTo(NO_WRITES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",{\"Field\":\"readOnly\",\"Equals\":[\"false\"]}",
        ",{\"Field\":\"eventSource\",\"NotEquals\":[\"kms.amazonaws.com\"]}"
      })
  void anAdvancedSelectorOfManagementEventsThatAreNotOnlyReadsWorks(String more) {
    logs("shop-trail", advanced("Management", more));
    assertThat(own().fault()).isNull();
  }

  @Test
  void anAdvancedSelectorOfReadsOrOfDataMakesNoEventsOfChanges() {
    logs("shop-trail", advanced("Management", ",{\"Field\":\"readOnly\",\"Equals\":[\"true\"]}"));
    assertThat(own().fault()).isEqualTo(NO_WRITES);
    logs("shop-trail", advanced("Data", ",{\"Field\":\"readOnly\",\"Equals\":[\"false\"]}"));
    assertThat(own().fault()).isEqualTo(NO_WRITES);
  }

  @Test
  void aGuardWithoutATrailOfItsOwnWorksWithAnyThatLogsWritesAndCanStartNone() {
    trails("arn:stopped", "arn:reads", "arn:good");
    wire.answer("GetTrailStatus", to("Name", "arn:stopped"), "{\"IsLogging\":false}");
    logs("arn:reads", selectors(true, "ReadOnly"));
    logs("arn:good", selectors(true, "All"));

    assertThat(any())
        .isEqualTo(new Part("(account)", "AWS::CloudTrail::Trail", "(any trail)", null, false));
    assertThat(wire.only("DescribeTrails").json().path("includeShadowTrails").asBoolean()).isTrue();
    assertThat(wire.leftOver()).isEmpty();
  }

  @Test
  void anAccountInWhichNoTrailLogsWritesHasAFault() {
    trails();
    assertThat(any().fault()).isEqualTo(NONE);
    trails("arn:stopped", "arn:reads");
    wire.answer("GetTrailStatus", to("Name", "arn:stopped"), "{\"IsLogging\":false}");
    logs("arn:reads", selectors(true, "ReadOnly"));
    assertThat(any().fault()).isEqualTo(NONE);
  }

  @Test
  void aTrailThatMayNotBeReadHidesNoOtherThatLogs() {
    trails("arn:org", "arn:secret", "arn:good");
    wire.failJson("GetTrailStatus", 400, "AccessDeniedException", "User is not authorized")
        .answer("GetTrailStatus", to("Name", "arn:secret"), "{\"IsLogging\":true}")
        .failJson("GetEventSelectors", 400, "AccessDeniedException", "User is not authorized");
    logs("arn:good", selectors(true, "WriteOnly"));
    assertThat(any().fault()).isNull();
  }

  @Test
  void whereOnlyTheTrailThatMayNotBeReadCouldLogItIsNotSaidThatNoneDoes() {
    trails("arn:org", "arn:stopped");
    wire.failJson("GetTrailStatus", 400, "AccessDeniedException", "User is not authorized")
        .answer("GetTrailStatus", to("Name", "arn:stopped"), "{\"IsLogging\":false}");
    assertThat(String.valueOf(any().fault()))
        .startsWith("could not be looked at: cloudtrail:GetTrailStatus")
        .contains("User is not authorized");
  }

  @Test
  void trailsThatMayNotBeListedAreAFaultOfTheirOwn() {
    wire.failJson("DescribeTrails", 400, "AccessDeniedException", "User is not authorized");
    assertThat(String.valueOf(any().fault()))
        .startsWith("could not be looked at: cloudtrail:DescribeTrails");
  }

  private Part own() {
    return only(parts.look(guard(OWN)));
  }

  private Part any() {
    return only(parts.look(guard()));
  }

  private static Part only(List<Part> parts) {
    assertThat(parts).hasSize(1);
    return parts.getFirst();
  }

  private void logs(String trail, String selectors) {
    wire.answer("GetTrailStatus", to("Name", trail), "{\"IsLogging\":true}")
        .answer("GetEventSelectors", to("TrailName", trail), selectors);
  }

  private void trails(String... arns) {
    wire.answer(
        "DescribeTrails",
        Arrays.stream(arns)
            .map("{\"TrailARN\":\"%s\"}"::formatted)
            .collect(Collectors.joining(",", "{\"trailList\":[", "]}")));
  }

  private static Predicate<Canned.Request> to(String name, String value) {
    return r -> r.json().path(name).asText().equals(value);
  }

  private static String advanced(String category, String more) {
    return """
    {"AdvancedEventSelectors":[{"Name":"s","FieldSelectors":[
      {"Field":"eventCategory","Equals":["%s"]}%s]}]}\
    """
        .formatted(category, more);
  }
}
