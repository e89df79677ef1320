package dev.driftmend.kind.loadbalancing;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Repairs;
import dev.driftmend.kind.StateUpdates;
import dev.driftmend.kind.TargetHealth;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A target group: its health check and its declared targets. Targets of a group that declares none,
 * or that an Auto Scaling group or an ECS service feeds, come and go and are not compared.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html">AWS::ElasticLoadBalancingV2::TargetGroup</a>
 */
public final class TargetGroup implements Kind {
  public static final String TYPE = "AWS::ElasticLoadBalancingV2::TargetGroup";
  public static final String MATCHER = "Matcher";
  public static final String TARGETS = "Targets";

  /**
   * Live only: members as in {@link #TARGETS}, with the fields {@link #STATE} and {@link #REASON}.
   */
  public static final String TARGET_HEALTH = "TargetHealth";

  public static final String STATE = "state";
  public static final String REASON = "reason";

  private static final String HEALTH_CHECK_ENABLED = "HealthCheckEnabled";
  private static final String HEALTH_CHECK_PORT = "HealthCheckPort";
  private static final Map<String, Set<String>> REASONS_BY_PROPERTY =
      Map.of(
          "HealthCheckPath",
          Set.of(TargetHealth.MISMATCH),
          MATCHER,
          Set.of(TargetHealth.MISMATCH),
          "HealthCheckProtocol",
          TargetHealth.REASONS,
          HEALTH_CHECK_PORT,
          TargetHealth.REASONS,
          "HealthCheckTimeoutSeconds",
          Set.of(TargetHealth.TIMEOUT));

  public static final List<String> HEALTH_CHECK =
      List.of(
          HEALTH_CHECK_ENABLED,
          "HealthCheckIntervalSeconds",
          "HealthCheckPath",
          "HealthCheckPort",
          "HealthCheckProtocol",
          "HealthCheckTimeoutSeconds",
          "HealthyThresholdCount",
          "UnhealthyThresholdCount");
  static final String ATTRIBUTES = "TargetGroupAttributes";
  private static final String MODIFY = "ModifyTargetGroup";
  private static final String MODIFY_ATTRIBUTES = "ModifyTargetGroupAttributes";
  private static final String REGISTER = "RegisterTargets";
  private static final String DEREGISTER = "DeregisterTargets";
  public static final List<String> FIXED = List.of("Port", "Protocol");

  /** The id of the target that a key means, without its port; a function has none. */
  public static String targetId(String key) {
    var colon = key.lastIndexOf(':');
    return colon < 0 || key.contains(":lambda:") ? key : key.substring(0, colon);
  }

  /** A member of {@link #TARGET_HEALTH}. */
  public static Served.Target target(Item target) {
    return new Served.Target(
        target.key(),
        target.fields().getOrDefault(STATE, ""),
        target.fields().getOrDefault(REASON, ""));
  }

  public static boolean serves(Item target) {
    return target(target).serves();
  }

