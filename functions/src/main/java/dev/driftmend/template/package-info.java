/**
 * The deployed template, its parameters and physical ids become the desired state. Pure: what must
 * be fetched is in the snapshot.
 */
@NullMarked
package dev.driftmend.template;

import org.jspecify.annotations.NullMarked;
