/** Intrinsic functions. */
@NullMarked
package dev.driftmend.template.function;

import org.jspecify.annotations.NullMarked;