  public static boolean isIdle(Item target) {
    return target(target).isIdle();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    HEALTH_CHECK.forEach(p -> rows.add(new Coverage(TYPE, p, COMPARED, MODIFY)));
    rows.add(new Coverage(TYPE, MATCHER, COMPARED, MODIFY));
    rows.add(new Coverage(TYPE, TARGETS, COMPARED, REGISTER + ", " + DEREGISTER));
    FIXED.forEach(
        p -> rows.add(new Coverage(TYPE, p, REPORT_ONLY, "changing it replaces the group")));
    for (var p :
        List.of(
            "Name",
            "VpcId",
            "TargetType",
            "ProtocolVersion",
            "IpAddressType",
            "TargetControlPort")) {
      rows.add(new Coverage(TYPE, p, NOT_COVERED, "no API can change it on a live group"));
    }
    rows.add(new Coverage(TYPE, ATTRIBUTES, COMPARED, MODIFY_ATTRIBUTES));
    rows.add(new Coverage(TYPE, "Tags", NOT_COVERED, "tags open and cut no traffic"));
    for (var p :
        List.of("LoadBalancerArns", "TargetGroupArn", "TargetGroupFullName", "TargetGroupName")) {
      rows.add(new Coverage(TYPE, p, NOT_COVERED, "read-only"));
    }
    return rows;
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    NormalForms.scalars(properties, self.properties(), HEALTH_CHECK);
    properties.computeIfPresent(
        HEALTH_CHECK_ENABLED, (name, p) -> NormalForms.lowerCaseIfBoolean(p));
    NormalForms.scalars(properties, self.properties(), FIXED);
    self.property(MATCHER).ifPresent(v -> properties.put(MATCHER, TargetReader.matcher(v)));
    if (!NormalForms.list(self, TARGETS).isEmpty()) {
      var feeder = DynamicTargets.of(self, stack);
      properties.put(
          TARGETS, feeder == null ? TargetReader.targets(self) : new Property.Unknown(feeder));
    }
    ElbAttributes.declared(properties, self, ATTRIBUTES);
    return new Resource(self.ref(), properties, false, TargetReader.defaults(self));
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g -> new Impact(Exposure.OUTAGE, "there is nothing to forward to");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Extra e ->
          new Impact(Exposure.DEGRADED, "a share of the requests goes to " + e.item().key());
      case Drift.Missing m ->
          Repairs.members(live, TARGETS).items().isEmpty()
              ? new Impact(Exposure.OUTAGE, "no target is registered: clients get 503")
              : new Impact(Exposure.DEGRADED, "fewer targets serve than the template declares");
      case Drift.Changed c when FIXED.contains(c.property()) ->
          new Impact(Exposure.OUTAGE, "targets are asked where they do not listen");
      case Drift.Changed c when ElbAttributes.is(c) ->
          new Impact(
              Exposure.DEGRADED, "requests are spread or drained other than the template says");
      case Drift.Changed c ->
          new Impact(
              Exposure.DEGRADED,
              "health is judged by another check; with every target unhealthy the load balancer"
                  + " fails open and still forwards");
    };
  }

  @Override
  public Set<String> calls(Drift drift) {
    return switch (drift) {
      case Drift.Gone g -> Set.of("DeleteTargetGroup");
      case Drift.Changed c when FIXED.contains(c.property()) -> Set.of();
      case Drift.Changed c -> Set.of(ElbAttributes.is(c) ? MODIFY_ATTRIBUTES : MODIFY);
      case Drift.Missing m -> Set.of(DEREGISTER);
      case Drift.Extra e -> Set.of(REGISTER);
      case Drift.Unreadable u -> Set.of();
    };
  }

  @Override
  public Optional<String> named(Drift drift) {
    return Optional.ofNullable(drift.memberKey()).map(TargetGroup::targetId);
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    var missing = new ArrayList<Drift.Missing>();
    var changed = new ArrayList<Drift.Changed>();
    var attributes = new ArrayList<Drift.Changed>();
    var extra = new ArrayList<Drift.Extra>();
    for (var drift : drifts) {
      if (drift.property().equals(TARGET_HEALTH)) {
        continue;
      }
      switch (drift) {
        case Drift.Gone g -> steps.add(Repairs.beyondRepair(stack, g));
        case Drift.Unreadable u -> steps.add(Repairs.beyondRepair(stack, u));
        case Drift.Changed c when FIXED.contains(c.property()) ->
            steps.add(
                Repairs.report(
                    stack,
                    c,
                    c.property() + " can only be changed by replacing the group",
                    Repairs.replacement(c.resource())));
        case Drift.Changed c when ElbAttributes.is(c) -> attributes.add(c);
        case Drift.Changed c when c.desired().isEmpty() ->
            steps.add(
                Repairs.report(
                    stack,
                    c,
                    c.property() + " cannot be set to nothing: the check's protocol takes it away",
                    Repairs.revertDrift(stack)));
        case Drift.Changed c -> changed.add(c);
        case Drift.Missing m -> missing.add(m);
        case Drift.Extra e -> extra.add(e);
      }
    }
    if (!missing.isEmpty()) {
      steps.add(
          targetsCall(
              stack,
              missing,
              missing.stream().map(m -> m.item().key()).toList(),
              Step.Phase.RESTORE,
              REGISTER,
              "register the targets that the template declares"));
    }
    if (!changed.isEmpty()) {
      steps.add(modify(stack, desired, changed));
    }
    if (!attributes.isEmpty()) {
      steps.add(
          ElbAttributes.modify(
              stack, desired, attributes, MODIFY_ATTRIBUTES, Argument.TARGET_GROUP));
    }
    if (!extra.isEmpty()) {
      steps.addAll(deregister(stack, desired, live, extra));
    }
    return steps;
  }

  /** Sets what drifted and nothing else: some groups refuse settings that others have. */
  private static Step modify(StackRef stack, Resource desired, List<Drift.Changed> drifts) {
    var arguments = new LinkedHashMap<String, List<String>>();
    arguments.put(Argument.TARGET_GROUP, List.of(desired.ref().physicalId()));
    drifts.forEach(d -> arguments.put(d.property(), List.of(d.desired())));
    return Repairs.call(
        stack,
        drifts,
        Step.Phase.CHANGE,
        desired.ref(),
        MODIFY,
        arguments,
        "check health as the template declares");
  }

  /** The last one that serves is never taken away: a declared target must be healthy first. */
  private static List<Step> deregister(
      StackRef stack, Resource desired, Observed live, List<Drift.Extra> extra) {
    var declared = Repairs.members(desired, TARGETS).items().stream().map(Item::key).toList();
    var serving =
        Repairs.members(live, TARGET_HEALTH).items().stream()
            .filter(t -> declared.contains(t.key()))
            .anyMatch(t -> "healthy".equals(t.fields().get("state")));
    if (!serving) {
      return extra.stream()
          .<Step>map(
              e ->
                  Repairs.report(
                      stack,
                      e,
                      "no declared target is healthy, so this one may be all that serves",
                      "bring a declared target to health; then this one is deregistered"))
          .toList();
    }
    return List.of(
        targetsCall(
            stack,
            extra,
            extra.stream().map(e -> e.item().key()).toList(),
            Step.Phase.REMOVE,
            DEREGISTER,
            "deregister targets that the template does not declare"));
  }

  private static Step targetsCall(
      StackRef stack,
      List<? extends Drift> drifts,
      List<String> targets,
      Step.Phase phase,
      String operation,
      String why) {
    var resource = drifts.getFirst().resource();
    return Repairs.call(
        stack,
        drifts,
        phase,
        resource,
        operation,
        Map.of(Argument.TARGET_GROUP, List.of(resource.physicalId()), Argument.TARGETS, targets),
        why);
  }

  @Override
  public Moves moves(Drift drift, Resource desired, Observed live) {
    return drift instanceof Drift.Missing m && m.property().equals(TARGETS)
        ? new Moves(Set.of(targetId(m.item().key())), Set.of())
        : Moves.NONE;
  }

  /** A target is only deregistered while a declared one is healthy. */
  @Override
  public boolean cutsByNetwork() {
    return false;
  }

  @Override
  public boolean makesRoom(Step.Call removal, Step.Call refused) {
    return removal.operation().equals(DEREGISTER)
        && refused.operation().equals(REGISTER)
        && removal.resource().equals(refused.resource());
  }

  @Override
  public Optional<TargetHealth> targetHealth(@Nullable Observed live) {
    if (!(live instanceof Observed.Found found)
        || !(found.properties().get(TARGET_HEALTH) instanceof Property.Members targets)) {
      return Optional.of(TargetHealth.UNKNOWN);
    }
    var interval = number(found, "HealthCheckIntervalSeconds", 30);
    var bad = number(found, "UnhealthyThresholdCount", 2);
    var timeout = number(found, "HealthCheckTimeoutSeconds", 5);
    var checks = number(found, "HealthyThresholdCount", 5) + bad;
    return Optional.of(
        new TargetHealth(
            true,
            targets.items().stream().map(TargetGroup::target).toList(),
            found.properties().get(HEALTH_CHECK_PORT) instanceof Property.Scalar s
                    && s.value().matches("\\d{1,5}")
                ? Integer.valueOf(s.value())
                : null,
            Duration.ofSeconds(interval * checks + timeout),
            Duration.ofSeconds(interval * bad + timeout)));
  }

  private static long number(Observed.Found group, String property, long otherwise) {
    return group.properties().get(property) instanceof Property.Scalar s
            && s.value().matches("\\d{1,6}")
        ? Long.parseLong(s.value())
        : otherwise;
  }

  /**
   * What a target fails with once the health check asks for something else.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html">Reason
   *     codes</a>
   */
  @Override
  public Set<String> unhealthyReasons(Step.Call step, Step.Call inverse) {
    var reasons = new HashSet<String>();
    step.arguments()
        .forEach(
            (name, values) -> {
              if (!values.equals(inverse.arguments().get(name))) {
                reasons.addAll(REASONS_BY_PROPERTY.getOrDefault(name, Set.of()));
              }
            });
    return reasons;
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    var targets = call.arguments().getOrDefault(Argument.TARGETS, List.of());
    var now = live;
    switch (call.operation()) {
      case REGISTER -> {
        for (var target : targets) {
          now = StateUpdates.put(now, TARGETS, target, Map.of());
          now = StateUpdates.put(now, TARGET_HEALTH, target, Map.of("state", "initial"));
        }
      }
      case DEREGISTER -> {
        now = StateUpdates.without(now, TARGETS, t -> targets.contains(t.key()));
        now = StateUpdates.without(now, TARGET_HEALTH, t -> targets.contains(t.key()));
      }
      case MODIFY_ATTRIBUTES -> now = ElbAttributes.after(call, live);
      default -> {
        for (var argument : call.arguments().entrySet()) {
          if (!argument.getKey().equals(Argument.TARGET_GROUP)) {
            now = StateUpdates.scalar(now, argument.getKey(), argument.getValue().getFirst());
          }
        }
      }
    }
    return now;
  }
}
