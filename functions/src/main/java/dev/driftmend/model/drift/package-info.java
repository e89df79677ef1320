/** What differs, what that means, who owns it and who caused it. */
@NullMarked
package dev.driftmend.model.drift;

import org.jspecify.annotations.NullMarked;
