/** The lives of incidents: opened, alerted once, resolved, alerted once more. */
@NullMarked
package dev.driftmend.incident;

import org.jspecify.annotations.NullMarked;
