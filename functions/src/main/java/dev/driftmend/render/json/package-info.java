/** For machines. */
@NullMarked
package dev.driftmend.render.json;

import org.jspecify.annotations.NullMarked;
