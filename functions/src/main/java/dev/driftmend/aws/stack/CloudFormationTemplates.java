package dev.driftmend.aws.stack;

import dev.driftmend.aws.client.Chunks;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.StackState;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import dev.driftmend.port.Templates;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudformation.model.ResourceStatus;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;
import software.amazon.awssdk.services.cloudformation.model.TemplateStage;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** {@link Templates} over CloudFormation's own API, and SSM for versioned references. */
public final class CloudFormationTemplates implements Templates {
  private static final Logger LOG = LoggerFactory.getLogger(CloudFormationTemplates.class);
  private static final Pattern VERSIONED =
      Pattern.compile("\\{\\{resolve:ssm:([a-zA-Z0-9_.\\-/]+:\\d+)}}");

  /** The most names that one GetParameters takes. */
  private static final int PARAMETERS_PER_CALL = 10;

  private final Clients clients;

  public CloudFormationTemplates(Clients clients) {
    this.clients = clients;
  }

  /**
   * What only a deployment changes, and every deployment changes the stack's state.
   *
   * @param resources that exist
   * @param exports of the region, if the template imports any
   * @param ssm by {@code name:version}
   * @param complete whether nothing of it was refused
   */
  private record Deployed(
      String template,
      List<ResourceRef> resources,
      Map<String, String> exports,
      Map<String, String> ssm,
      Map<String, String> defaultGroups,
      boolean complete) {
    static Deployed of(StackSnapshot before) {
      return new Deployed(
          before.template(),
          before.resources(),
          before.exports(),
          before.ssm(),
          before.defaultGroups(),
          before.complete());
    }
  }

  @Override
  public Optional<StackState> state(StackRef stack) {
    return describe(stack.id()).map(CloudFormationTemplates::stateOf);
  }

  private static StackState stateOf(Stack stack) {
    return new StackState(stack.stackStatusAsString(), age(stack));
  }

  @Override
  public Optional<StackRef> find(String name) {
    return describe(name).map(s -> new StackRef(s.stackId()));
  }

  @Override
  public Optional<StackSnapshot> read(StackRef stack) {
    return read(stack, null);
  }

  @Override
  public Optional<StackSnapshot> read(StackRef stack, @Nullable StackSnapshot before) {
    return describe(stack.id()).map(s -> snapshot(stack, s, deployed(stack, s, before)));
  }

  private Deployed deployed(StackRef stack, Stack described, @Nullable StackSnapshot before) {
    return before != null && before.state().equals(stateOf(described))
        ? Deployed.of(before)
        : Parallel.both(
            () -> template(stack),
            () -> resources(stack),
            (template, resources) -> deployed(described, template, resources));
  }

  private Deployed deployed(Stack described, String template, List<ResourceRef> resources) {
    var exports =
        template.contains("ImportValue")
            ? unlessDenied("exports", this::exports)
            : Optional.of(Map.<String, String>of());
    var ssm = unlessDenied("SSM references", () -> ssm(template + parameters(described).values()));
    var groups =
        template.contains("DefaultSecurityGroup")
            ? unlessDenied("default security groups", () -> defaultGroups(resources))
            : Optional.of(Map.<String, String>of());
    return new Deployed(
        template,
        resources,
        exports.orElse(Map.of()),
        ssm.orElse(Map.of()),
        groups.orElse(Map.of()),
        exports.isPresent() && ssm.isPresent() && groups.isPresent());
  }

  private static Map<String, String> parameters(Stack stack) {
    var parameters = new LinkedHashMap<String, String>();
    stack
        .parameters()
        .forEach(
            p ->
                parameters.put(
                    p.parameterKey(),
                    p.resolvedValue() != null ? p.resolvedValue() : orEmpty(p.parameterValue())));
    return parameters;
  }

  private static StackSnapshot snapshot(StackRef ref, Stack stack, Deployed deployed) {
    var outputs = new HashMap<String, String>();
    stack.outputs().forEach(o -> outputs.put(o.outputKey(), orEmpty(o.outputValue())));
    return new StackSnapshot(
        ref,
        stack.stackStatusAsString(),
        age(stack),
        deployed.template(),
        parameters(stack),
        deployed.resources(),
        stack.notificationARNs(),
        deployed.exports(),
        deployed.ssm(),
        outputs,
        stack.capabilitiesAsStrings(),
        deployed.defaultGroups(),
        deployed.complete());
  }

