/**
 * Payloads become signals: a registry keyed by source and detail-type, one small parser per event.
 * Nothing here calls AWS.
 */
@NullMarked
package dev.driftmend.event;

import org.jspecify.annotations.NullMarked;
