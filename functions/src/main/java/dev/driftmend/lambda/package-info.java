/**
 * The three handlers: decode, call, answer. {@code Wiring} is the only reader of the environment.
 */
@NullMarked
package dev.driftmend.lambda;

import org.jspecify.annotations.NullMarked;