  private Optional<Stack> describe(String nameOrId) {
    try {
      return clients
          .cloudFormation(c -> c.describeStacks(r -> r.stackName(nameOrId)))
          .stacks()
          .stream()
          // An empty name would be answered with all stacks there are.
          .filter(s -> nameOrId.equals(s.stackName()) || nameOrId.equals(s.stackId()))
          .filter(s -> !s.stackStatusAsString().equals("DELETE_COMPLETE"))
          .findFirst();
    } catch (DeniedFailure e) {
      if (Failures.message(e).contains("does not exist")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * When its last operation began. A deletion does not count as an update, and has a time of its
   * own from its beginning.
   */
  private static Instant age(Stack stack) {
    return Stream.of(stack.creationTime(), stack.lastUpdatedTime(), stack.deletionTime())
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private String template(StackRef stack) {
    return clients
        .cloudFormation(
            c -> c.getTemplate(r -> r.stackName(stack.id()).templateStage(TemplateStage.PROCESSED)))
        .templateBody();
  }

  @Override
  public List<ResourceRef> resources(StackRef stack) {
    return clients.cloudFormation(
        c ->
            c
                .listStackResourcesPaginator(r -> r.stackName(stack.id()))
                .stackResourceSummaries()
                .stream()
                .filter(CloudFormationTemplates::exists)
                .map(
                    r ->
                        new ResourceRef(
                            r.logicalResourceId(), r.resourceType(), r.physicalResourceId()))
                .toList());
  }

  private static boolean exists(StackResourceSummary resource) {
    return resource.logicalResourceId() != null
        && resource.resourceType() != null
        && resource.physicalResourceId() != null
        && resource.resourceStatus() != ResourceStatus.DELETE_COMPLETE;
  }

  private Map<String, String> exports() {
    return clients.cloudFormation(
        c -> {
          var exports = new HashMap<String, String>();
          c.listExportsPaginator().exports().forEach(e -> exports.put(e.name(), e.value()));
          return exports;
        });
  }

  /** EC2 makes one with each VPC, and nobody can delete it. */
  private Map<String, String> defaultGroups(List<ResourceRef> resources) {
    var vpcs =
        resources.stream()
            .filter(r -> r.type().equals(Vpc.TYPE))
            .map(ResourceRef::physicalId)
            .toList();
    var groups = new HashMap<String, String>();
    for (var chunk : Chunks.of(vpcs, Observations.FILTER_VALUES)) {
      clients.ec2(
          ec2 -> {
            ec2.describeSecurityGroupsPaginator(
                    r ->
                        r.filters(
                            Observations.filter("vpc-id", chunk),
                            Observations.filter("group-name", List.of("default"))))
                .securityGroups()
                .forEach(g -> groups.put(g.vpcId(), g.groupId()));
            return groups;
          });
    }
    return groups;
  }

  private Map<String, String> ssm(String text) {
    var names = new LinkedHashSet<String>();
    VERSIONED.matcher(text).results().forEach(m -> names.add(m.group(1)));
    var values = new HashMap<String, String>();
    for (var batch : Chunks.of(List.copyOf(names), PARAMETERS_PER_CALL)) {
      clients.ssm(c -> c.getParameters(r -> r.names(batch))).parameters().stream()
          .filter(p -> p.type() != ParameterType.SECURE_STRING)
          .forEach(p -> values.put(p.name() + ":" + p.version(), p.value()));
    }
    return values;
  }

  /** Without these values the properties that need them are not covered, and nothing else. */
  private static Optional<Map<String, String>> unlessDenied(
      String what, Supplier<Map<String, String>> values) {
    try {
      return Optional.of(values.get());
    } catch (DeniedFailure e) {
      LOG.warn("not covered: whatever needs {}, because {}", what, e.getMessage());
      return Optional.empty();
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
