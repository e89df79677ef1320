package dev.driftmend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UndoCommandTest {
  private static final int OK = 0;
  private static final int ERROR = 1;
  private static final int DRIFT = 2;

  private final Terminal terminal = new Terminal();
  private final World world = terminal.world;

  private String repaired() {
    world.open(World.OPENED);
    terminal.type("plan", "--stack", "shop", "--json");
    var incident = terminal.json().get("drifts").get(0).get("fingerprint").asText();
    assertThat(terminal.type("apply", "--stack", "shop", "--yes")).isEqualTo(OK);
    return incident;
  }

  @Test
  void aRepairIsShownAndTakenBackAndItsDriftIsHeld() {
    var incident = repaired();

    assertThat(terminal.type("undo", incident, "--stack", "shop", "--yes")).isEqualTo(OK);

    assertThat(terminal.shown())
        .contains("AuthorizeSecurityGroupIngress")
        .contains("The drift is held from now on.");
    assertThat(world.ledger.holds(World.SHOP))
        .singleElement()
        .satisfies(h -> assertThat(h.why()).isEqualTo("its repair was taken back by zoe"));
    assertThat(terminal.type("plan", "--stack", "shop")).isEqualTo(DRIFT);
    assertThat(terminal.shown()).contains("its repair was taken back by zoe");
  }

  @Test
  void aSecondTimeThereIsNothingToTakeBack() {
    var incident = repaired();
    terminal.type("undo", incident, "--stack", "shop", "--yes");

    assertThat(terminal.type("undo", incident, "--stack", "shop", "--yes")).isEqualTo(ERROR);
    assertThat(terminal.errors()).contains("no repair of " + incident + " in shop is known");
  }

  @Test
  void whoeverCannotBeAskedSaysYesBeforehand() {
    var incident = repaired();

    assertThat(terminal.type("undo", incident, "--stack", "shop")).isEqualTo(ERROR);
    assertThat(terminal.errors()).contains("undo with --yes");
    assertThat(world.ledger.holds(World.SHOP)).isEmpty();
  }
}
