/**
 * What must hold in an account and region for Driftmend to be deployed there and to work: one class
 * per matter, each with the document that says so. Pure but for the ports.
 */
@NullMarked
package dev.driftmend.doctor;

import org.jspecify.annotations.NullMarked;
