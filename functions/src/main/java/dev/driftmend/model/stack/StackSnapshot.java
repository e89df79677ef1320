package dev.driftmend.model.stack;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that CloudFormation says of a deployed stack, as text: what the resolver needs and
 * nothing it must fetch.
 *
 * @param status e.g. {@code UPDATE_COMPLETE}
 * @param lastUpdated LastUpdatedTime, or CreationTime of a stack never updated
 * @param template the body of {@code GetTemplate TemplateStage=Processed}, YAML or JSON
 * @param parameters by name; the resolved value where the parameter is of an SSM type; {@code ****}
 *     where NoEcho hides it
 * @param resources what ListStackResources gives, all pages
 * @param notificationArns for {@code AWS::NotificationARNs}
 * @param exports the region's exports by name; empty if the template imports nothing
 * @param ssm values of the versioned SSM references in the template, by {@code name:version}
 * @param outputs the stack's outputs by key
 * @param capabilities what was acknowledged when it was deployed, e.g. {@code CAPABILITY_IAM}
 * @param defaultGroups the default security groups of the stack's VPCs, by the ids of the VPCs;
 *     empty if the template asks for none
 * @param complete whether nothing of it was refused: else what needs the missing part is unknown
 */
public record StackSnapshot(
    StackRef stack,
    String status,
    Instant lastUpdated,
    String template,
    Map<String, String> parameters,
    List<ResourceRef> resources,
    List<String> notificationArns,
    Map<String, String> exports,
    Map<String, String> ssm,
    Map<String, String> outputs,
    List<String> capabilities,
    Map<String, String> defaultGroups,
    boolean complete) {

  public StackSnapshot {
    parameters = Map.copyOf(parameters);
    resources = List.copyOf(resources);
    notificationArns = List.copyOf(notificationArns);
    exports = Map.copyOf(exports);
    ssm = Map.copyOf(ssm);
    outputs = Map.copyOf(outputs);
    capabilities = List.copyOf(capabilities);
    defaultGroups = Map.copyOf(defaultGroups);
  }

  /** Of a stack whose template asks for no default security group. */
  public StackSnapshot(
      StackRef stack,
      String status,
      Instant lastUpdated,
      String template,
      Map<String, String> parameters,
      List<ResourceRef> resources,
      List<String> notificationArns,
      Map<String, String> exports,
      Map<String, String> ssm,
      Map<String, String> outputs,
      List<String> capabilities) {
    this(
        stack,
        status,
        lastUpdated,
        template,
        parameters,
        resources,
        notificationArns,
        exports,
        ssm,
        outputs,
        capabilities,
        Map.of(),
        true);
  }

  /** Of a stack that needed no capabilities. */
  public StackSnapshot(
      StackRef stack,
      String status,
      Instant lastUpdated,
      String template,
      Map<String, String> parameters,
      List<ResourceRef> resources,
      List<String> notificationArns,
      Map<String, String> exports,
      Map<String, String> ssm,
      Map<String, String> outputs) {
    this(
        stack,
        status,
        lastUpdated,
        template,
        parameters,
        resources,
        notificationArns,
        exports,
        ssm,
        outputs,
        List.of());
  }

  /**
   * Status and age, to be compared before reading, after reading and right before the first write.
   */
  public StackState state() {
    return new StackState(status, lastUpdated);
  }

  public @Nullable String physicalId(String logicalId) {
    return resources.stream()
        .filter(r -> r.logicalId().equals(logicalId))
        .map(ResourceRef::physicalId)
        .findFirst()
        .orElse(null);
  }
}
