/** For people. */
@NullMarked
package dev.driftmend.render.text;

import org.jspecify.annotations.NullMarked;
