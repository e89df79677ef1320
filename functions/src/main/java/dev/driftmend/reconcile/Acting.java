package dev.driftmend.reconcile;

import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.model.Plan;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.Step;
import dev.driftmend.model.StepResult;
import dev.driftmend.model.StepResult.Result;
import dev.driftmend.port.Actuator;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the calls of a plan, in its order. */
final class Acting {
  /** What an instance and a load balancer are given. */
  private static final String GROUPS = "groups";

  private static final String AGAIN = "an earlier call has to be tried again first";

  private final Actuator actuator;

  Acting(Actuator actuator) {
    this.actuator = actuator;
  }

  /**
   * @param interrupted the passing failure at which acting stopped; later calls were skipped, and
   *     the whole is tried again
   */
  record Acted(List<StepResult> results, @Nullable TransientFailure interrupted) {}

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

  Acted act(Plan plan) {
    var results = new ArrayList<StepResult>();
    var unrestored = new HashSet<ResourceRef>();
    TransientFailure interrupted = null;
    for (var step : plan.steps()) {
      Result result;
      if (step instanceof Step.Call call) {
        try {
          result = interrupted == null ? act(call, unrestored) : new Result.Skipped(AGAIN);
        } catch (TransientFailure e) {
          interrupted = e;
          result = new Result.Failed(String.valueOf(e.getMessage()));
        } catch (DeniedFailure e) {
          result = new Result.Failed(String.valueOf(e.getMessage()));
        }
        if (call.phase() == Step.Phase.RESTORE && !(result instanceof Result.Done)) {
          unrestored.add(call.resource());
        }
      } else {
        result = new Result.Planned(step.why());
      }
      results.add(new StepResult(step, result));
    }
    return new Acted(results, interrupted);
  }

  private Result act(Step.Call call, Set<ResourceRef> unrestored) {
    return mayCut(call, unrestored)
        ? new Result.Skipped(
            "what the template allows could not be restored, and this may be all that carries it")
        : actuator.act(call);
  }

  /**
   * Make before break: nothing is taken from a resource while something is missing from it, and no
   * group from an instance or load balancer while another group lacks a rule.
   */
  private static boolean mayCut(Step.Call call, Set<ResourceRef> unrestored) {
    return switch (call.phase()) {
      case RESTORE -> false;
      case CHANGE ->
          call.arguments().containsKey(GROUPS)
              && unrestored.stream().anyMatch(r -> r.type().equals(SecurityGroup.TYPE));
      case REMOVE -> unrestored.contains(call.resource());
    };
  }
}
