/**
 * What to do about drifts: whose they are, what may be intended, the steps in order, what is proved
 * safe, and what a person has to approve. Pure but for the ports.
 */
@NullMarked
package dev.driftmend.plan;

import org.jspecify.annotations.NullMarked;
