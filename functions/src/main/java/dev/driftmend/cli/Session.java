package dev.driftmend.cli;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.ChangeSets;
import dev.driftmend.port.Consents;
import dev.driftmend.port.DrillGround;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.Models;
import dev.driftmend.port.Templates;
import dev.driftmend.port.Waits;
import dev.driftmend.reconcile.Reconciler;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * One stack, and what a command needs to look at it, to repair it and to stop the repairs.
 *
 * @param guard empty if there is none: then planning still works, and nothing that writes
 */
record Session(
    StackRef stack,
    Optional<Guard> guard,
    Templates templates,
    Reconciler reconciler,
    Pause pause,
    Consents consents,
    Wake wake,
    ChangeSets changeSets,
    Scenes scenes,
    Drills drills,
    Models models,
    AutoCloseable resources)
    implements AutoCloseable {

  /** Opens sessions, with whatever credentials and settings the surroundings give. */
  @FunctionalInterface
  interface Source {
    /**
     * @throws Refusal if the target is not there
     */
    Session open(StackTarget target);
  }

  /** Has the guard look at a stack now instead of when something happens to it. */
  @FunctionalInterface
  interface Wake {
    void up(Trigger trigger);
  }

  /** Reads what is walked to diagnose a path. */
  @FunctionalInterface
  interface Scenes {
    /** Asks the endpoint, too. */
    Scene read(StackSnapshot snapshot);
  }

  /**
   * What a drill needs beside.
   *
   * @param ground finds nothing of the guard's parts if there is no guard
   */
  record Drills(DrillGround ground, Ledger ledger, Waits waits) {}

  DrillGround drillGround() {
    return drills.ground();
  }

  Drilling drilling(InstantSource clock) {
    return new Drilling(drills.ground(), drills.ledger(), clock, drills.waits());
  }

  /** Stops and allows all writes of a guard. */
  interface Pause {
    void begin(String who, Instant since, String why);

    /**
     * @return false if there was no pause
     */
    boolean end();
  }

  /**
   * @throws Refusal if there is no such stack
   */
  static StackRef find(Templates templates, StackTarget target) {
    if (target.stack().isBlank()) {
      throw new Refusal("--stack is empty: give the name or the ARN of a stack");
    }
    return templates
        .find(target.stack())
        .orElseThrow(
            () ->
                new Refusal(
                    "there is no stack named "
                        + target.stack()
                        + ": check --stack, --region and the account of your credentials"));
  }

  Guard needGuard(String what) {
    return guard.orElseThrow(
        () ->
            new Refusal(
                what
                    + " needs the guard's policy and ledger, and "
                    + stack.name()
                    + " has none: deploy Driftmend, or name its stack with --guard"));
  }

  @Override
  public void close() {
    try {
      resources.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing the connections failed", e);
    }
  }
}
