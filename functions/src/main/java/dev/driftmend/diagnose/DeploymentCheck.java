package dev.driftmend.diagnose;

import dev.driftmend.model.Declared;
import dev.driftmend.model.Diagnosis.State;
import dev.driftmend.model.Diagnosis.Symptom;
import java.util.Set;

/** Something puts the app on the instances and starts it. */
final class DeploymentCheck implements HopCheck {
  static final String NAME = "deployment";

  /** By other means than the instance's own script. */
  private static final Set<String> OTHERS =
      Set.of(
          "AWS::CodeDeploy::DeploymentGroup", "AWS::SSM::Association", "AWS::OpsWorks::Instance");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Found look(Scene scene, Path path, Before before) {
    var found = new Found();
    if (scene.deployed()) {
      return before.at(AppCheck.NAME) instanceof Found app
              && app.faults().isEmpty()
              && app.state() == State.OK
          ? found.ok("the app is there: it answers")
          : found.unclear("what was put on the instances is not known from outside");
    }
    if (path.instances().isEmpty()) {
      return found.unclear("no instance is known");
    }
    var others =
        scene.declared().resources().stream()
            .filter(r -> OTHERS.contains(r.ref().type()))
            .findFirst();
    for (var target : path.instances()) {
      var declared = path.declared(target.id()).orElse(null);
      if (declared == null || declared.property("LaunchTemplate").isPresent()) {
        found.unclear("what starts on " + path.name(target.id()) + " is not known");
      } else if (UserData.of(declared).there() || others.isPresent()) {
        found.ok(
            others.map(o -> path.name(o.ref().physicalId())).orElse("user data")
                + " is there for "
                + path.name(target.id()));
      } else {
        found.fault(fault(path, declared));
      }
    }
    return found;
  }

  private static Fault fault(Path path, Declared instance) {
    var name = path.name(instance.ref().physicalId());
    return Fault.whole(
        "nothing puts the app on " + name + ": it has no UserData",
        Symptom.BAD_GATEWAY,
        "install and start the app in the UserData of " + name);
  }
}
