/** Instances. */
@NullMarked
package dev.driftmend.kind.instance;

import org.jspecify.annotations.NullMarked;
