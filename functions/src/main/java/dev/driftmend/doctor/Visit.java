package dev.driftmend.doctor;

import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.Account;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at.
 *
 * @param stack the name under which Driftmend is or will be deployed
 * @param snapshot of the stack that is there; null before the first deployment
 * @param template the body that would be deployed
 */
public record Visit(
    Account account,
    Account.Identity who,
    String stack,
    @Nullable StackSnapshot snapshot,
    String template,
    Settings settings) {

  /** For what belongs to the web system: see {@link Settings#ofWorkload()}. */
  Visit ofWorkload() {
    return new Visit(account, who, stack, snapshot, template, settings.ofWorkload());
  }
}
