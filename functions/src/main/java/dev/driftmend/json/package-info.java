/** JSON as a tree, without the object mapper that would make beans of it. */
@NullMarked
package dev.driftmend.json;

import org.jspecify.annotations.NullMarked;
