/** What the hops come to. */
@NullMarked
package dev.driftmend.diagnose.verdict;

import org.jspecify.annotations.NullMarked;
