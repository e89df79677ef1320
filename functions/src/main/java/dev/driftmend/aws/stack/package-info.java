/** Stacks and change sets, from CloudFormation. */
@NullMarked
package dev.driftmend.aws.stack;

import org.jspecify.annotations.NullMarked;
