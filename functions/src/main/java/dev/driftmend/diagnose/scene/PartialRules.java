package dev.driftmend.diagnose.scene;

import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rules of a template's security groups of which a part is not known: where the ports are known
 * they still tell what a rule is not about.
 */
public final class PartialRules {
  private PartialRules() {}

  /**
   * Whether a rule that is not wholly known may let this port of TCP through.
   *
   * @param group its physical id
   */
  public static boolean mayCover(DeclaredStack stack, String group, Direction direction, int port) {
    var word = direction == Direction.INGRESS ? "Ingress" : "Egress";
    var type = "AWS::EC2::SecurityGroup" + word;
    return stack.undecided().stream().anyMatch(u -> u.type().equals(type))
        || rules(stack, group, type, "SecurityGroup" + word)
            .filter(PartialRules::isPartial)
            .anyMatch(r -> mayCover(r, port));
  }

  /** Whether a rule that a condition leaves out, as the parameters are, is about this port. */
  public static boolean isLeftOut(
      DeclaredStack stack, String group, Direction direction, int port) {
    var type = "AWS::EC2::SecurityGroup" + (direction == Direction.INGRESS ? "Ingress" : "Egress");
    return stack.leftOut().stream()
        .filter(r -> r.ref().type().equals(type))
        .filter(
            r ->
                group.equals(Values.text(r, "GroupId"))
                    || group.equals(Values.text(r, "GroupName")))
        .anyMatch(r -> mayCover(r.properties(), port));
  }

  private static Stream<Value> rules(
      DeclaredStack stack, String group, String type, String inline) {
    var own =
        Values.resource(stack, "AWS::EC2::SecurityGroup", group).stream()
            .flatMap((Declared g) -> Values.list(g, inline).stream());
    var separate =
        stack.ofType(type).filter(r -> mayBeOf(r, group)).<Value>map(Declared::properties);
    return Stream.concat(own, separate);
  }

  /** What is imported, or given as a parameter, is there before the groups of the template are. */
  private static boolean mayBeOf(Declared rule, String group) {
    var of = Values.at(rule, "GroupId").or(() -> Values.at(rule, "GroupName")).orElse(null);
    if (of instanceof Value.Unknown u && u.origin() != null) {
      return !u.origin().startsWith("Fn::ImportValue ") && !u.origin().startsWith("Ref ");
    }
    return !(of instanceof Value.Scalar s) || s.text().equals(group) || !s.text().startsWith("sg-");
  }

  private static boolean isPartial(Value rule) {
    return !(rule instanceof Value.Fields f)
        || f.values().values().stream().anyMatch(v -> !(v instanceof Value.Scalar));
  }

  private static boolean mayCover(Value rule, int port) {
    if (!(rule instanceof Value.Fields f) || f.values().get(Value.Fields.REST) != null) {
      return true;
    }
    var protocol = Values.at(rule, "IpProtocol").orElse(null);
    if (protocol instanceof Value.Scalar s && !isTcp(s.text())) {
      return false;
    }
    if (protocol instanceof Value.Scalar s && s.text().equals("-1")) {
      return true;
    }
    var from = bound(rule, "FromPort");
    var to = bound(rule, "ToPort");
    return (from == null || from <= port) && (to == null || to < 0 || to >= port);
  }

  private static boolean isTcp(String protocol) {
    return switch (protocol.strip().toLowerCase(Locale.ROOT)) {
      case "tcp", "6", "-1", "all" -> true;
      default -> false;
    };
  }

  /** Null if it is not known. */
  private static @Nullable Integer bound(Value rule, String name) {
    var text = Values.text(rule, name);
    return text != null && text.strip().matches("-?\\d{1,5}")
        ? Integer.valueOf(text.strip())
        : null;
  }
}
