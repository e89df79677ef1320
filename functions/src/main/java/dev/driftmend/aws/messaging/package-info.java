/** Alerts out, messages onto the work queue. */
@NullMarked
package dev.driftmend.aws.messaging;

import org.jspecify.annotations.NullMarked;
