package dev.driftmend.port;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whose a drift is, by tags, by the other stacks, and by the account's event history. */
public interface Claims {

  /**
   * Asked from several threads at once. Another's is what a resource of another stack names by id
   * or by content, what carries a foreign ownership mark, and what an AWS service or a controller
   * of the policy did itself. A mark that anybody can write is not enough for what is open to the
   * internet. An addition of which it cannot be decided (a lookup is denied, say) is {@code
   * Undecided}, never {@code Nobody}; what was lost or changed is then nobody's, and goes back.
   *
   * <p>Of an extra member all of it is asked; of what is lost or changed who did it, and, where the
   * drift has a handle, which stack has a resource of that id.
   *
   * @throws TransientFailure if a service is throttled or fails for a while
   */
  Claim claim(Question question);

  /**
   * @param live the resource as it was read: calls may name it by an interface of it
   * @param knownCall by which call it is known to have come: then the event history, which lags and
   *     answers twice a second, is not asked; null if that is not known
   * @param since the stack's last update: whatever was lost or changed before it is no drift of it
   * @param remembered whose it was known to be: so it stays, unless the history knows who made it
   *     and says otherwise; null if it was not known
   */
  record Question(
      StackRef stack,
      Finding finding,
      @Nullable Observed live,
      Policy policy,
      @Nullable Cause knownCall,
      Instant since,
      @Nullable KnownOwner remembered) {}
}
