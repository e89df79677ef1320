/** Who owns a drift: tags, other stacks, the account's event history. */
@NullMarked
package dev.driftmend.aws.owner;

import org.jspecify.annotations.NullMarked;
