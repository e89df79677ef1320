/** What on-call is told. */
@NullMarked
package dev.driftmend.model.incident;

import org.jspecify.annotations.NullMarked;
