/** Incidents and the alerts that on-call gets. */
@NullMarked
package dev.driftmend.model.incident;

import org.jspecify.annotations.NullMarked;
