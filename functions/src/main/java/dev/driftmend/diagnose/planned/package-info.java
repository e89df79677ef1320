/** Templates that were never deployed, as they are declared. */
@NullMarked
package dev.driftmend.diagnose.planned;

import org.jspecify.annotations.NullMarked;
