package dev.driftmend.kind;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The resources of one type that merge into another resource, because they name it.
 *
 * @param perhaps those that may belong to it too
 */
public record Parts(List<Declared> own, List<Perhaps> perhaps) {
  /**
   * @param part null if not even that is known whether there is one
   */
  public record Perhaps(@Nullable Declared part, String why) {}

  /** Attributes that only the service knows, and that stand for one resource all the same. */
  private static final Set<String> IDS =
      Set.of("AWS::EC2::VPC.DefaultNetworkAcl", "AWS::EC2::EIP.AllocationId");

  public Parts {
    own = List.copyOf(own);
    perhaps = List.copyOf(perhaps);
  }

  /**
   * @param reference the property of the part that names what it belongs to by physical id
   */
  public static Parts of(Declared self, DeclaredStack stack, String type, String reference) {
    var id = new Value.Scalar(self.ref().physicalId());
    return of(stack, type, reference, id::equals);
  }

  /**
   * @param isSelf whether the value of the reference means the resource that they are looked up for
   */
  public static Parts of(
      DeclaredStack stack, String type, String reference, Predicate<Value> isSelf) {
    var own = new ArrayList<Declared>();
    var perhaps = new ArrayList<Perhaps>();
    for (var part : stack.ofType(type).toList()) {
      var names = part.property(reference).orElse(null);
      if (names != null && isSelf.test(names)) {
        own.add(part);
      } else if (names instanceof Value.Unknown unknown && !isAnothers(unknown)) {
        perhaps.add(
            new Perhaps(part, part.ref().logicalId() + " may belong to it: " + unknown.why()));
      }
    }
    for (var undecided : stack.undecided()) {
      if (undecided.type().equals(type)) {
        perhaps.add(
            new Perhaps(null, undecided.logicalId() + " may belong to it: " + undecided.why()));
      }
    }
    return new Parts(own, perhaps);
  }

  /** Why there may be more of them; null if these are all. */
  public @Nullable String unsure() {
    return perhaps.isEmpty() ? null : perhaps.getLast().why();
  }

  private static boolean isAnothers(Value.Unknown unknown) {
    var attribute = unknown.attribute();
    return attribute != null && IDS.contains(attribute.of().type() + "." + attribute.name());
  }
}
