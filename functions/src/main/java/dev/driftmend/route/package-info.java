/** From a signal to the stacks that must be looked at, and onto the queue. */
@NullMarked
package dev.driftmend.route;

import org.jspecify.annotations.NullMarked;
