package dev.driftmend.port;

import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult.Result;

/** Makes the calls of a plan. */
public interface Actuator {

  /**
   * Makes exactly this call. That the thing is already so (a rule that exists, a rule that is gone)
   * is {@code Done}: reading again proves it. Denied or invalid is {@code Failed} with the
   * service's own words, and marked if a quota is met. Throttled is a {@link TransientFailure},
   * after the adapter's own retries.
   */
  Result execute(Step.Call call);
}
