/** What decides about traffic, in normal form. */
@NullMarked
package dev.driftmend.model.network;

import org.jspecify.annotations.NullMarked;
