package dev.driftmend.aws;

import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the contract tests of the adapters start from. */
public final class Stacks {
  public static final StackRef SHOP =
      new StackRef(
          "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/"
              + "5f6a3c30-1111-11ee-9a3b-0a1b2c3d4e5f");

  private Stacks() {}

  public static Resource resource(String logicalId, String type, String physicalId) {
    return new Resource(new ResourceRef(logicalId, type, physicalId), Map.of());
  }

  public static Step.Call call(String type, String operation, Map<String, List<String>> arguments) {
    return new Step.Call(
        List.of(),
        Step.Phase.CHANGE,
        new ResourceRef("Thing", type, "id"),
        operation,
        arguments,
        "");
  }

  public static Map<String, Property> found(@Nullable Observed observed) {
    if (observed instanceof Observed.Found f) {
      return f.properties();
    }
    throw new AssertionError("not found but " + observed);
  }

  public static List<Item> items(@Nullable Observed observed, String property) {
    if (found(observed).get(property) instanceof Property.Members m) {
      return m.items();
    }
    throw new AssertionError("no members " + property + " in " + observed);
  }

  public static List<String> keys(@Nullable Observed observed, String property) {
    return items(observed, property).stream().map(Item::key).toList();
  }

  public static String scalar(@Nullable Observed observed, String property) {
    if (found(observed).get(property) instanceof Property.Scalar s) {
      return s.value();
    }
    throw new AssertionError("no scalar " + property + " in " + observed);
  }
}
