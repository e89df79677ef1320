package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.stack.Declared;
import java.util.Optional;
import java.util.Set;

/** Something puts the app on the instances and starts it. */
public final class DeploymentCheck implements HopCheck {
  public static final String NAME = "deployment";

  /** By other means than the instance's own script. */
  private static final Set<String> OTHERS =
      Set.of(
          "AWS::CodeDeploy::DeploymentGroup",
          "AWS::SSM::Association",
          "AWS::OpsWorks::Instance",
          "AWS::ImageBuilder::Image");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var found = new Found();
    if (scene.deployed()) {
      return before.at(AppCheck.NAME) instanceof Found app
              && app.faults().isEmpty()
              && app.state() == State.OK
          ? found.ok("the app is there: it answers")
          : found.unclear("what was put on the instances is not known from outside");
    }
    var others =
        scene.declared().resources().stream()
            .filter(r -> OTHERS.contains(r.ref().type()))
            .findFirst();
    for (var target : path.targets()) {
      look(found, path, target, others);
    }
    return path.targets().isEmpty() ? found.unclear("no target is known") : found;
  }

  private static void look(Found found, Path path, PathTarget target, Optional<Declared> others) {
    var name = path.name(target.id());
    var launch = target.isMachine() ? path.launch(target) : null;
    if (launch == null) {
      found.unclear("what runs on " + name + " is not in this template");
    } else if (others.isPresent() || launch.script().there() && launch.script().text() != null) {
      found.ok(
          others.map(o -> path.name(o.ref().physicalId())).orElse("user data")
              + " is there for "
              + name);
    } else if (launch.script().there()) {
      found.unclear("the user data of " + name + " is not known");
    } else if (launch.mayHoldMore(path.scene().given())) {
      found.unclear(
          "no user data puts the app on "
              + name
              + ": its image may hold it, or somebody puts it there by hand");
    } else {
      found.fault(fault(path, target));
    }
  }

  private static Fault fault(Path path, PathTarget target) {
    var name = path.name(target.id());
    return Fault.whole(
        "nothing puts the app on "
            + name
            + ": it has no UserData, and neither a key nor a profile by which anybody else could",
        Symptom.BAD_GATEWAY,
        "install and start the app in the UserData of " + name);
  }
}
