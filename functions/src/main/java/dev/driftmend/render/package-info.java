/**
 * Plans, outcomes and alerts as text and JSON, shared by alerts and the command line. Computes no
 * differences.
 */
@NullMarked
package dev.driftmend.render;

import org.jspecify.annotations.NullMarked;
