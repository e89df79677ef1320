package dev.driftmend.reconcile;

import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.Actuator;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the calls of a plan, in its order but for what makes room where a quota is met. */
final class PlanExecutor {
  private static final String AGAIN = "an earlier call has to be tried again first";

  private final Actuator actuator;

  PlanExecutor(Actuator actuator) {
    this.actuator = actuator;
  }

  /**
   * @param interrupted the passing failure at which it stopped; later calls were skipped, and the
   *     whole is tried again
   */
  record Executed(List<StepResult> results, @Nullable TransientFailure interrupted) {
    /** Whether anything was changed. */
    boolean wrote() {
      return results.stream().anyMatch(r -> r.result() instanceof Result.Done);
    }
  }

  /** Nothing is called: each step with the reason why not. */
  static List<StepResult> withheld(Plan plan, String why) {
    return plan.steps().stream()
        .map(
            s ->
                new StepResult(
                    s,
                    switch (s) {
                      case Step.Call c -> new Result.Planned(why);
                      case Step.Report r -> new Result.Planned(r.why());
                    }))
        .toList();
  }

  /**
   * @param simulation in which is proved what may go first where a quota is met; null if there are
   *     none: then nothing does of which the network tells what it cuts
   */
  Executed execute(Plan plan, @Nullable NetworkSimulation simulation) {
    return new Round(plan.steps(), simulation).execute();
  }

  /** One plan, as far as it has been executed. */
  private final class Round {
    private final List<Step> steps;
    private final @Nullable NetworkSimulation simulation;
    private final List<StepResult> results = new ArrayList<>();
    private final Set<Step> met = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<ResourceRef> unrestored = new HashSet<>();
    private NetworkSimulation.@Nullable Played played;
    private @Nullable TransientFailure interrupted;

    Round(List<Step> steps, @Nullable NetworkSimulation simulation) {
      this.steps = steps;
      this.simulation = simulation;
      this.played = simulation == null ? null : simulation.unplayed();
    }

    Executed execute() {
      for (var step : steps) {
        if (!met.contains(step)) {
          add(
              step,
              switch (step) {
                case Step.Call call -> call(call);
                case Step.Report report -> new Result.Planned(report.why());
              });
        }
      }
      return new Executed(results, interrupted);
    }

    private void add(Step step, Result result) {
      met.add(step);
      results.add(new StepResult(step, result));
    }

    private Result call(Step.Call call) {
      if (interrupted != null) {
        return new Result.Skipped(AGAIN);
      }
      if (mayCut(call, unrestored)) {
        return new Result.Skipped(
            "what the template allows could not be restored, and this may be all that carries it");
      }
      var result = make(call);
      if (result instanceof Result.Failed failed && failed.full() && makeRoom(call)) {
        result = make(call);
      }
      if (call.phase() == Step.Phase.RESTORE && !(result instanceof Result.Done)) {
        unrestored.add(call.resource());
      }
      return result;
    }

    private Result make(Step.Call call) {
      try {
        var result = actuator.execute(call);
        if (result instanceof Result.Done && simulation != null && played != null) {
          played = simulation.after(played, call);
        }
        return result;
      } catch (TransientFailure e) {
        interrupted = e;
        return new Result.Failed(String.valueOf(e.getMessage()));
      } catch (DeniedFailure e) {
        return new Result.Failed(String.valueOf(e.getMessage()));
      }
    }

    /**
     * Makes those later removals from the same quota that cut nothing, which would otherwise wait
     * for a restore that waits for them.
     *
     * @return whether there is more room, and the restore may be tried again
     */
    private boolean makeRoom(Step.Call refused) {
      var kind = Kinds.of(refused.resource());
      var made = false;
      for (var step : steps) {
        if (step instanceof Step.Call removal
            && interrupted == null
            && !met.contains(removal)
            && kind.makesRoom(removal, refused)
            && cutsNothing(removal)) {
          var result = make(removal);
          add(removal, result);
          made |= result instanceof Result.Done;
        }
      }
      return made && interrupted == null;
    }

    private boolean cutsNothing(Step.Call removal) {
      return simulation == null || played == null
          ? !Kinds.of(removal.resource()).cutsByNetwork()
          : simulation.mayGoFirst(played, removal);
    }
  }

  /**
   * Make before break: nothing is taken from a resource while something is missing from it, and no
   * group from an instance or load balancer while another group lacks a rule.
   */
  private static boolean mayCut(Step.Call call, Set<ResourceRef> unrestored) {
    var takesGroups =
        Kinds.of(call.resource()).replacesSecurityGroups(call)
            && unrestored.stream().anyMatch(r -> Kinds.of(r).holdsRules());
    return switch (call.phase()) {
      case RESTORE -> false;
      case CHANGE -> takesGroups;
      case REMOVE -> takesGroups || unrestored.contains(call.resource());
    };
  }
}
