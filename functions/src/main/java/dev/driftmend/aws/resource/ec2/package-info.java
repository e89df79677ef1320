/** Adapters of EC2's types, and the network as EC2 describes it. */
@NullMarked
package dev.driftmend.aws.resource.ec2;

import org.jspecify.annotations.NullMarked;
