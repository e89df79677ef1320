/** Load balancers, listeners, listener rules and target groups. */
@NullMarked
package dev.driftmend.kind.loadbalancing;

import org.jspecify.annotations.NullMarked;
