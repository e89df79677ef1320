package dev.driftmend.model.plan;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That a drift was repaired.
 *
 * @param against the principal that had made it, if known
 */
public record Repair(Instant at, @Nullable String against) {}
