package dev.driftmend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Value;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Models;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.Golden;
import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  private static final int IN_SYNC = 0;
  private static final int ERROR = 1;
  private static final int DRIFT = 2;

  private final World world = new World();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> questions = new ArrayList<>();
  private Optional<String> answer = Optional.empty();
  private int silenced;

  @Test
  void planOfAStackThatEqualsItsTemplateEndsWith0() {
    assertThat(run("plan", "--stack", "shop")).isEqualTo(IN_SYNC);
    assertThat(out.toString()).contains("Stack shop", "Live equals the template.");
    assertThat(world.closed).isTrue();
  }

  @Test
  void planOfADriftedStackShowsItAndEndsWith2AndWritesNothing() {
    world.open(World.OPENED);

    assertThat(run("plan", "--stack", "shop")).isEqualTo(DRIFT);
    assertThat(out.toString())
        .contains("- " + World.OPENED, "RevokeSecurityGroupIngress", "1 drift")
        .doesNotContain("\u001b");
    assertThat(world.called).isEmpty();
    assertThat(world.alerts).isEmpty();
    assertThat(world.ledger.open(World.SHOP)).isEmpty();
  }

  @Test
  void planIsColouredOnlyIfAsked() {
    world.open(World.OPENED);

    assertThat(run("plan", "--stack", "shop", "--color")).isEqualTo(DRIFT);
    assertThat(out.toString()).contains("\u001b[31m");
  }

  @Test
  void planAsJsonIsOneObject() {
    world.open(World.OPENED);

    assertThat(run("plan", "--stack", "shop", "--json")).isEqualTo(DRIFT);
    assertThat(json().get("schema").asText()).isEqualTo("driftmend.plan/v1");
    assertThat(json().get("stack").asText()).isEqualTo("shop");
    assertThat(json().get("standAside").isNull()).isTrue();
    assertThat(json().get("drifts").get(0).get("drift").asText()).isEqualTo("EXTRA");
    assertThat(json().get("steps").get(0).get("call").asText())
        .isEqualTo("RevokeSecurityGroupIngress");
  }

  @Test
  void planOfAllTypesShowsWhatDiffersWithoutAKindAndWhatCouldNotBeSeen() {
    queue("5");

    assertThat(run("plan", "--stack", "shop", "--all-types")).isEqualTo(DRIFT);
    assertThat(out.toString())
        .contains(
            "Jobs  AWS::SQS::Queue  jobs",
            "! VisibilityTimeout: \"5\" -> \"30\"",
            "1 declared value neither equal nor different for sure",
            "KmsMasterKeyId: which key the alias leads to is not known",
            "1 resource not compared: Cloud Control cannot read this type",
            "1 resource of other types")
        .doesNotContain("no kind guards this type yet");
  }

  @Test
  void planOfAllTypesIsInSyncWithWhatIsAsDeclared() {
    queue("30");

    assertThat(run("plan", "--stack", "shop", "--all-types", "--json")).isEqualTo(IN_SYNC);
    assertThat(json().at("/otherTypes/0/outcome").asText()).isEqualTo("COMPARED");
    assertThat(json().at("/otherTypes/0/differences")).isEmpty();
    assertThat(json().at("/otherTypes/1/outcome").asText()).isEqualTo("NO_READER");
  }

  @Test
  void planOfAllTypesIsNotInSyncIfOneCouldNotBeLookedAt() {
    world.models.put("jobs", new Models.Answer.NotRead("not allowed"));

    assertThat(run("plan", "--stack", "shop", "--all-types")).isEqualTo(DRIFT);
    assertThat(out.toString())
        .contains("not compared: not allowed", "1 resource could not be looked at.");
  }

  @Test
  void planAsksForNoOtherTypeUnlessItIsToldTo() {
    queue("5");

    assertThat(run("plan", "--stack", "shop", "--json")).isEqualTo(IN_SYNC);
    assertThat(json().has("otherTypes")).isFalse();
  }

  private void queue(String visibility) {
    world.models.put(
        "jobs",
        new Models.Answer.Model(
            new Value.Fields(
                Map.of(
                    "VisibilityTimeout",
                    new Value.Scalar(visibility),
                    "KmsMasterKeyId",
                    new Value.Scalar("1a2b3c4d")))));
  }

  @Test
  void planOfAStackInMotionIsNeverInSync() {
    world.status = "UPDATE_IN_PROGRESS";

    assertThat(run("plan", "--stack", "shop", "--json")).isEqualTo(DRIFT);
    assertThat(json().get("standAside").asText()).contains("UPDATE_IN_PROGRESS");
  }

  @Test
  void planWorksWithoutAGuardAndSaysThatThereIsNone() {
    world.guarded = false;

    assertThat(run("plan", "--stack", "shop", "--json")).isEqualTo(IN_SYNC);
    assertThat(json().get("standAside").asText()).contains("no guard");
  }

  @Test
  void planWithoutAGuardShowsWhatDiffers() {
    world.guarded = false;
    world.open(World.OPENED);

    assertThat(run("plan", "--stack", "shop", "--json")).isEqualTo(DRIFT);
    assertThat(json().get("drifts").get(0).get("drift").asText()).isEqualTo("EXTRA");
  }

  @Test
  void planShowsWhatDiffersWhileTheLedgerDoesNotAnswerAndSaysSo() {
    world.open(World.OPENED);
    for (var failure :
        List.of(
            new DeniedFailure("dynamodb:Query", new IllegalStateException("not yours")),
            new TransientFailure("dynamodb:Query", new IllegalStateException("slow down")))) {
      world.ledgerFailure = failure;
      out.getBuffer().setLength(0);

      assertThat(run("plan", "--stack", "shop", "--json")).isEqualTo(DRIFT);
      assertThat(json().get("standAside").asText()).contains("dynamodb:Query");
      assertThat(json().get("drifts").get(0).get("drift").asText()).isEqualTo("EXTRA");
    }
  }

  @Test
  void aStackThatDoesNotExistIsNamed() {
    assertThat(run("plan", "--stack", "nowhere")).isEqualTo(ERROR);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "driftmend: there is no stack named nowhere: check --stack, --region and the"
                + " account of your credentials\n");
  }

  @Test
  void anEmptyNameIsNoStack() {
    assertThat(run("apply", "--stack", "", "--yes")).isEqualTo(ERROR);
    assertThat(err.toString()).contains("--stack is empty");
  }

  @Test
  void aGuardThatIsNoneIsNamed() {
    assertThat(run("plan", "--stack", "shop", "--guard", "shop")).isEqualTo(ERROR);
    assertThat(err.toString()).contains("the stack shop is no guard", "--guard");
  }

  @Test
  void aGuardThatDoesNotExistIsNamed() {
    assertThat(run("plan", "--stack", "shop", "--guard", "nowhere")).isEqualTo(ERROR);
    assertThat(err.toString()).contains("there is no stack named nowhere");
  }

  @Test
  void aGuardIsItsOwnGuard() {
    world.open(World.OPENED);

    assertThat(run("apply", "--stack", "driftmend", "--yes")).isEqualTo(IN_SYNC);
  }

  @Test
  void applyRepairsProvesAlertsAndEndsWith0() {
    world.open(World.OPENED);
    world.ingress.remove(World.WANTED);

    assertThat(run("apply", "--stack", "shop", "--yes")).isEqualTo(IN_SYNC);
    assertThat(world.ingress).containsOnlyKeys(World.WANTED);
    assertThat(out.toString())
        .contains("+ " + World.WANTED, "- " + World.OPENED, "2 calls done", "equals the template.");
    Golden.check("cli/apply.txt", out.toString());
    assertThat(world.alerts).hasSize(2);
    assertThat(world.ledger.outcomes()).hasSize(1);
    assertThat(questions).isEmpty();
  }

  @Test
  void applyOfAStackThatEqualsItsTemplateAsksNobody() {
    assertThat(run("apply", "--stack", "shop")).isEqualTo(IN_SYNC);
    assertThat(questions).isEmpty();
  }

  @Test
  void applyAfterAYesActs() {
    world.open(World.OPENED);
    answer = Optional.of("yes");

    assertThat(run("apply", "--stack", "shop")).isEqualTo(IN_SYNC);
    assertThat(questions).singleElement().asString().contains("Make this call?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "y", "no", "YES!"})
  void applyTakesOnlyYesForAYes(String said) {
    world.open(World.OPENED);
    answer = Optional.of(said);

    assertThat(run("apply", "--stack", "shop")).isEqualTo(DRIFT);
    assertThat(world.called).isEmpty();
    assertThat(out.toString()).contains("Nothing was called.");
  }

  @Test
  void applyWhereNobodyCanBeAskedNeedsYes() {
    world.open(World.OPENED);

    assertThat(run("apply", "--stack", "shop")).isEqualTo(ERROR);
    assertThat(err.toString()).contains("--yes");
    assertThat(world.called).isEmpty();
  }

  @Test
  void applyAsJsonNeverAsks() {
    world.open(World.OPENED);
    answer = Optional.of("yes");

    assertThat(run("apply", "--stack", "shop", "--json")).isEqualTo(ERROR);
    assertThat(questions).isEmpty();
    assertThat(json().get("error").asText()).contains("there is nobody to ask");
  }

  @Test
  void applyAsJsonIsOneObjectWithResults() {
    world.open(World.OPENED);

    assertThat(run("apply", "--stack", "shop", "--json", "--yes")).isEqualTo(IN_SYNC);
    assertThat(json().get("schema").asText()).isEqualTo("driftmend.outcome/v1");
    assertThat(json().get("results").get(0).get("result").asText()).isEqualTo("done");
    assertThat(json().get("remaining")).isEmpty();
    assertThat(json().get("proved").asBoolean()).isTrue();
  }

  @Test
  void applyThatIsRefusedACallSaysSoAndEndsWith2() {
    world.open(World.OPENED);
    world.actuator = call -> new Result.Failed("ec2:RevokeSecurityGroupIngress was refused: no");

    assertThat(run("apply", "--stack", "shop", "--yes")).isEqualTo(DRIFT);
    assertThat(out.toString())
        .contains("NOT removed", "ec2:RevokeSecurityGroupIngress was refused", "still there");
  }

  @Test
  void applyThatIsThrottledEndsWith1() {
    world.open(World.OPENED);
    world.actuator =
        call -> {
          throw new TransientFailure(
              "ec2:RevokeSecurityGroupIngress", new IllegalStateException("Rate exceeded"));
        };

    assertThat(run("apply", "--stack", "shop", "--yes")).isEqualTo(ERROR);
    assertThat(err.toString())
        .contains("ec2:RevokeSecurityGroupIngress", "Rate exceeded", "run it again");
  }

  @Test
  void applyKeepsToAPolicyThatOnlyObserves() {
    world.open(World.OPENED);
    world.policy =
        new Policy(
            Policy.Mode.OBSERVE, WritePermission.GRANTED, List.of("shop"), List.of(), List.of());

    assertThat(run("apply", "--stack", "shop", "--yes")).isEqualTo(DRIFT);
    assertThat(world.called).isEmpty();
    assertThat(out.toString()).contains("Nothing is written now: the policy's mode is observe");
  }

  @Test
  void applyKeepsToAPause() {
    world.open(World.OPENED);
    world.policy =
        new Policy(
            Policy.Mode.REPAIR,
            WritePermission.withheld("paused by zoe"),
            List.of("shop"),
            List.of(),
            List.of());

    assertThat(run("apply", "--stack", "shop", "--yes", "--json")).isEqualTo(DRIFT);
    assertThat(world.called).isEmpty();
    assertThat(json().get("standAside").asText()).isEqualTo("paused by zoe");
    assertThat(json().get("results").get(0).get("result").asText()).isEqualTo("planned");
  }

  @Test
  void applyRefusesAStackInMotion() {
    world.open(World.OPENED);
    world.status = "UPDATE_IN_PROGRESS";

    assertThat(run("apply", "--stack", "shop", "--yes")).isEqualTo(ERROR);
    assertThat(err.toString()).contains("UPDATE_IN_PROGRESS", "wait");
    assertThat(world.called).isEmpty();
  }

  @Test
  void applyRefusesToWorkWithoutAGuard() {
    world.guarded = false;

    assertThat(run("apply", "--stack", "shop", "--yes")).isEqualTo(ERROR);
    assertThat(err.toString()).contains("shop has none", "--guard");
  }

  @Test
  void pauseSaysWhoSinceWhenAndWhy() {
    assertThat(run("pause", "--stack", "shop", "--why", "migration")).isEqualTo(IN_SYNC);
    assertThat(world.pauses).startsWith("zoe 2026-03-01T02:14:08Z migration");
    assertThat(out.toString()).contains("driftmend pause --stack driftmend --resume");
  }

  @Test
  void pauseIsEndedByResume() {
    world.pauses.add("paused");

    assertThat(run("pause", "--stack", "shop", "--resume", "--json")).isEqualTo(IN_SYNC);
    assertThat(world.pauses).isEmpty();
    assertThat(json().get("guard").asText()).isEqualTo("driftmend");
    assertThat(json().get("paused").asBoolean()).isFalse();
  }

  @Test
  void resumingWhatIsNotPausedSaysSo() {
    assertThat(run("pause", "--stack", "shop", "--resume")).isEqualTo(IN_SYNC);
    assertThat(out.toString()).startsWith("driftmend was not paused");
  }

  @Test
  void pauseNeedsAGuard() {
    world.guarded = false;

    assertThat(run("pause", "--stack", "shop")).isEqualTo(ERROR);
    assertThat(err.toString()).contains("pause needs the guard's policy");
  }

  @Test
  void wrongUseEndsWith1AndASentenceThatSaysWhereHelpIs() {
    assertThat(run("plan")).isEqualTo(ERROR);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "driftmend: Missing required option: '--stack=NAME'; driftmend plan --help shows how"
                + " it is used\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "frobnicate", "plan --stack shop --frobnicate", "plan --stack"})
  void anyWrongUseEndsWith1(String line) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(ERROR);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).startsWith("driftmend: ").contains("--help").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "plan --help", "apply --help", "pause --help"})
  void helpTellsTheExitCodesAndTheEnvironment(String line) {
    assertThat(run(line.split(" "))).isEqualTo(IN_SYNC);
    assertThat(out.toString()).contains("Usage: driftmend", "Exit codes:", "AWS_ENDPOINT_URL");
  }

  @Test
  void aFailureIsOneLineAndItsStackTraceOnlyForDebugging() {
    world.failure =
        new DeniedFailure(
            "cloudformation:DescribeStacks",
            new IllegalStateException("not authorized\n(Service: CloudFormation, Status: 403)"));

    assertThat(run("plan", "--stack", "shop")).isEqualTo(ERROR);
    assertThat(err.toString()).hasLineCount(1).contains("cloudformation:DescribeStacks");

    assertThat(run("plan", "--stack", "shop", "--debug")).isEqualTo(ERROR);
    assertThat(err.toString()).contains("\tat ");
    assertThat(silenced).isEqualTo(1);
  }

  private int run(String... args) {
    var surroundings =
        new Surroundings(
            world,
            world::premises,
            Path.of("template.yaml"),
            InstantSource.fixed(World.NOW),
            question -> {
              questions.add(question);
              return answer;
            },
            () -> silenced++,
            "zoe");
    return Main.run(surroundings, printer(out), printer(err), args);
  }

  /** Like standard output, it shows a line when it ends, and the rest when it is flushed. */
  private static PrintWriter printer(StringWriter to) {
    return new PrintWriter(new BufferedWriter(to), true);
  }

  private JsonNode json() {
    try {
      return new ObjectMapper().readTree(out.toString());
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + out, e);
    }
  }
}
