package dev.driftmend.kind;

import dev.driftmend.model.Declared;
import dev.driftmend.model.DeclaredStack;
import dev.driftmend.model.Value;
import org.jspecify.annotations.Nullable;

/** Whether the template makes an instance private: then a public address on it is drift. */
final class Addressing {
  private final Declared self;
  private final DeclaredStack stack;

  Addressing(Declared self, DeclaredStack stack) {
    this.self = self;
    this.stack = stack;
  }

  boolean isPrivate() {
    return !asksForAddress() && !givenAddress() && subnetGivesNone();
  }

  private boolean asksForAddress() {
    return Properties.list(self, Instance.NETWORK_INTERFACES).stream()
        .filter(Value.Fields.class::isInstance)
        .map(Value.Fields.class::cast)
        .anyMatch(f -> Properties.isTrue(Properties.text(f, "AssociatePublicIpAddress")));
  }

  private boolean givenAddress() {
    var id = self.ref().physicalId();
    return stack.resources().stream()
        .filter(
            r ->
                r.ref().type().equals("AWS::EC2::EIP")
                    || r.ref().type().equals("AWS::EC2::EIPAssociation"))
        .anyMatch(r -> id.equals(Properties.text(r, "InstanceId")));
  }

  /**
   * Only a subnet of the same stack says whether it gives addresses; of any other it is not known.
   */
  private boolean subnetGivesNone() {
    var subnetId = subnetId();
    return subnetId != null
        && stack
            .ofType("AWS::EC2::Subnet")
            .filter(s -> s.ref().physicalId().equals(subnetId))
            .anyMatch(s -> !Properties.isTrue(Properties.text(s, "MapPublicIpOnLaunch")));
  }

  private @Nullable String subnetId() {
    var own = Properties.text(self, "SubnetId");
    if (own != null) {
      return own;
    }
    return Properties.list(self, Instance.NETWORK_INTERFACES).stream()
        .filter(Value.Fields.class::isInstance)
        .map(f -> Properties.text((Value.Fields) f, "SubnetId"))
        .findFirst()
        .orElse(null);
  }

  @Nullable String unsure() {
    return stack.resources().stream()
        .filter(r -> r.ref().type().equals("AWS::EC2::EIPAssociation"))
        .filter(r -> r.property("InstanceId").orElse(null) instanceof Value.Unknown)
        .findFirst()
        .map(r -> r.ref().logicalId() + " may give it an address, to whom is unknown")
        .orElse(null);
  }
}
