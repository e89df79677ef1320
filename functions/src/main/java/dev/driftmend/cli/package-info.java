/** The command line: one class per command, on the same reconciler as the functions. */
@NullMarked
package dev.driftmend.cli;

import org.jspecify.annotations.NullMarked;
