package dev.driftmend.model;

/**
 * A drift with what it means.
 *
 * @param exposureWhy the evidence for the exposure, for a person
 */
public record Finding(Drift drift, Exposure exposure, String exposureWhy, Severity severity) {}
