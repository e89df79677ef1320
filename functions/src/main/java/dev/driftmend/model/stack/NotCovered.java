package dev.driftmend.model.stack;

/** A property (or, with {@code *}, a whole resource) that is not compared, and why. */
public record NotCovered(String logicalId, String type, String property, String why) {}
