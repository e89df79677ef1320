/**
 * The roles that Driftmend needs the world to play, each with its contract in prose. No default
 * logic, no SDK types.
 *
 * <p>Every method may throw {@link dev.driftmend.port.TransientFailure} (try the whole thing again
 * later) or {@link dev.driftmend.port.DeniedFailure} (a person must change a permission); nothing
 * else is expected to leave an adapter.
 */
@NullMarked
package dev.driftmend.port;

import org.jspecify.annotations.NullMarked;
