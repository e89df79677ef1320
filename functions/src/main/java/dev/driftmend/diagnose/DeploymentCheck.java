package dev.driftmend.diagnose;

import dev.driftmend.model.Declared;
import dev.driftmend.model.Diagnosis.State;
import dev.driftmend.model.Diagnosis.Symptom;
import java.util.Optional;
import java.util.Set;

/** Something puts the app on the instances and starts it. */
final class DeploymentCheck implements HopCheck {
  static final String NAME = "deployment";

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
  public Found look(Scene scene, Path path, Before before) {
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

  private static void look(Found found, Path path, Target target, Optional<Declared> others) {
    var name = path.name(target.id());
    var launch = target.isMachine() ? path.launch(target) : null;
    if (launch == null) {
      found.unclear("what runs on " + name + " is not told by this template");
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

  private static Fault fault(Path path, Target target) {
    var name = path.name(target.id());
    return Fault.whole(
        "nothing puts the app on "
            + name
            + ": it has no UserData, and neither a key nor a profile by which anybody else could",
        Symptom.BAD_GATEWAY,
        "install and start the app in the UserData of " + name);
  }
}
