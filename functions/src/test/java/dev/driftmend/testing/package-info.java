/** A world in memory, and shorthand for deployed stacks. */
@NullMarked
package dev.driftmend.testing;

import org.jspecify.annotations.NullMarked;
