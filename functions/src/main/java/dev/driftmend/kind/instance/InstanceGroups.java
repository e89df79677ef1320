package dev.driftmend.kind.instance;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The security groups that a template gives an instance. The API gives those of all interfaces
 * together, so either the template says all of them or they are not compared.
 */
final class InstanceGroups {
  private InstanceGroups() {}

  /** Empty if the template leaves the groups to EC2. */
  static Optional<Property> of(Declared instance, DeclaredStack stack) {
    Value declared =
        instance.property(Instance.GROUPS).orElseGet(() -> new Value.Items(sets(instance)));
    if (NormalForms.list(declared).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        stack
            .ofType("AWS::EC2::NetworkInterfaceAttachment")
            .filter(a -> mayBeOf(a, instance))
            .findFirst()
            .<Property>map(
                a -> new Property.Unknown(a.ref().logicalId() + " attaches another interface"))
            .orElseGet(() -> NormalForms.members(declared, "sg-*")));
  }

  /** All groups of all declared interfaces, if each one declares its own. */
  private static List<Value> sets(Declared instance) {
    var groups = new ArrayList<Value>();
    var silent = false;
    for (var each : NormalForms.list(instance, Instance.NETWORK_INTERFACES)) {
      if (each instanceof Value.Unknown unknown) {
        groups.add(anyNumber(unknown));
      } else if (each instanceof Value.Fields f && f.get("GroupSet").isPresent()) {
        var set = f.get("GroupSet").orElseThrow();
        groups.addAll(
            set instanceof Value.Unknown unknown
                ? List.of(anyNumber(unknown))
                : NormalForms.list(set));
      } else {
        silent = true;
      }
    }
    if (silent && !groups.isEmpty()) {
      return List.of(anyNumber(new Value.Unknown("one of its interfaces declares no groups")));
    }
    return groups;
  }

  private static Value anyNumber(Value.Unknown unknown) {
    return new Value.Items(List.of(unknown));
  }

  private static boolean mayBeOf(Declared attachment, Declared instance) {
    return attachment.property("InstanceId").orElse(null) instanceof Value.Unknown
        || instance.ref().physicalId().equals(NormalForms.text(attachment, "InstanceId"));
  }
}
