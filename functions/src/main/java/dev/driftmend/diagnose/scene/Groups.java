package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The security groups that something is given.
 *
 * @param ids as far as they are known; none of them and nothing unsure means the VPC's default one
 * @param unsure why there may be others; null if these are all
 */
public record Groups(Set<String> ids, @Nullable String unsure) {
  public static final Groups DEFAULT = new Groups(Set.of(), null);

  public Groups {
    ids = Set.copyOf(ids);
  }

  static Groups unknown(String why) {
    return new Groups(Set.of(), why);
  }

  /**
   * @param values ids, or the names of groups of the same template
   */
  static Groups of(List<Value> values, DeclaredStack stack) {
    var ids = new LinkedHashSet<String>();
    String unsure = null;
    for (var value : values) {
      switch (value) {
        case Value.Scalar s when s.text().startsWith("sg-") -> ids.add(s.text());
        case Value.Scalar s -> {
          var named = named(s.text(), stack);
          if (named == null) {
            unsure = "there is no security group of the name " + s.text() + " in the template";
          } else {
            ids.add(named);
          }
        }
        case Value.Unknown u -> unsure = u.why();
        case Value.Items _ -> unsure = "a list inside a list";
        case Value.Fields _ -> unsure = "an object where a group is expected";
      }
    }
    return new Groups(ids, unsure);
  }

  private static @Nullable String named(String name, DeclaredStack stack) {
    return stack
        .ofType("AWS::EC2::SecurityGroup")
        .filter(g -> name.equals(Values.text(g, "GroupName")))
        .map(g -> g.ref().physicalId())
        .findFirst()
        .orElse(null);
  }
}
