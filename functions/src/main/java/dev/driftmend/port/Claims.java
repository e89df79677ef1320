package dev.driftmend.port;

import dev.driftmend.model.Caller;
import dev.driftmend.model.Item;
import dev.driftmend.model.Policy;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.StackRef;
import java.util.Optional;

/** Whether a member that our template does not know belongs to somebody else. */
public interface Claims {

  /**
   * Asked only for what is extra, from several threads at once. {@code Claimed}: a resource of
   * another stack names it by id or by content, its author is an AWS service or a controller of the
   * policy, or it carries a foreign ownership tag. What cannot be decided (a lookup is denied, say)
   * is {@code Undecided}, never {@code Unclaimed}.
   *
   * @param maker who is known to have made it: then the account's event history, which lags and
   *     answers twice a second, is not asked
   */
  Claim claim(
      StackRef stack, ResourceRef resource, Item extra, Policy policy, Optional<Caller> maker);

  sealed interface Claim {
    record Unclaimed() implements Claim {}

    record Claimed(String by) implements Claim {}

    record Undecided(String why) implements Claim {}

    /**
     * Nothing claims it, but who made it is not known (yet: the account's event history lags by
     * minutes and ends). It is nobody's only if whoever told us of it was a person.
     */
    record Unattributed(String why) implements Claim {}
  }
}
