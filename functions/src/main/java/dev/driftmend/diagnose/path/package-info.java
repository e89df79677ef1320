/** Which load balancer, listener, target group and targets a request passes. */
@NullMarked
package dev.driftmend.diagnose.path;

import org.jspecify.annotations.NullMarked;
