/** Does the workload answer, and does the guard itself still work? */
@NullMarked
package dev.driftmend.probe;

import org.jspecify.annotations.NullMarked;
