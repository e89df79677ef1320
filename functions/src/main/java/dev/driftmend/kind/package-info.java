/**
 * One class per guarded type: which properties are compared, how each is normalised, and which
 * drift can be repaired in place by which call. Pure data and functions; a new kind is one class
 * here and one in {@code aws}.
 */
@NullMarked
package dev.driftmend.kind;

import org.jspecify.annotations.NullMarked;
