package dev.driftmend.diagnose.planned;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.app.AppFacts;
import dev.driftmend.diagnose.scene.Symbols;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.template.Desireds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The scene of a template that was never deployed: all is as it is declared. Pure. */
public final class PlannedScene {
  private PlannedScene() {}

  /**
   * @param given the values of the template's parameters
   * @param app null if the app's files were not given
   */
  public static Scene of(
      DeclaredStack stack, Desired desired, Set<String> given, @Nullable AppFacts app) {
    var symbols = Symbols.of(stack);
    var known = symbols.names().isEmpty() ? desired : Desireds.of(symbols.stack());
    return of(symbols, known, given, app);
  }

  private static Scene of(
      Symbols symbols, Desired desired, Set<String> given, @Nullable AppFacts app) {
    var stack = symbols.stack();
    var declared = new AsDeclared(stack, desired);
    var live = declared.live();
    var network = new AsDeclaredNetwork(stack, desired, live, declared).network();
    var names = names(stack);
    names.putAll(symbols.names());
    return new Scene(
        false, stack, desired, live, network, names, given, null, List.of(), app, List.of());
  }

  /** Nobody can look up an id that was invented. */
  private static Map<String, String> names(DeclaredStack stack) {
    var names = new HashMap<String, String>();
    names.put(AsDeclared.defaultGroup(""), "the VPC's default security group");
    for (var resource : stack.resources()) {
      var ref = resource.ref();
      if (!ref.physicalId().isEmpty()) {
        names.put(ref.physicalId(), ref.logicalId());
      }
    }
    stack
        .ofType("AWS::EC2::VPC")
        .forEach(
            vpc -> {
              var id = vpc.ref().physicalId();
              var name = vpc.ref().logicalId();
              names.put(AsDeclared.defaultGroup(id), "the default security group of " + name);
              names.put(AsDeclared.defaultAcl(id), "the default network ACL of " + name);
              names.put(AsDeclared.mainTable(id), "the main route table of " + name);
            });
    return names;
  }
}
