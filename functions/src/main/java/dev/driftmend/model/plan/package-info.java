/** What is to be done, what became of it, and what people agreed to. */
@NullMarked
package dev.driftmend.model.plan;

import org.jspecify.annotations.NullMarked;
