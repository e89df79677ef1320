/** Templates that were never deployed: what is not known of them. */
@NullMarked
package dev.driftmend.template.undeployed;

import org.jspecify.annotations.NullMarked;
