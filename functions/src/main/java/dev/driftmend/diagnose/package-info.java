/**
 * The way from a client to the app, hop by hop: what is broken, what a client sees of it, what to
 * change. Pure but for {@link dev.driftmend.diagnose.SceneReader}, which reads what is walked.
 */
@NullMarked
package dev.driftmend.diagnose;

import org.jspecify.annotations.NullMarked;
