/** The ledger in one DynamoDB table. */
@NullMarked
package dev.driftmend.aws.ledger;

import org.jspecify.annotations.NullMarked;
