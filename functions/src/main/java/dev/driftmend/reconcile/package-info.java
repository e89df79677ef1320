/**
 * The way from a trigger to an outcome: assess, check, execute, verify, record, and roll back. Pure
 * but for the ports.
 */
@NullMarked
package dev.driftmend.reconcile;

import org.jspecify.annotations.NullMarked;
