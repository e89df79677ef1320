/** Security groups and their rules. */
@NullMarked
package dev.driftmend.kind.securitygroup;

import org.jspecify.annotations.NullMarked;
