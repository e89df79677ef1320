/** The guard's own pieces, its policy and its pause. */
@NullMarked
package dev.driftmend.aws.guard;

import org.jspecify.annotations.NullMarked;
