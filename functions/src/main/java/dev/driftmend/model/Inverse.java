package dev.driftmend.model;

/**
 * The call that takes a step of a plan back.
 *
 * @param exposes whether what comes back could be reached from the internet: then only a person may
 *     decide to take the step back
 */
public record Inverse(Step.Call call, boolean exposes) {}
