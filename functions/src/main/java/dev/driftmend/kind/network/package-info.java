/**
 * What lies between interfaces: VPCs, subnets, route tables, network ACLs, NAT gateways, addresses.
 */
@NullMarked
package dev.driftmend.kind.network;

import org.jspecify.annotations.NullMarked;
