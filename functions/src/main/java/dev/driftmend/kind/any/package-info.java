/**
 * Any type that the resource schemas of CloudFormation describe: its declared properties compared
 * with the model that Cloud Control reads. Nothing in here names a type; what types need stands in
 * {@code schemas.txt} (made by {@code make schemas}) and {@code quirks.txt} (kept by hand).
 */
@NullMarked
package dev.driftmend.kind.any;

import org.jspecify.annotations.NullMarked;
