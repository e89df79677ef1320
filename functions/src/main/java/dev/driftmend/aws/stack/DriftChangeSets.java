package dev.driftmend.aws.stack;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.ChangeSets;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.Change;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetStatus;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.DeploymentMode;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Replacement;
import software.amazon.awssdk.services.cloudformation.model.ResourceChange;
import software.amazon.awssdk.services.cloudformation.model.ResourceTargetDefinition;
import software.amazon.awssdk.services.cloudformation.model.Stack;

/**
 * Drift-aware change sets.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html">Drift-aware
 *     change sets</a>
 */
public final class DriftChangeSets implements ChangeSets {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** An hour: what an update takes, of load balancers and instances recreated. */
  private static final int LOOKS = 1800;

  private static final int LONGEST_VALUE = 120;

  /** Begins or is in what CloudFormation says of a change set that would change nothing. */
  private static final Set<String> NOTHING =
      Set.of("didn't contain changes", "no updates are to be performed", "no changes");

  private final Clients clients;
  private final Waits waits;

  public DriftChangeSets(Clients clients, Waits waits) {
    this.clients = clients;
    this.waits = waits;
  }

  @Override
  public Made create(StackRef stack, String name) {
    var deployed = describe(stack);
    try {
      clients.cloudFormation(
          c ->
              c.createChangeSet(
                  r ->
                      r.stackName(stack.id())
                          .changeSetName(name)
                          .changeSetType(ChangeSetType.UPDATE)
                          .usePreviousTemplate(true)
                          .deploymentMode(DeploymentMode.REVERT_DRIFT)
                          .capabilities(deployed.capabilities())
                          .parameters(deployed.parameters().stream().map(this::previous).toList())
                          .description("driftmend apply --via-change-set")));
    } catch (DeniedFailure e) {
      if (Failures.message(e).contains("DeploymentMode")) {
        return new Made.Failed("this AWS makes no drift-aware change sets: " + Failures.message(e));
      }
      throw e;
    }
    var made = awaitMade(stack, name);
    if (made.status() != ChangeSetStatus.CREATE_COMPLETE) {
      delete(stack, name);
      var why = String.valueOf(made.statusReason());
      return changesNothing(why) ? new Made.Nothing() : new Made.Failed(why);
    }
    if (made.deploymentMode() != DeploymentMode.REVERT_DRIFT) {
      delete(stack, name);
      return new Made.Failed(
          "this AWS made an ordinary change set, which does not see drift: it knows no"
              + " DeploymentMode REVERT_DRIFT");
    }
    return changes(stack, name, made);
  }

  private Parameter previous(Parameter parameter) {
    return Parameter.builder()
        .parameterKey(parameter.parameterKey())
        .usePreviousValue(true)
        .build();
  }

  private DescribeChangeSetResponse awaitMade(StackRef stack, String name) {
    for (var look = 0; look < LOOKS; look++) {
      var now = describe(stack, name, null);
      switch (now.status()) {
        case CREATE_PENDING, CREATE_IN_PROGRESS -> waits.pass(PAUSE);
        default -> {
          return now;
        }
      }
    }
    throw new IllegalStateException("the change set " + name + " was not made within an hour");
  }

  private Made changes(StackRef stack, String name, DescribeChangeSetResponse first) {
    var lines = new ArrayList<String>();
    var page = first;
    while (true) {
      page.changes().stream().map(Change::resourceChange).forEach(c -> lines.addAll(lines(c)));
      if (page.nextToken() == null) {
        break;
      }
      page = describe(stack, name, page.nextToken());
    }
    if (lines.isEmpty()) {
      delete(stack, name);
      return new Made.Nothing();
    }
    return new Made.Changes(lines);
  }

  private static List<String> lines(@Nullable ResourceChange change) {
    if (change == null) {
      return List.of();
    }
    var what =
        change.actionAsString()
            + " "
            + change.logicalResourceId()
            + " "
            + change.resourceType()
            + (change.physicalResourceId() == null ? "" : " " + change.physicalResourceId())
            + (change.replacement() == null || change.replacement() == Replacement.FALSE
                ? ""
                : ", replaces it: " + change.replacementAsString().toLowerCase(Locale.ROOT));
    var details =
        change.details().stream()
            .map(d -> d.target())
            .filter(t -> t != null)
            .map(DriftChangeSets::line)
            .toList();
    return details.isEmpty()
        ? List.of(what)
        : details.stream().map(detail -> what + ": " + detail).toList();
  }

  private static String line(ResourceTargetDefinition target) {
    var path = target.path() != null ? target.path() : target.name();
    return (path == null ? target.attributeAsString() : path)
        + (target.beforeValue() == null && target.afterValue() == null
            ? ""
            : ": " + cut(target.beforeValue()) + " -> " + cut(target.afterValue()));
  }

  private static String cut(@Nullable String value) {
    if (value == null) {
      return "nothing";
    }
    return "\""
        + (value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...")
        + "\"";
  }

  private DescribeChangeSetResponse describe(StackRef stack, String name, @Nullable String token) {
    return clients.cloudFormation(
        c ->
            c.describeChangeSet(
                r ->
                    r.stackName(stack.id())
                        .changeSetName(name)
                        .includePropertyValues(true)
                        .nextToken(token)));
  }

  private static boolean changesNothing(String why) {
    var words = why.toLowerCase(Locale.ROOT);
    return NOTHING.stream().anyMatch(words::contains);
  }

  @Override
  public Optional<String> execute(StackRef stack, String name) {
    var before = describe(stack).lastUpdatedTime();
    clients.cloudFormation(
        c -> c.executeChangeSet(r -> r.stackName(stack.id()).changeSetName(name)));
    for (var look = 0; look < LOOKS; look++) {
      var now = describe(stack);
      var status = now.stackStatusAsString();
      // For a moment after the call it stands as it stood before.
      if (!status.endsWith("_IN_PROGRESS") && !Objects.equals(before, now.lastUpdatedTime())) {
        return status.equals("UPDATE_COMPLETE")
            ? Optional.empty()
            : Optional.of(
                status + (now.stackStatusReason() == null ? "" : ": " + now.stackStatusReason()));
      }
      waits.pass(PAUSE);
    }
    return Optional.of("it is not done after an hour");
  }

  private Stack describe(StackRef stack) {
    return clients
        .cloudFormation(c -> c.describeStacks(r -> r.stackName(stack.id())))
        .stacks()
        .getFirst();
  }

  @Override
  public void delete(StackRef stack, String name) {
    clients.cloudFormation(
        c -> c.deleteChangeSet(r -> r.stackName(stack.id()).changeSetName(name)));
  }
}
