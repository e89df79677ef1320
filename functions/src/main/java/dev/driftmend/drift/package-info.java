/**
 * What differs, and what that opens or breaks: comparison, exposure, and the network as it would be
 * with a drift reverted. Pure but for the ports.
 */
@NullMarked
package dev.driftmend.drift;

import org.jspecify.annotations.NullMarked;
