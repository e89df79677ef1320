package dev.driftmend.aws.resource;

import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import java.util.Collection;
import java.util.Map;

/** One guarded type at its service. */
public interface ResourceAdapter {

  /** The CloudFormation type. */
  String type();

  /**
   * Looks at all of these at once.
   *
   * @param answers of this read, for what another kind may ask as well
   * @return by logical id, one entry for each; a throttled call is thrown, one that was refused
   *     makes what it was about {@code Unreadable}
   */
  Map<String, Observed> observe(StackRef stack, Collection<Resource> resources, Answers answers);

  /**
   * Makes exactly this call; that it is already so is no failure.
   *
   * @throws dev.driftmend.port.DeniedFailure if the service refuses it
   */
  void execute(Step.Call call);
}
