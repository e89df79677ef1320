package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.stack.Observed;

/** The instances behind the targets run. */
public final class InstanceCheck implements HopCheck {
  @Override
  public String name() {
    return "instance";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var found = new Found();
    if (path.targets().isEmpty()) {
      return found.unclear("no target is known");
    }
    for (var target : path.targets()) {
      var name = path.name(target.id());
      switch (target.live()) {
        case null -> found.unclear(name + " was not looked at");
        case Observed.Unreadable u -> found.unclear(name + " could not be read: " + u.why());
        case Observed.Gone g ->
            found.fault(
                Fault.at(
                    target.key(),
                    name + " is terminated",
                    Symptom.UNAVAILABLE,
                    "have CloudFormation recreate it: driftmend apply --stack "
                        + scene.declared().stack().name()
                        + " --via-change-set",
                    path.about(target.id(), null)));
        case Observed.Found f -> state(found, path, target, name);
      }
    }
    return found;
  }

  private static void state(Found found, Path path, PathTarget target, String name) {
    var state = Read.text(target.live(), Instance.STATE);
    if (state == null) {
      found.unclear("the state of " + name + " is not known");
    } else if (target.running()) {
      found.ok(
          path.scene().deployed()
              ? name + " is running"
              : name + " runs as soon as it is deployed");
    } else {
      found.fault(
          Fault.at(
              target.key(),
              name + " is " + state,
              Symptom.UNAVAILABLE,
              "start " + name,
              path.about(target.id(), Instance.STATE)));
    }
  }
}
