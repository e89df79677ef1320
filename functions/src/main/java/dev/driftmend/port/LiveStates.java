package dev.driftmend.port;

import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
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
   * What these are that the stack does not have and that a repair would lead traffic to, each in
   * the normal form of its kind: target groups by ARN, with the health of their targets; instances,
   * network interfaces and NAT gateways by id, with their {@code State}. Of what is of another sort
   * nothing is said; what could not be read is {@code Unreadable}.
   *
   * @param stack that would be repaired
   * @param ids physical ids
   */
  Map<String, Observed> destinations(StackRef stack, Set<String> ids);

  /**
   * The interfaces that a question is about, and what lies between them and the internet. The rules
   * of groups that were read as resources are left out.
   */
  Network network(Ask ask);

  /**
   * @param groups their carriers, whether of the stack or not
   * @param subnets all that stands in them
   * @param vpcs in which they are likely to stand: their tables and lists are asked for at once
   * @param read the groups that were read as resources
   * @param ends what else traffic comes from or is led to
   */
  record Ask(
      Set<String> groups,
      Set<String> subnets,
      Set<String> vpcs,
      Set<String> prefixLists,
      Set<String> read,
      Ends ends) {
    public Ask {
      groups = Collections.unmodifiableSet(new TreeSet<>(groups));
      subnets = Collections.unmodifiableSet(new TreeSet<>(subnets));
      vpcs = Collections.unmodifiableSet(new TreeSet<>(vpcs));
      prefixLists = Collections.unmodifiableSet(new TreeSet<>(prefixLists));
      read = Collections.unmodifiableSet(new TreeSet<>(read));
    }

    /** All groups were read as resources. */
    public Ask(Set<String> groups, Set<String> subnets, Set<String> vpcs, Set<String> prefixLists) {
      this(groups, subnets, vpcs, prefixLists, groups, Ends.NONE);
    }

    public boolean isEmpty() {
      return groups.isEmpty() && subnets.isEmpty() && ends.isEmpty();
    }
  }

  /**
   * @param instances by id
   * @param addresses private ones
   * @param owners how EC2 describes the interfaces of an AWS service, e.g. {@code ELB app/web/1}
   */
  record Ends(Set<String> instances, Set<String> addresses, Set<String> owners) {
    public static final Ends NONE = new Ends(Set.of(), Set.of(), Set.of());

    public Ends {
      instances = Collections.unmodifiableSet(new TreeSet<>(instances));
      addresses = Collections.unmodifiableSet(new TreeSet<>(addresses));
      owners = Collections.unmodifiableSet(new TreeSet<>(owners));
    }

    public boolean isEmpty() {
      return instances.isEmpty() && addresses.isEmpty() && owners.isEmpty();
    }
  }
}
