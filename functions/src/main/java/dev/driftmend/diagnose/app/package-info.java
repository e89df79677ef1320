/** What an application's own files tell. */
@NullMarked
package dev.driftmend.diagnose.app;

import org.jspecify.annotations.NullMarked;
