package dev.driftmend.reconcile;

import dev.driftmend.model.Desired;
import dev.driftmend.model.Live;
import dev.driftmend.model.Plan;
import dev.driftmend.model.Policy;
import dev.driftmend.model.StackState;
import org.jspecify.annotations.Nullable;

/**
 * One look at a stack, from its template to a plan.
 *
 * @param state the stack's state when its template was read
 * @param settled whether it stood still and settled while it was looked at: otherwise a difference
 *     may be the deployment itself, and means nothing
 * @param worlds null if no drift asked for the network, or it could not be read
 */
record Examination(
    StackState state,
    boolean settled,
    Policy policy,
    Desired desired,
    Live live,
    @Nullable Worlds worlds,
    Plan plan,
    Consent consent) {}
