/** Nested stacks whose templates are at hand. */
@NullMarked
package dev.driftmend.template.nested;

import org.jspecify.annotations.NullMarked;
