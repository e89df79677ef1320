package dev.driftmend.diagnose;

import dev.driftmend.kind.Instance;
import dev.driftmend.model.Diagnosis.Symptom;

/** The instances have no public address. */
final class PublicAddressCheck implements HopCheck {
  @Override
  public String name() {
    return "public-address";
  }

  @Override
  public Found look(Scene scene, Path path, Before before) {
    var found = new Found();
    if (path.instances().isEmpty()) {
      return found.unclear("no instance is known");
    }
    for (var target : path.instances()) {
      var name = path.name(target.id());
      var addresses = Read.keys(target.live(), Instance.PUBLIC_ADDRESS);
      if (addresses.isEmpty()) {
        found.unclear("whether " + name + " has a public address is not known");
      } else if (addresses.get().isEmpty()) {
        found.ok(name + " has none");
      } else {
        found.fault(
            Fault.whole(
                scene.deployed()
                    ? name + " has " + String.join(", ", addresses.get())
                    : name + " gets a public address",
                Symptom.NONE,
                "give " + name + " no public address: clients come by the load balancer",
                path.about(target.id(), Instance.PUBLIC_ADDRESS)));
      }
    }
    return found;
  }
}
