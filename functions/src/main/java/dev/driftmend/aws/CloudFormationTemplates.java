package dev.driftmend.aws;

import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.StackSnapshot;
import dev.driftmend.model.StackState;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Templates;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
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

  @Override
  public Optional<StackState> state(StackRef stack) {
    return describe(stack.id()).map(s -> new StackState(s.stackStatusAsString(), age(s)));
  }

  @Override
  public Optional<StackRef> find(String name) {
    return describe(name).map(s -> new StackRef(s.stackId()));
  }

  @Override
  public Optional<StackSnapshot> read(StackRef stack) {
    return describe(stack.id())
        .map(
            s ->
                Parallel.both(
                    () -> template(stack),
                    () -> resources(stack),
                    (template, resources) -> snapshot(stack, s, template, resources)));
  }

  private StackSnapshot snapshot(
      StackRef ref, Stack stack, String template, List<ResourceRef> resources) {
    var parameters = new LinkedHashMap<String, String>();
    stack
        .parameters()
        .forEach(
            p ->
                parameters.put(
                    p.parameterKey(),
                    p.resolvedValue() != null ? p.resolvedValue() : orEmpty(p.parameterValue())));
    var outputs = new HashMap<String, String>();
    stack.outputs().forEach(o -> outputs.put(o.outputKey(), orEmpty(o.outputValue())));
    return new StackSnapshot(
        ref,
        stack.stackStatusAsString(),
        age(stack),
        template,
        parameters,
        resources,
        stack.notificationARNs(),
        template.contains("ImportValue") ? orNone("exports", this::exports) : Map.of(),
        orNone("SSM references", () -> ssm(template + parameters.values())),
        outputs,
        stack.capabilitiesAsStrings());
  }

  private Optional<Stack> describe(String nameOrId) {
    try {
      return clients
          .cloudFormation(c -> c.describeStacks(r -> r.stackName(nameOrId)))
          .stacks()
          .stream()
          .filter(s -> !s.stackStatusAsString().equals("DELETE_COMPLETE"))
          .findFirst();
    } catch (DeniedFailure e) {
      if (Failures.message(e).contains("does not exist")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Instant age(Stack stack) {
    return stack.lastUpdatedTime() != null ? stack.lastUpdatedTime() : stack.creationTime();
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
  private static Map<String, String> orNone(String what, Supplier<Map<String, String>> values) {
    try {
      return values.get();
    } catch (DeniedFailure e) {
      LOG.warn("not covered: whatever needs {}, because {}", what, e.getMessage());
      return Map.of();
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
