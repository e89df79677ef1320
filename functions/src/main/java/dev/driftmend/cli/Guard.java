package dev.driftmend.cli;

import dev.driftmend.model.plan.Limits;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.Templates;
import java.util.List;
import java.util.Optional;

/**
 * The installation of Driftmend that a stack is under: what its stack's outputs and resources say.
 *
 * @param policyParameter name of the SSM parameter
 * @param ledgerTable name of the table
 * @param alertTopic ARN
 * @param workQueue URL of the queue by which the guard is asked to look at a stack
 * @param reconcileFunction name of the function whose changes are Driftmend's own
 */
record Guard(
    StackRef stack,
    String policyParameter,
    String ledgerTable,
    String alertTopic,
    String workQueue,
    String reconcileFunction) {
  private static final String DEFAULT_NAME = "driftmend";
  private static final String POLICY = "PolicyParameter";
  private static final String LEDGER = "LedgerTable";
  private static final String ALERTS = "AlertTopicArn";
  private static final String QUEUE = "WorkQueueUrl";
  private static final String FUNCTION = "ReconcileFunction";

  /**
   * A stack that is a guard is its own; else the named one, else the one named {@code driftmend}.
   *
   * @return empty if no guard was named and there is none of the default name
   * @throws Refusal if the named stack does not exist or is no guard
   */
  static Optional<Guard> find(Templates templates, StackRef stack, Optional<String> named) {
    var own = named.isPresent() ? Optional.<Guard>empty() : of(templates, stack);
    return own.or(() -> byName(templates, named));
  }

  /** The policy of a stack that no guard watches: look, and write nothing. */
  static Policy absent() {
    return new Policy(
        Policy.Mode.OBSERVE,
        WritePermission.withheld(
            "there is no guard (no stack named " + DEFAULT_NAME + "; --guard names another)"),
        List.of(),
        List.of(),
        List.of(),
        Limits.DEFAULT,
        false);
  }

  private static Optional<Guard> byName(Templates templates, Optional<String> named) {
    var name = named.orElse(DEFAULT_NAME);
    var stack = templates.find(name);
    if (stack.isEmpty()) {
      if (named.isPresent()) {
        throw new Refusal("there is no stack named " + name + ": check --guard and --region");
      }
      return Optional.empty();
    }
    var guard = of(templates, stack.get());
    if (guard.isEmpty() && named.isPresent()) {
      throw new Refusal(
          "the stack "
              + name
              + " is no guard: it lacks the outputs "
              + String.join(", ", POLICY, LEDGER, ALERTS, QUEUE)
              + " or the function "
              + FUNCTION
              + "; name the stack that Driftmend was deployed as with --guard");
    }
    return guard;
  }

  private static Optional<Guard> of(Templates templates, StackRef stack) {
    return templates.read(stack).flatMap(Guard::of);
  }

  private static Optional<Guard> of(StackSnapshot snapshot) {
    var outputs = snapshot.outputs();
    var policy = outputs.get(POLICY);
    var ledger = outputs.get(LEDGER);
    var alerts = outputs.get(ALERTS);
    var queue = outputs.get(QUEUE);
    var function = snapshot.physicalId(FUNCTION);
    return policy == null || ledger == null || alerts == null || queue == null || function == null
        ? Optional.empty()
        : Optional.of(new Guard(snapshot.stack(), policy, ledger, alerts, queue, function));
  }
}
