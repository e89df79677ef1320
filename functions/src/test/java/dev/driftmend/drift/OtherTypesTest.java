package dev.driftmend.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.ComparedModel;
import dev.driftmend.model.drift.ComparedModel.Difference;
import dev.driftmend.model.drift.ComparedModel.Outcome;
import dev.driftmend.model.stack.Value;
import dev.driftmend.port.Models;
import dev.driftmend.port.Models.Answer;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.Deployed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What differs of resources that have no kind of their own. */
class OtherTypesTest {
  private static final String STACK =
      """
      Group:
        Type: AWS::EC2::SecurityGroup
        Properties: {GroupDescription: any}
      Log:
        Type: AWS::Logs::LogGroup
        Properties: {RetentionInDays: 30}
      Stream:
        Type: AWS::Logs::LogStream
        Properties: {LogGroupName: log}
      """;

  @Test
  void isWhatIsDeclaredAndLiveHasOtherwise() {
    assertThat(log(new Answer.Model(new Value.Fields(Map.of("RetentionInDays", text("7"))))))
        .satisfies(
            log -> {
              assertThat(log.outcome()).isEqualTo(Outcome.COMPARED);
              assertThat(log.isDrift()).isTrue();
              assertThat(log.differences())
                  .containsExactly(new Difference("RetentionInDays", "30", "7"));
            });
  }

  @Test
  void isNothingIfLiveIsAsDeclared() {
    assertThat(log(new Answer.Model(new Value.Fields(Map.of("RetentionInDays", text("30"))))))
        .satisfies(log -> assertThat(log.isDrift()).isFalse());
  }

  @Test
  void isGoneIfItsOwnIdIsNotFoundAndNotKnownIfTheIdentifierWasPutTogether() {
    var compared = compare((type, identifier) -> new Answer.NotFound());

    assertThat(compared).extracting(c -> c.resource().logicalId()).containsExactly("Log", "Stream");
    assertThat(compared.getFirst().outcome()).isEqualTo(Outcome.GONE);
    assertThat(compared.getLast().outcome()).isEqualTo(Outcome.NOT_READ);
    assertThat(compared.getLast().why()).contains("log|");
    assertThat(compared.getLast().isDrift()).isFalse();
  }

  @Test
  void isNotKnownOfWhatIsRefusedOrThrottledAndKeepsNoOtherFromBeingRead() {
    var compared =
        compare(
            (type, identifier) -> {
              if (type.endsWith("LogGroup")) {
                throw new TransientFailure("cloudcontrolapi:GetResource", new RuntimeException());
              }
              return new Answer.NotRead("not allowed");
            });

    assertThat(compared).extracting(ComparedModel::outcome).containsOnly(Outcome.NOT_READ);
    assertThat(compared.getLast().why()).isEqualTo("not allowed");
  }

  private static ComparedModel log(Answer answer) {
    return compare((type, identifier) -> answer).getFirst();
  }

  private static List<ComparedModel> compare(Models models) {
    return OtherTypes.compare(Deployed.stack(STACK), models);
  }

  private static Value text(String text) {
    return new Value.Scalar(text);
  }
}
