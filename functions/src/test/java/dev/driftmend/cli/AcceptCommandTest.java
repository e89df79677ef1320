package dev.driftmend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.port.DeniedFailure;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptCommandTest {
  private static final int OK = 0;
  private static final int ERROR = 1;
  private static final int HELD = 2;

  private final Terminal terminal = new Terminal();
  private final World world = terminal.world;

  @BeforeEach
  void putUnderGuardDrifted() {
    world.ledger.forgetConsents(World.SHOP);
    world.open(World.OPENED);
  }

  private String hash() {
    terminal.type("plan", "--stack", "shop", "--json");
    var plan = terminal.json();
    assertThat(plan.get("held").asBoolean()).isTrue();
    return plan.get("hash").asText();
  }

  private Optional<Acceptance> accepted(String hash) {
    return world.ledger.acceptance(World.SHOP, hash, World.NOW);
  }

  @Test
  void planSaysThatItIsHeldAndGivesTheCommand() {
    assertThat(terminal.type("plan", "--stack", "shop")).isEqualTo(HELD);
    assertThat(terminal.shown())
        .contains("held until it is accepted")
        .contains("driftmend accept --stack shop --plan ");
    assertThat(world.ledger.adoption(World.SHOP)).isEmpty();
  }

  @Test
  void applyOfAHeldPlanCallsNothingAndEndsWith2() {
    assertThat(terminal.type("apply", "--stack", "shop", "--yes")).isEqualTo(HELD);
    assertThat(world.called).isEmpty();
    assertThat(terminal.shown()).contains("driftmend accept --stack shop --plan ");
  }

  @Test
  void whatIsAcceptedIsShownAskedWrittenDownAndTheGuardIsWoken() {
    var hash = hash();
    terminal.answer = Optional.of("yes");

    assertThat(terminal.type("accept", "--stack", "shop", "--plan", hash)).isEqualTo(OK);

    assertThat(accepted(hash)).hasValue(new Acceptance(hash, "zoe", World.NOW));
    assertThat(terminal.questions).singleElement().asString().contains("Accept this plan?");
    assertThat(terminal.shown())
        .contains("- " + World.OPENED)
        .endsWith(
            "Accepted by zoe. The guard was woken and applies it now." + System.lineSeparator());
    assertThat(world.woken).singleElement().extracting(t -> t.stack()).isEqualTo(World.SHOP);
    assertThat(world.called).isEmpty();
  }

  @Test
  void anAcceptedPlanCanBeAppliedFromHereToo() {
    assertThat(terminal.type("accept", "--stack", "shop", "--plan", hash(), "--yes")).isEqualTo(OK);
    assertThat(terminal.type("apply", "--stack", "shop", "--yes")).isEqualTo(OK);
    assertThat(world.called).hasSize(1);
    assertThat(world.ledger.adoption(World.SHOP).orElseThrow().by())
        .isEqualTo("zoe accepted its first plan");
  }

  @Test
  void aPlanThatIsAnotherByNowIsRefusedAndTheNewHashIsShown() {
    var old = hash();
    world.open("ingress tcp 5001 from 0.0.0.0/0");

    assertThat(terminal.type("accept", "--stack", "shop", "--plan", old, "--yes")).isEqualTo(ERROR);

    assertThat(accepted(old)).isEmpty();
    assertThat(terminal.shown()).contains("ingress tcp 5001 from 0.0.0.0/0");
    assertThat(terminal.errors())
        .contains("the plan of shop is " + hash() + " now, not " + old + ": nothing was accepted");
    assertThat(world.woken).isEmpty();
  }

  /** Else it would stay good for a day, and the same drift of tomorrow would go unasked. */
  @Test
  void aPlanThatSomebodyElseAcceptedWhileThePersonWasAskedIsRefused() {
    var hash = hash();
    terminal.answer = Optional.of("yes");
    terminal.meanwhile = () -> world.ingress.remove(World.OPENED);

    assertThat(terminal.type("accept", "--stack", "shop", "--plan", hash)).isEqualTo(ERROR);

    assertThat(accepted(hash)).isEmpty();
    assertThat(world.woken).isEmpty();
  }

  @Test
  void whoDoesNotSayYesAcceptsNothing() {
    var hash = hash();
    terminal.answer = Optional.of("y");

    assertThat(terminal.type("accept", "--stack", "shop", "--plan", hash)).isEqualTo(HELD);
    assertThat(accepted(hash)).isEmpty();
    assertThat(terminal.shown()).contains("Nothing was accepted.");
  }

  @Test
  void whereNobodyCanBeAskedYesIsNeeded() {
    assertThat(terminal.type("accept", "--stack", "shop", "--plan", hash())).isEqualTo(ERROR);
    assertThat(terminal.errors()).contains("nobody to ask", "accept with --yes");
  }

  @Test
  void asJsonItIsOneObject() {
    var hash = hash();

    assertThat(terminal.type("accept", "--stack", "shop", "--plan", hash, "--yes", "--json"))
        .isEqualTo(OK);

    var json = terminal.json();
    assertThat(json.get("schema").asText()).isEqualTo("driftmend.acceptance/v1");
    assertThat(json.get("plan").asText()).isEqualTo(hash);
    assertThat(json.get("who").asText()).isEqualTo("zoe");
    assertThat(json.get("expires").asText()).isEqualTo("2026-03-02T02:14:08Z");
  }

  @Test
  void aPlanThatNothingHoldsNeedsNoAcceptance() {
    var hash = hash();
    terminal.type("accept", "--stack", "shop", "--plan", hash, "--yes");
    terminal.type("apply", "--stack", "shop", "--yes");
    world.open(World.OPENED);
    terminal.shown();

    terminal.type("plan", "--stack", "shop", "--json");
    var free = terminal.json().get("hash").asText();
    assertThat(terminal.type("accept", "--stack", "shop", "--plan", free, "--yes"))
        .isEqualTo(ERROR);
    assertThat(terminal.errors())
        .contains("nothing of the plan of shop waits to be accepted: the guard applies it unasked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED"})
  void aStackInMotionIsRefused(String status) {
    var hash = hash();
    world.status = status;

    assertThat(terminal.type("accept", "--stack", "shop", "--plan", hash, "--yes"))
        .isEqualTo(ERROR);
    assertThat(terminal.errors()).contains(status, "wait until CloudFormation is done with shop");
    assertThat(accepted(hash)).isEmpty();
  }

  @Test
  void aStackThatThePolicyDoesNotNameIsNotUnderGuard() {
    world.policy =
        new Policy(Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), List.of());

    assertThat(terminal.type("plan", "--stack", "shop")).isEqualTo(HELD);
    assertThat(terminal.shown()).contains("it is not under guard: the policy does not name shop");
    assertThat(terminal.type("apply", "--stack", "shop", "--yes")).isEqualTo(HELD);
    assertThat(world.called).isEmpty();
  }

  @Test
  void aGuardThatCannotBeWokenActsItWithItsNextSweep() {
    world.wake =
        trigger -> {
          throw new DeniedFailure("sqs:SendMessage", new IllegalStateException("not authorized"));
        };
    var hash = hash();

    assertThat(terminal.type("accept", "--stack", "shop", "--plan", hash, "--yes")).isEqualTo(OK);
    assertThat(accepted(hash)).isPresent();
    assertThat(terminal.shown()).contains("with its next sweep", "sqs:SendMessage was refused");
  }

  @Test
  void withoutAGuardNothingCanBeAccepted() {
    world.guarded = false;
    assertThat(terminal.type("accept", "--stack", "shop", "--plan", "0", "--yes")).isEqualTo(ERROR);
    assertThat(terminal.errors()).contains("accept needs the guard's policy and ledger");
  }
}
