/** Files that the command line reads. */
@NullMarked
package dev.driftmend.cli.file;

import org.jspecify.annotations.NullMarked;
