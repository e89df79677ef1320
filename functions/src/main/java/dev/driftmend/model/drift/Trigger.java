package dev.driftmend.model.drift;

import dev.driftmend.model.stack.StackRef;

/**
 * Why one stack is looked at. It never says what to do: reconciling reads the stack and nothing
 * else.
 */
public record Trigger(StackRef stack, Cause cause) {}
