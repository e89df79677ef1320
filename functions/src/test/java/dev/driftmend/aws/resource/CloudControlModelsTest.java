package dev.driftmend.aws.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.model.stack.Value;
import dev.driftmend.port.Models.Answer;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Models by the Cloud Control API, on its answers. */
class CloudControlModelsTest {
  private static final String GET = "GetResource";
  private final Canned wire = new Canned();
  private final CloudControlModels models = new CloudControlModels(wire.clients());

  @Test
  void aModelIsTheJsonInTheAnswer() {
    wire.answer(
        GET,
        """
        {"TypeName": "AWS::Logs::LogGroup", "ResourceDescription": {"Identifier": "/shop",
         "Properties": "{\\"RetentionInDays\\":30,\\"LogGroupName\\":\\"/shop\\"}"}}
        """);

    assertThat(models.read("AWS::Logs::LogGroup", "/shop"))
        .isEqualTo(
            new Answer.Model(
                new Value.Fields(
                    Map.of(
                        "RetentionInDays",
                        new Value.Scalar("30"),
                        "LogGroupName",
                        new Value.Scalar("/shop")))));
    assertThat(wire.requests().getFirst().json().path("Identifier").asText()).isEqualTo("/shop");
  }

  @Test
  void whatIsNotFoundIsNotThereAndWhatIsRefusedIsNotReadable() {
    wire.fail(GET, 400, "{\"__type\": \"ResourceNotFoundException\", \"message\": \"no\"}")
        .fail(GET, 400, "{\"__type\": \"UnsupportedActionException\", \"message\": \"no\"}")
        .fail(GET, 400, "{\"__type\": \"AccessDeniedException\", \"message\": \"may not\"}");

    assertThat(models.read("AWS::Logs::LogGroup", "/shop")).isInstanceOf(Answer.NotFound.class);
    assertThat(models.read("AWS::X::Y", "z")).isInstanceOf(Answer.NoReader.class);
    assertThat(models.read("AWS::X::Y", "z"))
        .isInstanceOfSatisfying(Answer.NotRead.class, a -> assertThat(a.why()).contains("may not"));
  }

  @Test
  void anAnswerWithoutAModelIsNotReadable() {
    for (var answer :
        List.of(
            "{}",
            "{\"ResourceDescription\": {\"Identifier\": \"/shop\"}}",
            "{\"ResourceDescription\": {\"Properties\": \"\"}}",
            "{\"ResourceDescription\": {\"Properties\": \"[]\"}}")) {
      wire.answer(GET, answer);
      assertThat(models.read("AWS::Logs::LogGroup", "/shop")).isInstanceOf(Answer.NotRead.class);
    }
  }

  @Test
  void whatIsThrottledIsAskedForAgainLater() {
    wire.fail(GET, 400, "{\"__type\": \"ThrottlingException\", \"message\": \"slow\"}");

    assertThatThrownBy(() -> models.read("AWS::Logs::LogGroup", "/shop"))
        .isInstanceOf(TransientFailure.class);
  }
}
