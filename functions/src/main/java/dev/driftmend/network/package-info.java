/** Who can reach what: CIDR sets, security groups, routes. Exposure is computed here. Pure. */
@NullMarked
package dev.driftmend.network;

import org.jspecify.annotations.NullMarked;
