/**
 * The way from a trigger to an outcome: comparison, plan, and the order of the calls. Pure but for
 * the ports.
 */
@NullMarked
package dev.driftmend.reconcile;

import org.jspecify.annotations.NullMarked;
