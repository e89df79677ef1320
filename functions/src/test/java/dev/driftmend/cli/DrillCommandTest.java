package dev.driftmend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrillCommandTest {
  private static final int ERROR = 1;
  private static final int NOT_DONE = 2;

  private final Terminal terminal = new Terminal();
  private final World world = terminal.world;
  private final FakeDrillGround ground = new FakeDrillGround();

  @BeforeEach
  void stand() {
    world.drillGround = ground;
  }

  @Test
  void itSaysWhatItWillDoAndAsks() {
    terminal.answer = Optional.of("no");

    assertThat(terminal.type("drill", "--stack", "shop")).isEqualTo(NOT_DONE);
    assertThat(terminal.shown())
        .contains("This makes one rule on WebSecurityGroup sg-0aaa1111 of shop: ingress tcp 9 from")
        .contains("alert it as DRILL")
        .contains("Nothing was done.");
    assertThat(terminal.questions).singleElement().asString().contains("Hold the drill?");
    assertThat(ground.done).isEmpty();
  }

  @Test
  void whereNobodyCanBeAskedItTakesYes() {
    assertThat(terminal.type("drill", "--stack", "shop")).isEqualTo(ERROR);
    assertThat(terminal.errors()).contains("drill with --yes");
    assertThat(ground.done).isEmpty();
  }

  @Test
  void whatIsNoTimeToWaitIsRefused() {
    for (var minutes : List.of("0", "-1", "NaN", "100000")) {
      assertThat(terminal.type("drill", "--stack", "shop", "--yes", "--minutes", minutes))
          .isEqualTo(ERROR);
    }
    assertThat(terminal.errors()).contains("--minutes takes from 0.1 to 1440");
    assertThat(ground.done).isEmpty();
  }

  @Test
  void aGroupThatAnInterfaceCarriesIsTakenOnlyIfItIsNamed() {
    ground.carried.add("sg-0aaa1111");
    terminal.answer = Optional.of("no");

    assertThat(terminal.type("drill", "--stack", "shop")).isEqualTo(ERROR);
    assertThat(terminal.errors()).contains("--group", "WebSecurityGroup sg-0aaa1111");
    assertThat(terminal.type("drill", "--stack", "shop", "--group", "WebSecurityGroup"))
        .isEqualTo(NOT_DONE);
  }

  @Test
  void aGroupOfSomebodyElseIsRefusedByItsName() {
    assertThat(terminal.type("drill", "--stack", "shop", "--group", "sg-0other")).isEqualTo(ERROR);
    assertThat(terminal.errors()).contains("sg-0other is no security group of shop");
  }

  @Test
  void aGuardAloneHasNoGroupAndSaysWhereTheDrillIsHeld() {
    world.groups.clear();

    assertThat(terminal.type("drill", "--stack", "driftmend", "--yes")).isEqualTo(ERROR);
    assertThat(terminal.errors())
        .contains(
            "driftmend has no security group", "a guard alone", "--stack NAME --guard driftmend");
    assertThat(terminal.type("drill", "--stack", "shop", "--yes", "--group", "sg-1"))
        .isEqualTo(ERROR);
    assertThat(terminal.errors())
        .contains("shop has no security group", "on another stack that is guarded");
    assertThat(ground.done).isEmpty();
  }

  @Test
  void duringADeploymentThereIsNoDrill() {
    world.status = "UPDATE_IN_PROGRESS";

    assertThat(terminal.type("drill", "--stack", "shop", "--yes")).isEqualTo(ERROR);
    assertThat(terminal.errors()).contains("is being deployed");
  }

  @Test
  void withoutAGuardThereIsNothingToProve() {
    world.guarded = false;

    assertThat(terminal.type("drill", "--stack", "shop", "--yes")).isEqualTo(ERROR);
    assertThat(terminal.errors()).contains("drill needs the guard's policy and ledger");
  }
}
