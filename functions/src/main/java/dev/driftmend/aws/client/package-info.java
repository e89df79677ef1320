/** The SDK's clients, and what every call of theirs has in common. */
@NullMarked
package dev.driftmend.aws.client;

import org.jspecify.annotations.NullMarked;
