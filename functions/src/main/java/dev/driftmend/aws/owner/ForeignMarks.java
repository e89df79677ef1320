package dev.driftmend.aws.owner;

import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.stack.StackRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The marks by which others say that something is theirs.
 *
 * @see <a
 *     href="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/security_groups/">Rules
 *     that the AWS Load Balancer Controller manages</a>
 */
final class ForeignMarks {
  private static final String STACK_ID = "aws:cloudformation:stack-id";
  private static final List<String> TAGS =
      List.of("kubernetes.io/cluster/", "elbv2.k8s.aws/", "ingress.k8s.aws/", "service.k8s.aws/");

  /** Controllers that cannot tag a rule put their mark into its description. */
  private static final List<String> DESCRIPTIONS = List.of("elbv2.k8s.aws/", "kubernetes.io/rule/");

  private ForeignMarks() {}

  /**
   * @param anybodys whether anybody can set it: then it is no proof
   * @param stack whose mark it is, if it is a stack's; else null
   */
  record Mark(Owner.Another owner, boolean anybodys, @Nullable StackRef stack) {}

  /** The tags of AWS itself cannot be set by anybody else. */
  static Optional<Mark> ofTags(Map<String, String> tags, StackRef own) {
    var stack = tags.get(STACK_ID);
    if (stack != null && !stack.equals(own.id())) {
      return Optional.of(
          new Mark(new Owner.Another(Owner.Sort.STACK, "the stack " + stack), false, named(stack)));
    }
    return tags.keySet().stream()
        .filter(name -> TAGS.stream().anyMatch(name::startsWith))
        .findFirst()
        .map(name -> mark("whoever set the tag " + name));
  }

  private static @Nullable StackRef named(String id) {
    try {
      return new StackRef(id);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static Optional<Mark> ofDescription(@Nullable String description) {
    return Optional.ofNullable(description)
        .filter(d -> DESCRIPTIONS.stream().anyMatch(d::startsWith))
        .map(d -> mark("whoever described it as " + d));
  }

  private static Mark mark(String who) {
    return new Mark(new Owner.Another(Owner.Sort.MARK, who), true, null);
  }
}
