package dev.driftmend.port;

import dev.driftmend.model.Desired;
import dev.driftmend.model.Live;
import dev.driftmend.model.Network;
import dev.driftmend.model.Resource;
import java.util.Collection;

/** What the service APIs say. Observing modifies nothing. */
public interface LiveStates {

  /**
   * Looks at every resource of the desired state: one describe call per API and page for all of
   * them. A resource that does not exist is {@code Gone}; one whose describe was denied is {@code
   * Unreadable}; a throttled describe is a {@link TransientFailure}, never an empty answer.
   */
  Live read(Desired desired);

  /** Looks again at these resources only. */
  Live read(Desired desired, Collection<Resource> only);

  /**
   * The interfaces that carry these resources' groups, their subnets' routes, and these prefix
   * lists.
   */
  Network network(Collection<String> groupIds, Collection<String> prefixLists);
}
