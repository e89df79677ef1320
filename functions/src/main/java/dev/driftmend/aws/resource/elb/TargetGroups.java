package dev.driftmend.aws.resource.elb;

import static dev.driftmend.kind.loadbalancing.TargetGroup.MATCHER;
import static dev.driftmend.kind.loadbalancing.TargetGroup.TARGETS;
import static dev.driftmend.kind.loadbalancing.TargetGroup.TARGET_HEALTH;
import static dev.driftmend.kind.loadbalancing.TargetGroup.TYPE;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.kind.Argument;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Matcher;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

/** Target groups, their targets and the health of these. */
public final class TargetGroups implements ResourceAdapter {
  private static final Set<String> NOT_FOUND =
      Set.of("TargetGroupNotFound", "TargetGroupNotFoundException");
  private static final int ARNS_PER_CALL = 100;

  /** Codes of gRPC end where those of HTTP begin. */
  private static final int FIRST_HTTP_CODE = 100;

  private final Clients clients;

  public TargetGroups(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    return Observations.named(
        resources,
        ARNS_PER_CALL,
        NOT_FOUND,
        this::describe,
        TargetGroup::targetGroupArn,
        this::observe);
  }

  private List<TargetGroup> describe(List<String> arns) {
    return clients.elb(
        elb ->
            elb.describeTargetGroupsPaginator(r -> r.targetGroupArns(arns)).targetGroups().stream()
                .toList());
  }

  private Observed observe(Resource resource, @Nullable TargetGroup group) {
    if (group == null) {
      return new Observed.Gone();
    }
    var properties = settings(group);
    var arn = group.targetGroupArn();
    try {
      Parallel.map(
              List.<Supplier<Map<String, Property>>>of(
                  () -> readHealth(arn), () -> readAttributes(resource, arn)),
              Supplier::get)
          .forEach(properties::putAll);
      return new Observed.Found(properties);
    } catch (DeniedFailure e) {
      return new Observed.Gone();
    }
  }

  private Map<String, Property> readAttributes(Resource resource, String arn) {
    var properties = new LinkedHashMap<String, Property>();
    ElbAttributeCalls.read(resource, properties, NOT_FOUND, () -> attributes(arn));
    return properties;
  }

  /**
   * @throws DeniedFailure only if the group is gone
   */
  private Map<String, Property> readHealth(String arn) {
    try {
      var health =
          clients
              .elb(elb -> elb.describeTargetHealth(r -> r.targetGroupArn(arn)))
              .targetHealthDescriptions();
      return Map.of(TARGETS, targets(health), TARGET_HEALTH, health(health));
    } catch (DeniedFailure e) {
      if (Failures.is(e, NOT_FOUND)) {
        throw e;
      }
      var why = new Property.Unknown(Failures.explain(e));
      return Map.of(TARGETS, why, TARGET_HEALTH, why);
    }
  }

  private Map<String, String> attributes(String arn) {
    return ElbAttributeCalls.read(
        clients
            .elb(elb -> elb.describeTargetGroupAttributes(r -> r.targetGroupArn(arn)))
            .attributes(),
        TargetGroupAttribute::key,
        TargetGroupAttribute::value);
  }

  private static Map<String, Property> settings(TargetGroup group) {
    var properties = new LinkedHashMap<String, Property>();
    Observations.scalar(properties, "HealthCheckEnabled", group.healthCheckEnabled());
    Observations.scalar(
        properties, "HealthCheckIntervalSeconds", group.healthCheckIntervalSeconds());
    // That there is none differs from one that is declared, as does a matcher.
    Observations.scalar(
        properties,
        "HealthCheckPath",
        group.healthCheckPath() == null ? "" : group.healthCheckPath());
    Observations.scalar(properties, "HealthCheckPort", group.healthCheckPort());
    Observations.scalar(properties, "HealthCheckProtocol", group.healthCheckProtocolAsString());
    Observations.scalar(properties, "HealthCheckTimeoutSeconds", group.healthCheckTimeoutSeconds());
    Observations.scalar(properties, "HealthyThresholdCount", group.healthyThresholdCount());
    Observations.scalar(properties, "UnhealthyThresholdCount", group.unhealthyThresholdCount());
    Observations.scalar(properties, "Port", group.port());
    Observations.scalar(properties, "Protocol", group.protocolAsString());
    var matcher = group.matcher();
    var code =
        matcher == null
            ? null
            : matcher.httpCode() != null ? matcher.httpCode() : matcher.grpcCode();
    Observations.scalar(properties, MATCHER, code == null ? "" : code);
    return properties;
  }

