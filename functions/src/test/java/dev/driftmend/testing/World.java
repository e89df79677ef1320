package dev.driftmend.testing;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.ListenerRule;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.StackState;
import dev.driftmend.model.stack.Value;
import dev.driftmend.port.Actuator;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.Templates;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One stack, deployed in memory: its template, its resources as they are, and calls that change
 * them.
 */
public final class World implements Templates, LiveStates, Actuator {
  /** A route of it leads to an internet gateway. */
  public static final String PUBLIC_SUBNET = "subnet-public";

  public final Calls calls = new Calls();

  /** What was looked at, each time. */
  public final List<String> looks = new ArrayList<>();

  /** What the stack does not have, by physical id. */
  public final Map<String, Observed> beyond = new HashMap<>();

  /** What the answers about the network call things. */
  public final Map<String, Name> names = new HashMap<>();

  private final Map<String, Integer> full = new HashMap<>();

  /** Of either direction. */
  public int rulesPerGroup = Integer.MAX_VALUE;

  /** How many members a set of this name may have, whatever has it. */
  public final Map<String, Integer> most = new HashMap<>();

  /** After each call that changed something. */
  public Runnable executed = () -> {};

  private final Map<String, LiveResource> resources = new LinkedHashMap<>();
  private @Nullable StackSnapshot snapshot;
  private @Nullable Map<String, Observed> lagging;
  private int readsBehind;
  private int lag;

  /** Deploys a template: what is guarded becomes as it says, all the rest stays away. */
  public static World of(String template) {
    var world = new World();
    world.deploy(Deployed.snapshot(template));
    return world;
  }

  /** An update of the stack: resources that exist keep what stays the same, rule ids included. */
  public void deploy(StackSnapshot deployed) {
    snapshot = deployed;
    for (var resource : desired().resources()) {
      resources
          .computeIfAbsent(resource.ref().logicalId(), id -> new LiveResource(resource.ref()))
          .deploy(resource);
    }
  }

  /** The stack's status from now on. */
  public void status(String status, Instant lastUpdated) {
    var s = now();
    snapshot =
        new StackSnapshot(
            s.stack(),
            status,
            lastUpdated,
            s.template(),
            s.parameters(),
            s.resources(),
            s.notificationArns(),
            s.exports(),
            s.ssm(),
            s.outputs());
  }

  /** Another template under the same resources, deployed by nobody: only what is wanted changes. */
  public void template(String template) {
    snapshot = Deployed.snapshot(template);
  }

  public void delete() {
    snapshot = null;
  }

  public Desired desired() {
    return Desireds.of(Resolver.resolve(now()));
  }

  /** The resource, to be changed by hand. */
  public LiveResource the(String logicalId) {
    return Objects.requireNonNull(resources.get(logicalId), logicalId);
  }

  /** What calls name of all that there is: resources, and the members of their sets. */
  public Set<String> ids() {
    var ids = new HashSet<String>();
    for (var resource : resources.values()) {
      ids.add(resource.ref().physicalId());
      if (resource.observed() instanceof Observed.Found f) {
        f.properties().values().stream()
            .flatMap(p -> p instanceof Property.Members m ? m.items().stream() : Stream.of())
            .forEach(
                i -> {
                  ids.add(i.handle() == null ? i.key() : i.handle());
                  ids.add(TargetGroup.targetId(i.key()));
                });
      }
    }
    desired().resources().stream()
        .flatMap(r -> r.properties().values().stream())
        .flatMap(p -> p instanceof Property.Members m ? m.items().stream() : Stream.of())
        .forEach(i -> ids.add(TargetGroup.targetId(i.key())));
    return ids;
  }

  /** After a write so many reads still show the world as it was before. */
  public void eventuallyConsistent(int readsBehind) {
    this.readsBehind = readsBehind;
  }

  /** The calls that changed something, in order. */
  public List<String> writes() {
    return calls.all().stream().filter(c -> Character.isUpperCase(c.charAt(0))).toList();
  }

  @Override
  public Optional<StackState> state(StackRef stack) {
    calls.made("state");
    return Optional.ofNullable(snapshot).map(StackSnapshot::state);
  }

