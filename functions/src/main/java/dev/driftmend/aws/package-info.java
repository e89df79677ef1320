/**
 * One final class per port and per guarded service over SDK v2: paging, throttling, mapping. SDK
 * types stop here; nothing here decides about drift or repair.
 */
@NullMarked
package dev.driftmend.aws;

import org.jspecify.annotations.NullMarked;