  private static Property targets(List<TargetHealthDescription> health) {
    return Property.Members.of(
        health.stream()
            .filter(h -> !"draining".equals(state(h)))
            .map(h -> Item.of(key(h.target())))
            .toList());
  }

  private static Property health(List<TargetHealthDescription> health) {
    return Property.Members.of(
        health.stream()
            .map(
                h ->
                    Item.of(
                        key(h.target()),
                        Map.of(
                            "state",
                            Objects.requireNonNullElse(state(h), ""),
                            "reason",
                            Objects.requireNonNullElse(reason(h), ""))))
            .toList());
  }

  private static @Nullable String state(TargetHealthDescription target) {
    return target.targetHealth() == null ? null : target.targetHealth().stateAsString();
  }

  private static @Nullable String reason(TargetHealthDescription target) {
    return target.targetHealth() == null ? null : target.targetHealth().reasonAsString();
  }

  private static String key(TargetDescription target) {
    return target.port() == null ? target.id() : target.id() + ":" + target.port();
  }

  @Override
  public void execute(Step.Call call) {
    var group = call.argument(Argument.TARGET_GROUP);
    switch (call.operation()) {
      case "ModifyTargetGroup" -> {
        var request = modify(call);
        clients.elb(elb -> elb.modifyTargetGroup(request));
      }
      case "RegisterTargets" ->
          clients.elb(
              elb -> elb.registerTargets(r -> r.targetGroupArn(group).targets(targets(call))));
      case "DeregisterTargets" ->
          clients.elb(
              elb -> elb.deregisterTargets(r -> r.targetGroupArn(group).targets(targets(call))));
      case "ModifyTargetGroupAttributes" ->
          clients.elb(
              elb ->
                  elb.modifyTargetGroupAttributes(
                      r ->
                          r.targetGroupArn(group)
                              .attributes(
                                  ElbAttributeCalls.written(call, TargetGroups::attribute))));
      default -> throw Observations.unknownOperation(call);
    }
  }

  private static TargetGroupAttribute attribute(String key, String value) {
    return TargetGroupAttribute.builder().key(key).value(value).build();
  }

  private static List<TargetDescription> targets(Step.Call call) {
    return call.arguments().getOrDefault(Argument.TARGETS, List.of()).stream()
        .map(TargetGroups::target)
        .toList();
  }

  /** The port is what follows the last colon; a function has none. */
  static TargetDescription target(String key) {
    var colon = key.lastIndexOf(':');
    if (colon < 0 || key.contains(":lambda:")) {
      return TargetDescription.builder().id(key).build();
    }
    return TargetDescription.builder()
        .id(key.substring(0, colon))
        .port(Integer.valueOf(key.substring(colon + 1)))
        .build();
  }

  private static ModifyTargetGroupRequest modify(Step.Call call) {
    var request = ModifyTargetGroupRequest.builder();
    call.arguments()
        .forEach(
            (name, values) -> {
              var value = values.getFirst();
              switch (name) {
                case Argument.TARGET_GROUP -> request.targetGroupArn(value);
                case "HealthCheckEnabled" -> request.healthCheckEnabled(Boolean.valueOf(value));
                case "HealthCheckIntervalSeconds" ->
                    request.healthCheckIntervalSeconds(Integer.valueOf(value));
                case "HealthCheckPath" -> request.healthCheckPath(value);
                case "HealthCheckPort" -> request.healthCheckPort(value);
                case "HealthCheckProtocol" -> request.healthCheckProtocol(value);
                case "HealthCheckTimeoutSeconds" ->
                    request.healthCheckTimeoutSeconds(Integer.valueOf(value));
                case "HealthyThresholdCount" ->
                    request.healthyThresholdCount(Integer.valueOf(value));
                case "UnhealthyThresholdCount" ->
                    request.unhealthyThresholdCount(Integer.valueOf(value));
                case MATCHER -> request.matcher(matcher(value));
                default ->
                    throw new IllegalArgumentException("ModifyTargetGroup does not take " + name);
              }
            });
    return request.build();
  }

  private static Matcher matcher(String code) {
    var first = Integer.parseInt(code.split("[-,]")[0].strip());
    return first < FIRST_HTTP_CODE
        ? Matcher.builder().grpcCode(code).build()
        : Matcher.builder().httpCode(code).build();
  }
}
