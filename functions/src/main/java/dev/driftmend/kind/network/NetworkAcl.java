package dev.driftmend.kind.network;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;

import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Parts;
import dev.driftmend.kind.Repairs;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A network ACL and all its entries. Whoever denies an address at the door in a hurry uses one, so
 * its entries are only repaired if the policy says so.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkacl.html">AWS::EC2::NetworkAcl</a>
 */
public final class NetworkAcl implements Kind {
  public static final String TYPE = "AWS::EC2::NetworkAcl";

  /**
   * Members: key {@code ingress 100} or {@code egress 100}; field {@link #RULE}: {@code allow} or
   * {@code deny}, then the rule as {@link dev.driftmend.model.network.SecurityRule#key()}.
   */
  public static final String ENTRIES = "Entries";

  public static final String RULE = AclEntries.RULE;

  private static final String VPC = "VpcId";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Set<String> parts() {
    return Set.of(AclEntries.TYPE);
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    rows.add(new Coverage(TYPE, VPC, REPORT_ONLY, "an ACL cannot change its VPC"));
    rows.add(new Coverage(TYPE, "Id", NOT_COVERED, "read-only: the physical id"));
    rows.add(new Coverage(TYPE, "Tags", NOT_COVERED, "tags open and cut no traffic"));
    for (var identity : List.of(AclEntries.ACL, "Egress", "RuleNumber")) {
      rows.add(
          new Coverage(
              AclEntries.TYPE,
              identity,
              COMPARED,
              "the entry's identity: CreateNetworkAclEntry, if the policy says so"));
    }
    for (var content :
        List.of("CidrBlock", "Icmp", "Ipv6CidrBlock", "PortRange", "Protocol", "RuleAction")) {
      rows.add(
          new Coverage(
              AclEntries.TYPE, content, COMPARED, "ReplaceNetworkAclEntry, if the policy says so"));
    }
    rows.add(new Coverage(AclEntries.TYPE, "Id", NOT_COVERED, "read-only: the physical id"));
    return rows;
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    NormalForms.scalars(properties, self.properties(), List.of(VPC));
    AclEntries.read(
        properties,
        ENTRIES,
        Parts.of(self, stack, AclEntries.TYPE, AclEntries.ACL),
        List.of(),
        Set.of());
    return new Resource(self.ref(), properties);
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    if (drift instanceof Drift.Gone) {
      return new Impact(Exposure.OUTAGE, "the ACL does not exist: its subnets use another one");
    }
    return drift.property().equals(ENTRIES)
        ? AclEntries.impact(drift)
        : new Impact(Exposure.NONE, "not known");
  }

  @Override
  public Set<String> calls(Drift drift) {
    return switch (drift) {
      case Drift.Gone g -> Set.of("DeleteNetworkAcl");
      case Drift.Missing m -> AclEntries.calls();
      case Drift.Extra e -> AclEntries.calls();
      case Drift.Changed c when VPC.equals(c.property()) -> Set.of();
      case Drift.Changed c -> AclEntries.calls();
      case Drift.Unreadable u -> Set.of();
    };
  }

  @Override
  public boolean requiresOptIn(Drift drift) {
    return drift.property().equals(ENTRIES) && !(drift instanceof Drift.Unreadable);
  }

  @Override
  public Optional<String> named(Drift drift) {
    return Optional.ofNullable(drift.memberKey()).filter(AclEntries::isKey);
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    for (var drift : drifts) {
      var beyond = Repairs.beyondRepair(stack, drift);
      if (beyond != null) {
        steps.add(beyond);
      } else if (drift.property().equals(ENTRIES)) {
        steps.add(AclEntries.repair(stack, drift, drift.resource().physicalId()));
      } else {
        steps.add(
            Repairs.report(
                stack, drift, "an ACL cannot change its VPC", Repairs.revertDrift(stack)));
      }
    }
    return steps;
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    return AclEntries.after(call, live, ENTRIES);
  }

  @Override
  public boolean makesRoom(Step.Call removal, Step.Call refused) {
    return AclEntries.makesRoom(removal, refused);
  }

  @Override
  public boolean mayStandIn(Step.Call removal, Drift.Missing lost, Observed live) {
    return AclEntries.mayStandIn(removal, lost, Repairs.members(live, ENTRIES));
  }

  @Override
  public NetworkUse networkUse(Drift drift) {
    return Repairs.isOfSomethingThere(drift) ? NetworkUse.PATHS : NetworkUse.NONE;
  }

  @Override
  public Network applyTo(Network network, ResourceRef ref, Observed.Found state) {
    return state.properties().get(ENTRIES) instanceof Property.Members entries
        ? network.withAcl(ref.physicalId(), AclEntries.applyTo(entries))
        : network;
  }
}
