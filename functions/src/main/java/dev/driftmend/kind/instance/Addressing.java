package dev.driftmend.kind.instance;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the template makes an instance private: then a public address on it is drift.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html">EC2
 *     instance IP addressing</a>
 */
final class Addressing {
  private static final String ASSOCIATE = "AssociatePublicIpAddress";
  private static final String SUBNET = "SubnetId";
  private static final String ASSOCIATION = "AWS::EC2::EIPAssociation";
  private static final Set<String> ADDRESSES = Set.of("AWS::EC2::EIP", ASSOCIATION);

  private final Declared self;
  private final DeclaredStack stack;

  Addressing(Declared self, DeclaredStack stack) {
    this.self = self;
    this.stack = stack;
  }

  /** No address at all where the template makes the instance private; empty where it does not. */
  Optional<Property> publicAddresses() {
    if (givenAddress()) {
      return Optional.empty();
    }
    var asked = asksForAddress();
    return switch (asked.orElseGet(this::subnetGivesOne)) {
      case Value.Scalar gives when NormalForms.isTrue(gives.text()) -> Optional.empty();
      case Value.Scalar _ ->
          Optional.of(new Property.Members(List.of(), Set.of(), Map.of(), null, perhaps()));
      case Value.Unknown u -> Optional.of(new Property.Unknown(u.why()));
      case Value.Items _, Value.Fields _ ->
          Optional.of(new Property.Unknown("a flag that is neither true nor false"));
    };
  }

  /** An interface that says so decides, whatever its subnet would do. */
  private Optional<Value> asksForAddress() {
    var said =
        NormalForms.list(self, Instance.NETWORK_INTERFACES).stream()
            .flatMap(i -> i instanceof Value.Fields f ? f.get(ASSOCIATE).stream() : unclear(i))
            .toList();
    return said.stream()
        .filter(v -> !(v instanceof Value.Scalar s) || NormalForms.isTrue(s.text()))
        .findFirst()
        .or(() -> said.stream().findFirst());
  }

  private static Stream<Value> unclear(Value networkInterface) {
    return networkInterface instanceof Value.Unknown u ? Stream.of(u) : Stream.of();
  }

  private boolean givenAddress() {
    var id = self.ref().physicalId();
    return addresses().anyMatch(r -> id.equals(NormalForms.text(r, "InstanceId")));
  }

  private Stream<Declared> addresses() {
    return stack.resources().stream().filter(r -> ADDRESSES.contains(r.ref().type()));
  }

  /** Only a subnet of the same stack says whether it gives addresses. */
  private Value subnetGivesOne() {
    if (self.property("LaunchTemplate").isPresent()) {
      return new Value.Unknown("its launch template may ask for an address");
    }
    return switch (subnetId()) {
      case null -> new Value.Unknown("the subnets of a default VPC give addresses, as a rule");
      case Value.Scalar id ->
          stack
              .ofType("AWS::EC2::Subnet")
              .filter(s -> s.ref().physicalId().equals(id.text()))
              .findFirst()
              .map(s -> s.property("MapPublicIpOnLaunch").orElse(new Value.Scalar("false")))
              .orElse(new Value.Unknown(id.text() + " is no subnet of this stack"));
      case Value.Unknown u -> u;
      case Value.Items _, Value.Fields _ -> new Value.Unknown("a subnet has one id");
    };
  }

  private @Nullable Value subnetId() {
    return self.property(SUBNET)
        .or(
            () ->
                NormalForms.list(self, Instance.NETWORK_INTERFACES).stream()
                    .filter(Value.Fields.class::isInstance)
                    .flatMap(f -> ((Value.Fields) f).get(SUBNET).stream())
                    .findFirst())
        .orElse(null);
  }

  /** What may give the instance an address, to whom is not known: an elastic one is its own. */
  private List<OpenMember> perhaps() {
    return Stream.concat(
            addresses().filter(Addressing::mayBeAnybodys).map(r -> perhaps(r.ref())),
            stack.undecided().stream()
                .filter(u -> ADDRESSES.contains(u.type()))
                .map(u -> perhaps(new ResourceRef(u.logicalId(), ASSOCIATION, ""))))
        .toList();
  }

  private static OpenMember perhaps(ResourceRef address) {
    return OpenMember.one(
        address.type().equals(ASSOCIATION) ? "*" : address.physicalId(),
        address.logicalId() + " may give it an address, to whom is unknown");
  }

  /** An interface of its own may be attached to any instance. */
  private static boolean mayBeAnybodys(Declared address) {
    return address.property("InstanceId").orElse(null) instanceof Value.Unknown
        || (address.ref().type().equals(ASSOCIATION)
            && address.property("NetworkInterfaceId").isPresent());
  }
}
