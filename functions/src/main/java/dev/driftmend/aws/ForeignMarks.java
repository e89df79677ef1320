package dev.driftmend.aws;

import dev.driftmend.model.StackRef;
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

  static Optional<String> ofTags(Map<String, String> tags, StackRef own) {
    var stack = tags.get(STACK_ID);
    if (stack != null && !stack.equals(own.id())) {
      return Optional.of("the stack " + stack);
    }
    return tags.keySet().stream()
        .filter(name -> TAGS.stream().anyMatch(name::startsWith))
        .findFirst()
        .map(name -> "whoever set the tag " + name);
  }

  static Optional<String> ofDescription(@Nullable String description) {
    return Optional.ofNullable(description)
        .filter(d -> DESCRIPTIONS.stream().anyMatch(d::startsWith))
        .map(d -> "whoever described it as " + d);
  }
}
