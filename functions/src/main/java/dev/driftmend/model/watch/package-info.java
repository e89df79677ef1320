/** What wakes the guard: the calls that can make a guarded type drift, and how they name it. */
@NullMarked
package dev.driftmend.model.watch;

import org.jspecify.annotations.NullMarked;
