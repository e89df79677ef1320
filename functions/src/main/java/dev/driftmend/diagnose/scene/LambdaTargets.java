package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.Optional;
import java.util.Set;

/**
 * The Lambda functions of a template that are targets.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html">Lambda
 *     functions as targets: permission to invoke</a>
 */
public final class LambdaTargets {
  private static final String PERMISSION = "AWS::Lambda::Permission";
  private static final String SERVICE = "elasticloadbalancing.amazonaws.com";

  private final DeclaredStack stack;

  public LambdaTargets(DeclaredStack stack) {
    this.stack = stack;
  }

  /** The function of the template that this ARN, of it or of a version or alias of it, names. */
  public Optional<Declared> named(String arn) {
    return stack.resources().stream()
        .filter(
            r ->
                Set.of("AWS::Lambda::Function", "AWS::Serverless::Function")
                    .contains(r.ref().type()))
        .filter(r -> isNamed(r, arn))
        .findFirst();
  }

  private static boolean isNamed(Declared function, String arn) {
    var parts = arn.split(":");
    var name = parts.length > 6 ? parts[6] : arn;
    return function.ref().physicalId().equals(name)
        || name.equals(Values.text(function, "FunctionName"));
  }

  /** Whether the template surely lets no load balancer invoke it. */
  public boolean isForbidden(Declared function) {
    return function.ref().type().equals("AWS::Lambda::Function")
        && stack.undecided().stream().noneMatch(u -> u.type().equals(PERMISSION))
        && stack.ofType(PERMISSION).noneMatch(p -> mayAllow(p, function))
        && new Registrars(stack).handedTo(function.ref().logicalId()) == null;
  }

  private boolean mayAllow(Declared permission, Declared function) {
    var principal = Values.at(permission, "Principal").orElse(null);
    var of = Values.at(permission, "FunctionName").orElse(null);
    return (!(principal instanceof Value.Scalar s)
            || s.text().equals(SERVICE)
            || s.text().equals("*"))
        && (!(of instanceof Value.Scalar f)
            || isNamed(function, f.text())
            || stack.mentionsOf(function.ref().logicalId()).stream()
                .anyMatch(m -> m.by().equals(permission.ref().logicalId())));
  }
}
