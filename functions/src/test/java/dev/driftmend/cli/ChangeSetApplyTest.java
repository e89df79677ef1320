package dev.driftmend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.port.ChangeSets.Made;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code apply --via-change-set}. */
class ChangeSetApplyTest {
  private static final int IN_SYNC = 0;
  private static final int ERROR = 1;
  private static final int DRIFT = 2;
  private static final String NAME = "driftmend-" + World.NOW.getEpochSecond();

  private final Terminal terminal = new Terminal();
  private final World world = terminal.world;

  @BeforeEach
  void drifted() {
    world.open(World.OPENED);
  }

  private int apply(String... more) {
    var args = new String[more.length + 4];
    System.arraycopy(new String[] {"apply", "--stack", "shop", "--via-change-set"}, 0, args, 0, 4);
    System.arraycopy(more, 0, args, 4, more.length);
    return terminal.type(args);
  }

  @Test
  void itIsMadeShownAskedForExecutedAndTheStackIsLookedAtAgain() {
    terminal.answer = Optional.of("yes");
    world.changeSets.executed = () -> world.ingress.remove(World.OPENED);

    assertThat(apply()).isEqualTo(IN_SYNC);

    assertThat(world.changeSets.done).containsExactly("create " + NAME, "execute " + NAME);
    assertThat(terminal.shown())
        .contains("Change set " + NAME, "  Modify WebSecurityGroup")
        .contains("Live equals the template.");
    assertThat(world.called).isEmpty();
  }

  @Test
  void whoSaysNoChangesNothingAndTheChangeSetIsDeleted() {
    terminal.answer = Optional.of("no");

    assertThat(apply()).isEqualTo(DRIFT);

    assertThat(world.changeSets.done).containsExactly("create " + NAME, "delete " + NAME);
    assertThat(terminal.shown()).contains("The change set is deleted, and nothing was changed.");
  }

  @Test
  void whereNobodyCanBeAskedTheChangeSetIsDeletedToo() {
    assertThat(apply()).isEqualTo(ERROR);
    assertThat(world.changeSets.done).containsExactly("create " + NAME, "delete " + NAME);
    assertThat(terminal.errors()).contains("nobody to ask");
  }

  @Test
  void whatIsStillThereAfterItEndsWith2() {
    assertThat(apply("--yes")).isEqualTo(DRIFT);
    assertThat(terminal.shown()).contains("- " + World.OPENED);
  }

  @Test
  void aChangeSetThatCannotBeMadeIsExplained() {
    world.changeSets.made = new Made.Failed("this AWS makes no drift-aware change sets");

    assertThat(apply("--yes")).isEqualTo(ERROR);
    assertThat(terminal.errors())
        .contains("CloudFormation made no change set for shop: this AWS makes no drift-aware");
  }

  @Test
  void whatCloudFormationDoesNotSeeIsSaid() {
    world.changeSets.made = new Made.Nothing();

    assertThat(apply("--yes")).isEqualTo(DRIFT);
    assertThat(world.changeSets.done).containsExactly("create " + NAME);
    assertThat(terminal.shown()).contains("CloudFormation sees nothing to change");
  }

  @Test
  void anUpdateThatFailsSaysHowAndWhereToLook() {
    world.changeSets.failure = Optional.of("UPDATE_ROLLBACK_COMPLETE: no");

    assertThat(apply("--yes")).isEqualTo(ERROR);
    assertThat(terminal.errors())
        .contains("did not succeed: UPDATE_ROLLBACK_COMPLETE: no")
        .contains("aws cloudformation describe-stack-events");
  }

  @Test
  void itIsADeploymentLikeAnyOtherAndNeedsNoGuard() {
    world.guarded = false;
    world.changeSets.executed = () -> world.ingress.remove(World.OPENED);
    assertThat(apply("--yes", "--json")).isEqualTo(IN_SYNC);
    assertThat(terminal.json().get("schema").asText()).isEqualTo("driftmend.plan/v1");
  }

  @Test
  void aStackInMotionIsLeftAlone() {
    world.status = "UPDATE_IN_PROGRESS";
    assertThat(apply("--yes")).isEqualTo(ERROR);
    assertThat(world.changeSets.done).isEmpty();
  }

  @Test
  void aLineOfCloudFormationCannotMoveTheCursor() {
    world.changeSets.made = new Made.Changes(List.of("Modify Web\u001b[2J"));
    apply("--yes");
    assertThat(terminal.shown()).contains("Modify Web<U+001B>[2J").doesNotContain("\u001b");
  }
}
