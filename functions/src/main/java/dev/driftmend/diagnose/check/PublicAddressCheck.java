package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.model.incident.Diagnosis.Symptom;

/** The instances have no public address. */
public final class PublicAddressCheck implements HopCheck {
  @Override
  public String name() {
    return "public-address";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
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