  @Override
  public Optional<StackRef> find(String name) {
    return Optional.ofNullable(snapshot).map(StackSnapshot::stack);
  }

  @Override
  public Optional<StackSnapshot> read(StackRef stack) {
    calls.made("template");
    return Optional.ofNullable(snapshot);
  }

  @Override
  public Live read(Desired desired) {
    return read(desired, desired.resources());
  }

  @Override
  public Live read(Desired desired, Collection<Resource> only) {
    calls.made("live");
    looks.add(
        only.stream().map(r -> r.ref().logicalId()).sorted().collect(Collectors.joining(", ")));
    var seen = lag > 0 && lagging != null ? lagging : observed();
    lag--;
    var wanted = new HashMap<String, Observed>();
    only.forEach(
        r ->
            wanted.put(
                r.ref().logicalId(), seen.getOrDefault(r.ref().logicalId(), new Observed.Gone())));
    return new Live(desired.stack(), wanted);
  }

  @Override
  public Map<String, Observed> destinations(StackRef stack, Set<String> ids) {
    calls.made("destinations");
    var found = new HashMap<>(beyond);
    found.keySet().retainAll(ids);
    return found;
  }

  /** Nothing but groups, and one route to the internet, is between one interface and another. */
  @Override
  public Network network(Ask ask) {
    calls.made("network");
    var instances =
        resources.values().stream()
            .filter(r -> r.ref().type().equals(Instance.TYPE))
            .map(LiveResource::networkInterface);
    return new Network(
            Stream.concat(balancers(), instances)
                .filter(i -> i.groups().stream().anyMatch(ask.groups()::contains))
                .toList(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            names)
        .withTable("rtb-public", List.of(new Network.Route("0.0.0.0/0", "igw-1", true, false)))
        .withTable("rtb-private", List.of(new Network.Route("0.0.0.0/0", "nat-1", true, false)))
        .withSubnet(PUBLIC_SUBNET, new Network.Subnet("vpc-1", "rtb-public", "acl-1"))
        .withSubnet("subnet-private", new Network.Subnet("vpc-1", "rtb-private", "acl-1"));
  }

  /** Load balancers stand in the public subnet, as the template's one does. */
  private Stream<Network.Interface> balancers() {
    return Resolver.resolve(now())
        .ofType("AWS::ElasticLoadBalancingV2::LoadBalancer")
        .map(
            b ->
                new Network.Interface(
                    "eni-" + b.ref().logicalId(),
                    Listener.owner(Deployed.id("Http", Listener.TYPE)),
                    null,
                    PUBLIC_SUBNET,
                    texts(b.property("SecurityGroups").orElse(new Value.Items(List.of()))),
                    Set.of("10.0.0.7"),
                    Set.of("198.51.100.7")));
  }

  private static Set<String> texts(Value list) {
    return list instanceof Value.Items items
        ? items.values().stream()
            .flatMap(v -> v instanceof Value.Scalar s ? Stream.of(s.text()) : Stream.of())
            .collect(Collectors.toSet())
        : Set.of();
  }

  @Override
  public Result execute(Step.Call call) {
    calls.made(call.operation());
    lagging = observed();
    lag = readsBehind;
    var to = the(call.resource().logicalId());
    if (call.operation().startsWith("Authorize") && isFull(to, call)) {
      return new Result.Failed("ec2:" + call.operation() + " was refused: too many rules", true);
    }
    if (exceeds(Kinds.of(call.resource().type()).orElseThrow().after(call, to.observed()))) {
      return new Result.Failed(call.operation() + " was refused: too many", true);
    }
    switch (call.operation()) {
      case "AuthorizeSecurityGroupIngress" -> to.authorize(SecurityGroup.INGRESS, call);
      case "AuthorizeSecurityGroupEgress" -> to.authorize(SecurityGroup.EGRESS, call);
      case "RevokeSecurityGroupIngress" -> to.revoke(SecurityGroup.INGRESS, call);
      case "RevokeSecurityGroupEgress" -> to.revoke(SecurityGroup.EGRESS, call);
      case "UpdateSecurityGroupRuleDescriptionsIngress" -> to.describe(SecurityGroup.INGRESS, call);
      case "UpdateSecurityGroupRuleDescriptionsEgress" -> to.describe(SecurityGroup.EGRESS, call);
      case "RegisterTargets" ->
          values(call, Argument.TARGETS).forEach(t -> to.add(TargetGroup.TARGETS, t));
      case "DeregisterTargets" ->
          values(call, Argument.TARGETS).forEach(t -> to.remove(TargetGroup.TARGETS, t));
      case "ModifyTargetGroup" ->
          call.arguments()
              .forEach(
                  (name, values) -> {
                    if (!name.equals(Argument.TARGET_GROUP)) {
                      to.set(name, values.getFirst());
                    }
                  });
      case "ModifyListener" -> modifyListener(to, call);
      case "ModifyInstanceAttribute" -> {
        if (call.arguments().containsKey(Argument.GROUPS)) {
          to.replace(Instance.GROUPS, values(call, Argument.GROUPS));
        } else {
          to.set(Instance.SOURCE_DEST_CHECK, call.argument(Argument.SOURCE_DEST_CHECK));
        }
      }
      case "DisassociateAddress" ->
          to.removeByHandle(Instance.PUBLIC_ADDRESS, call.argument(Argument.ASSOCIATION));
      default ->
          to.become(Kinds.of(call.resource().type()).orElseThrow().after(call, to.observed()));
    }
    executed.run();
    return new Result.Done();
  }

  private boolean exceeds(Observed after) {
    return after instanceof Observed.Found found
        && most.entrySet().stream()
            .anyMatch(e -> keys(found.properties().get(e.getKey())).size() > e.getValue());
  }

  private boolean isFull(LiveResource group, Step.Call authorize) {
    var way =
        authorize.operation().endsWith("Egress") ? SecurityGroup.EGRESS : SecurityGroup.INGRESS;
    var room = full.getOrDefault(authorize.resource().logicalId() + way, rulesPerGroup);
    return group.keys(way).size() >= room;
  }

  /** From now on each group has room for as many rules as it has, and for no more. */
  public void fillGroups() {
    resources.forEach(
        (id, r) ->
            List.of(SecurityGroup.INGRESS, SecurityGroup.EGRESS)
                .forEach(way -> full.put(id + way, r.keys(way).size())));
  }

  private static void modifyListener(LiveResource to, Step.Call call) {
    call.arguments()
        .forEach(
            (name, values) -> {
              switch (name) {
                case Argument.LISTENER -> {}
                case Argument.ACTIONS ->
                    to.set(Listener.DEFAULT_ACTIONS, String.join("; ", values));
                case Argument.CERTIFICATES -> to.replace(Listener.CERTIFICATES, values);
                default ->
                    to.set(
                        Character.toUpperCase(name.charAt(0)) + name.substring(1),
                        values.getFirst());
              }
            });
  }

  private static List<String> values(Step.Call call, String name) {
    return call.arguments().getOrDefault(name, List.of());
  }

  private Map<String, Observed> observed() {
    var observed = new HashMap<String, Observed>();
    resources.forEach((id, r) -> observed.put(id, isLeft(r) ? r.idle() : r.observed()));
    return observed;
  }

  /** Whether it is a target group to which a listener of the stack should send, and none does. */
  private boolean isLeft(LiveResource group) {
    var arn = group.ref().physicalId();
    return group.ref().type().equals(TargetGroup.TYPE)
        && desired().resources().stream().anyMatch(r -> sends(r.properties(), arn))
        && resources.values().stream()
            .noneMatch(r -> r.observed() instanceof Observed.Found f && sends(f.properties(), arn));
  }

  private static boolean sends(Map<String, Property> from, String targetGroup) {
    return Stream.of(Listener.DEFAULT_ACTIONS, ListenerRule.ACTIONS)
        .anyMatch(
            actions ->
                from.get(actions) instanceof Property.Scalar s && s.value().contains(targetGroup));
  }

  /** What CloudFormation says of it. */
  public StackSnapshot now() {
    return Objects.requireNonNull(snapshot, "the stack was deleted");
  }

  /** The members of a property as a step would find them. */
  public static List<String> keys(@Nullable Property property) {
    return property instanceof Property.Members m
        ? m.items().stream().map(i -> i.key()).toList()
        : List.of();
  }
}
