/** The text of a template becomes a tree, and back. */
@NullMarked
package dev.driftmend.template.text;

import org.jspecify.annotations.NullMarked;
