/** Roles and their policies. */
@NullMarked
package dev.driftmend.kind.role;

import org.jspecify.annotations.NullMarked;
