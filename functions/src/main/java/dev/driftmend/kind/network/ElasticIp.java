package dev.driftmend.kind.network;

import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;

import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Parts;
import dev.driftmend.kind.Repairs;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An elastic address: that it is still there, and, where the template gives it to an instance,
 * which one has it. A released address does not come back, so all of it is reported.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html">AWS::EC2::EIP</a>
 */
public final class ElasticIp implements Kind {
  public static final String TYPE = "AWS::EC2::EIP";

  /** The instance that has the address; live empty if none has it. */
  public static final String INSTANCE = "InstanceId";

  public static final String ASSOCIATION = "AWS::EC2::EIPAssociation";
  private static final String ADDRESS = "EIP";
  private static final String ALLOCATION = "AllocationId";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Set<String> parts() {
    return Set.of(ASSOCIATION);
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    add(rows, TYPE, REPORT_ONLY, "another instance, or none, is reported", INSTANCE);
    add(rows, TYPE, REPORT_ONLY, "read-only: that it was released is reported", "PublicIp");
    add(
        rows,
        TYPE,
        NOT_COVERED,
        "no API can change it on a live address",
        "Address",
        "Domain",
        "IpamPoolId",
        "NetworkBorderGroup",
        "PublicIpv4Pool",
        "TransferAddress");
    add(rows, TYPE, NOT_COVERED, "tags open and cut no traffic", "Tags");
    add(rows, TYPE, NOT_COVERED, "read-only", ALLOCATION);
    add(rows, ASSOCIATION, REPORT_ONLY, "whose association it is", ADDRESS, ALLOCATION);
    add(rows, ASSOCIATION, REPORT_ONLY, "another instance, or none, is reported", INSTANCE);
    add(
        rows,
        ASSOCIATION,
        NOT_COVERED,
        "an interface may move from one instance to another",
        "NetworkInterfaceId",
        "PrivateIpAddress");
    add(rows, ASSOCIATION, NOT_COVERED, "read-only", "Id");
    return rows;
  }

  private static void add(
      List<Coverage> rows, String type, Coverage.How how, String why, String... properties) {
    for (var property : properties) {
      rows.add(new Coverage(type, property, how, why));
    }
  }

  /** The address of which this is the allocation id; null if it is anything else. */
  static @Nullable String address(Value.Unknown unknown) {
    var attribute = unknown.attribute();
    return attribute != null
            && attribute.of().type().equals(TYPE)
            && attribute.name().equals(ALLOCATION)
        ? attribute.of().physicalId()
        : null;
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    var instance = instance(self, stack);
    if (instance != null) {
      properties.put(INSTANCE, instance);
    }
    var parts = new LinkedHashMap<String, String>();
    associations(self, stack).stream()
        .flatMap(found -> found.own().stream())
        .findFirst()
        .ifPresent(association -> parts.put(INSTANCE, association.ref().physicalId()));
    return new Resource(self.ref(), properties, false, Map.of(), parts);
  }

  private static List<Parts> associations(Declared self, DeclaredStack stack) {
    var address = self.ref().physicalId();
    return List.of(
        Parts.of(self, stack, ASSOCIATION, ADDRESS),
        Parts.of(
            stack,
            ASSOCIATION,
            ALLOCATION,
            v -> v instanceof Value.Unknown u && u.is(ALLOCATION, address)));
  }

  /** By the address itself or by an association; null if the template gives it to none. */
  private static @Nullable Property instance(Declared self, DeclaredStack stack) {
    var own = self.property(INSTANCE).orElse(null);
    if (own != null) {
      return NormalForms.scalar(own);
    }
    var parts = associations(self, stack);
    for (var found : parts) {
      for (var association : found.own()) {
        var instance = association.property(INSTANCE);
        return instance.map(NormalForms::scalar).orElse(null);
      }
    }
    for (var found : parts) {
      if (found.unsure() != null) {
        return new Property.Unknown(found.unsure());
      }
    }
    return null;
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g -> new Impact(Exposure.OUTAGE, "the address was released");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Changed c ->
          new Impact(
              Exposure.OUTAGE,
              c.live().isEmpty() ? "the address leads nowhere" : "it leads to " + c.live());
      case Drift.Missing m -> new Impact(Exposure.NONE, "not known");
      case Drift.Extra e -> new Impact(Exposure.NONE, "not known");
    };
  }

  @Override
  public Set<String> calls(Drift drift) {
    return drift instanceof Drift.Gone
        ? Set.of("ReleaseAddress")
        : Set.of("AssociateAddress", "DisassociateAddress");
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    return drifts.stream().map(d -> report(stack, d)).toList();
  }

  private static Step report(StackRef stack, Drift drift) {
    var beyond = Repairs.beyondRepair(stack, drift);
    return beyond != null
        ? beyond
        : Repairs.report(
            stack,
            drift,
            "moving an address cuts the connections of whoever has it now",
            drift instanceof Drift.Changed c && !c.desired().isEmpty()
                ? "aws ec2 associate-address --region %s --public-ip %s --instance-id %s"
                    .formatted(stack.region(), drift.resource().physicalId(), c.desired())
                : Repairs.revertDrift(stack));
  }

  @Override
  public Moves moves(Drift drift, Resource desired, Observed live) {
    if (!(drift instanceof Drift.Changed c) || c.desired().isEmpty()) {
      return Moves.NONE;
    }
    return c.live().isEmpty()
        ? Moves.fromNowhere(c.desired())
        : new Moves(Set.of(c.desired()), Set.of(c.live()));
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    return live;
  }
}
