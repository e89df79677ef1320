/** Reading and changing guarded resources: one adapter per type. */
@NullMarked
package dev.driftmend.aws.resource;

import org.jspecify.annotations.NullMarked;
