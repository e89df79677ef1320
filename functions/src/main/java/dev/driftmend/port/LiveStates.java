package dev.driftmend.port;

import dev.driftmend.model.Desired;
import dev.driftmend.model.Live;
import dev.driftmend.model.Network;
import dev.driftmend.model.Resource;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

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
   * The interfaces that a question is about, and what lies between them and the internet. The rules
   * of the named groups are left out: they were read as resources.
   */
  Network network(Ask ask);

  /**
   * @param groups their carriers, whether of the stack or not
   * @param subnets all that stands in them
   * @param vpcs in which they are likely to stand: their tables and lists are asked for at once
   */
  record Ask(Set<String> groups, Set<String> subnets, Set<String> vpcs, Set<String> prefixLists) {
    public Ask {
      groups = Collections.unmodifiableSet(new TreeSet<>(groups));
      subnets = Collections.unmodifiableSet(new TreeSet<>(subnets));
      vpcs = Collections.unmodifiableSet(new TreeSet<>(vpcs));
      prefixLists = Collections.unmodifiableSet(new TreeSet<>(prefixLists));
    }

    public boolean isEmpty() {
      return groups.isEmpty() && subnets.isEmpty();
    }
  }
}
