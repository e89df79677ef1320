/** A stack as it is declared and as it is found. */
@NullMarked
package dev.driftmend.model.stack;

import org.jspecify.annotations.NullMarked;
