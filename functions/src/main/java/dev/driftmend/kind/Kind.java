package dev.driftmend.kind;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A guarded resource type. Implementations are stateless. */
public interface Kind {

  /** The CloudFormation type, e.g. {@code AWS::EC2::SecurityGroup}. */
  String type();

  /**
   * Types that are no kinds of their own because they merge into this one, e.g. {@code
   * AWS::EC2::SecurityGroupIngress}.
   */
  default Set<String> parts() {
    return Set.of();
  }

  /** One row per property of the type (and of its parts) in the CloudFormation resource schema. */
  List<Coverage> coverage();

  /**
   * The normal form that the template wants: declared properties only, and those whose addition is
   * drift even when nothing is declared (rules, targets, addresses).
   *
   * @param stack for the parts that merge into this resource and for what refers to it
   */
  Resource desired(Declared self, DeclaredStack stack);

  /** What the drift means where the network does not say more, and why. */
  Impact impact(Drift drift, Resource desired, Observed live);

  /** The API calls that can make this drift, by their own names. */
  Set<String> calls(Drift drift);

  /**
   * The ids by which those calls name what this drift is about, besides the resource's own: of an
   * association, or of an interface.
   */
  default Set<String> names(Drift drift, Observed live) {
    return Set.of();
  }

  /**
   * What a call on one member of a set names of the member that this drift is about: its id, a
   * target, a destination. Empty if such calls name the whole only.
   */
  default Optional<String> named(Drift drift) {
    return Optional.empty();
  }

  /**
   * Whether the calls that can make this drift name the whole, and of the member only an id that
   * nothing knows any more: then one of several such calls is behind it, and which one is not
   * known.
   */
  default boolean isUnnamed(Drift drift) {
    return false;
  }

  /**
   * The steps that undo these drifts of one resource, each answered by exactly one step: a call, or
   * a report with the way back. Order within a phase is kept.
   */
  List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts);

  /**
   * Whether this drift is reported although it could be repaired, unless a rule of the policy says
   * {@code repair} for it: what may well be meant, or cannot be put back with its id.
   */
  default boolean requiresOptIn(Drift drift) {
    return false;
  }

  /**
   * Where the repair of this drift leads traffic, and where it goes until then: what a repair leads
   * it to has to work. {@link Moves#NONE} of a drift whose repair moves no traffic.
   */
  default Moves moves(Drift drift, Resource desired, Observed live) {
    return Moves.NONE;
  }

  /**
   * The resource as it is once this call of {@link #repair} has been made: what proving a plan safe
   * and undoing a step stand on. Health that only time brings stays as it was.
   */
  Observed after(Step.Call call, Observed live);

  /** Whether what this call removes counts towards the quota that the other call would exceed. */
  default boolean makesRoom(Step.Call removal, Step.Call refused) {
    return false;
  }

  /** Whether only the network tells what the removal of a member cuts. */
  default boolean cutsByNetwork() {
    return true;
  }

  /**
   * Whether what this call removes may do for some traffic what a lost member of the same resource
   * did: then it goes only after that one is back.
   */
  default boolean mayStandIn(Step.Call removal, Drift.Missing lost, Observed live) {
    return false;
  }

  /**
   * What CloudFormation knows otherwise once this drift has been repaired, and what that means for
   * the stack's update and deletion: one sentence; empty if nothing.
   */
  default String afterRepair(Drift drift) {
    return "";
  }

  /** The network with this resource in this state; the same if it decides about no path. */
  default Network applyTo(Network network, ResourceRef ref, Observed.Found state) {
    return network;
  }

  /** What of the network decides what this drift means. */
  default NetworkUse networkUse(Drift drift) {
    return NetworkUse.NONE;
  }

  /**
   * What of the network has to be read for this resource, once a drift depends on it.
   *
   * @param live null if it was not looked at
   */
  default NetworkPart networkPart(Resource desired, @Nullable Observed live) {
    return NetworkPart.NONE;
  }

  /**
   * Whether nothing stands in the network where this drift is, so that it decides about nothing.
   */
  default boolean decidesForNobody(Drift drift, Network network) {
    return false;
  }

  /** Whether the members of this type are rules that let traffic through a security group. */
  default boolean holdsRules() {
    return false;
  }

  /** Whether this property says which security groups the resource carries. */
  default boolean attachesSecurityGroups(String property) {
    return false;
  }

  /** Whether this call replaces the security groups that the resource carries. */
  default boolean replacesSecurityGroups(Step.Call call) {
    return false;
  }

  /**
   * Whether the drift is one of an association, a resource of its own that another stack may have.
   */
  default boolean isAssociation(Drift drift) {
    return false;
  }

  /** The API calls that can change nothing that is guarded but resources of this type. */
  default Set<String> ownCalls() {
    return Set.of();
  }

  /** The members that a call removes, as it names them; none if it cannot be split. */
  default List<String> removed(Step.Call call) {
    return List.of();
  }

  /** The same call for some of the members that it {@link #removed removes}. */
  default Step.Call removing(Step.Call call, List<String> members, Observed live) {
    return call;
  }

  /** Whether the quota has no room for all of these restores before this removal is made. */
  default boolean lacksRoom(
      Step.Call removal, List<Step.Call> restores, Observed live, Network network) {
    return false;
  }

  /** The health of the targets of a target group; empty of any other type. */
  default Optional<TargetHealth> targetHealth(@Nullable Observed live) {
    return Optional.empty();
  }

  /**
   * The reason codes that targets have if this step made them unhealthy; none if it cannot have.
   *
   * @param inverse what takes the step back
   */
  default Set<String> unhealthyReasons(Step.Call step, Step.Call inverse) {
    return Set.of();
  }

  /**
   * The owner of the interfaces from which this resource sends requests to a target group, as EC2
   * describes them; empty if it sends none.
   *
   * @param targetGroup its ARN
   */
  default Optional<String> sender(ResourceRef ref, @Nullable Observed live, String targetGroup) {
    return Optional.empty();
  }

  /** What of the network decides what a drift means. */
  enum NetworkUse {
    NONE,
    /** Who carries which security group, and their rules. */
    GROUPS,
    /** What lies between interfaces, whoever carries which group. */
    PATHS
  }

  /**
   * @param why evidence for a person
   */
  record Impact(Exposure exposure, String why) {}

  /**
   * @param to physical ids of what traffic is led to by the repair
   * @param from likewise, of what it is led to now; empty if that is not known by an id, as with a
   *     redirect
   * @param nowhere whether it is known to be led to nothing now
   */
  record Moves(Set<String> to, Set<String> from, boolean nowhere) {
    public static final Moves NONE = new Moves(Set.of(), Set.of());

    public Moves {
      to = Set.copyOf(to);
      from = Set.copyOf(from);
    }

    public Moves(Set<String> to, Set<String> from) {
      this(to, from, false);
    }

    public static Moves fromNowhere(String to) {
      return new Moves(Set.of(to), Set.of(), true);
    }
  }

  /**
   * @param type the type that has the property: the kind's own or one of its parts
   * @param why for what is reported or not covered, the reason; for what is compared, what repairs
   *     it
   */
  record Coverage(String type, String property, How how, String why) {
    public enum How {
      COMPARED,
      REPORT_ONLY,
      NOT_COVERED
    }
  }
}
