/** Adapters of Elastic Load Balancing's types. */
@NullMarked
package dev.driftmend.aws.resource.elb;

import org.jspecify.annotations.NullMarked;
