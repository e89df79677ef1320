/** The words of Driftmend as immutable data. Nothing here reads, writes, or knows AWS's SDK. */
@NullMarked
package dev.driftmend.model;

import org.jspecify.annotations.NullMarked;
