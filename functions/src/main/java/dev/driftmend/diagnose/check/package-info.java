/** One class per hop: what is wrong with it. */
@NullMarked
package dev.driftmend.diagnose.check;

import org.jspecify.annotations.NullMarked;
