package dev.driftmend.reconcile;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.stack.Item;
import dev.driftmend.testing.Guard;
import dev.driftmend.testing.World;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Stacks of all sorts, and what hands and accidents do to them. Few values, so that they collide.
 */
final class Generated {
  private static final List<String> PROTOCOLS_AND_PORTS =
      List.of(
          "IpProtocol: tcp, FromPort: 80, ToPort: 80",
          "IpProtocol: tcp, FromPort: 80, ToPort: 5000",
          "IpProtocol: 6, FromPort: '5000', ToPort: '5000'",
          "IpProtocol: tcp, FromPort: 0, ToPort: 65535",
          "IpProtocol: udp, FromPort: 53, ToPort: 53",
          "IpProtocol: icmp, FromPort: 8, ToPort: -1",
          "IpProtocol: -1");
  private static final List<String> LIVE_RULES =
      List.of("tcp 80", "tcp 80-5000", "tcp 5000", "tcp 0-65535", "udp 53", "icmp 8--1", "all");
  private static final List<String> PEERS =
      List.of("0.0.0.0/0", "10.0.0.0/8", "::/0", "sg-b", "sg-foreign", "123456789012/sg-foreign");

  private Generated() {}

  /**
   * @param template groups A and B, a target group, a listener and an instance, and the network
   *     around them
   * @param changes made by hand after it was deployed
   */
  record Case(String template, List<Change> changes) {
    Guard guard() {
      var guard = new Guard(template);
      changes.forEach(c -> c.make().accept(guard.world));
      return guard;
    }

    @Override
    public String toString() {
      return template
          + changes.stream().map(Change::what).collect(Collectors.joining("\n", "then\n", "\n"));
    }
  }

  record Change(String what, Consumer<World> make) {}

  static Arbitrary<Case> cases(int mostChanges) {
    return Combinators.combine(
            templates(), GeneratedNetwork.templates(), changes().list().ofMaxSize(mostChanges))
        .as((stack, network, changes) -> new Case(stack + network, changes));
  }

  static Arbitrary<String> templates() {
    return Combinators.combine(
            rules("Ingress").list().ofMaxSize(4),
            rules("Egress").list().ofMaxSize(2),
            rules("Ingress").list().ofMaxSize(2),
            rules("Egress").list().ofMaxSize(2),
            Arbitraries.of("[]", "[{Id: i-1}]", "[{Id: i-1}, {Id: i-2, Port: 81}]"),
            Arbitraries.of("[!Ref A]", "[!Ref A, !Ref B]", "[!Ref B, sg-other]"),
            Arbitraries.of("", ", MapPublicIpOnLaunch: true"))
        .as(Generated::template);
  }

  private static String template(
      List<String> ingress,
      List<String> egress,
      List<String> parts,
      List<String> outParts,
      String targets,
      String groups,
      String mapping) {
    var template =
        new StringBuilder(
            """
            Resources:
              Subnet:
                Type: AWS::EC2::Subnet
                Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24%s}
              A:
                Type: AWS::EC2::SecurityGroup
                Properties:
                  GroupDescription: A
                  SecurityGroupIngress: %s
                  SecurityGroupEgress: %s
              B:
                Type: AWS::EC2::SecurityGroup
                Properties: {GroupDescription: B}
              Targets:
                Type: AWS::ElasticLoadBalancingV2::TargetGroup
                Properties: {Port: 80, HealthCheckPath: /health, Matcher: {HttpCode: 200}, Targets: %s}
              Http:
                Type: AWS::ElasticLoadBalancingV2::Listener
                Properties:
                  LoadBalancerArn: arn:balancer
                  Port: 80
                  DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
              Web:
                Type: AWS::EC2::Instance
                Properties: {SubnetId: !Ref Subnet, SecurityGroupIds: %s}
            """
                .formatted(mapping, inline(ingress), inline(egress), targets, groups));
    for (var i = 0; i < parts.size(); i++) {
      template.append(part("In" + i, "Ingress", i % 2 == 0 ? "A" : "B", parts.get(i)));
    }
    for (var i = 0; i < outParts.size(); i++) {
      template.append(part("Out" + i, "Egress", i % 2 == 0 ? "B" : "A", outParts.get(i)));
    }
    return template.toString();
  }

  private static String inline(List<String> rules) {
    return rules.stream().map(r -> "{" + r + "}").collect(Collectors.joining(", ", "[", "]"));
  }

  private static String part(String name, String way, String group, String rule) {
    return "  %s:%n    Type: AWS::EC2::SecurityGroup%s%n    Properties: {GroupId: !Ref %s, %s}%n"
        .formatted(name, way, group, rule);
  }

  private static Arbitrary<String> rules(String way) {
    var other = way.equals("Ingress") ? "SourceSecurityGroupId" : "DestinationSecurityGroupId";
    var peers =
        Arbitraries.of(
            "CidrIp: 0.0.0.0/0",
            "CidrIp: 10.1.2.3/8",
            "CidrIpv6: '::/0'",
            "CidrIp: !ImportValue office",
            other + ": !ImportValue team",
            other + ": !Ref B",
            other + ": sg-foreign");
    return Combinators.combine(
            Arbitraries.of(PROTOCOLS_AND_PORTS), peers, Arbitraries.of("", ", Description: ours"))
        .as((what, peer, description) -> what + ", " + peer + description);
  }

  static Arbitrary<Change> changes() {
    return Arbitraries.frequencyOf(
        Tuple.of(8, ruleChanges()),
        Tuple.of(3, targetChanges()),
        Tuple.of(3, otherChanges()),
        Tuple.of(4, GeneratedNetwork.changes()));
  }

  private static Arbitrary<Change> ruleChanges() {
    return Combinators.combine(
            Arbitraries.of("A", "B"),
            Arbitraries.of("Ingress", "Egress"),
            Arbitraries.of(LIVE_RULES),
            Arbitraries.of(PEERS),
            Arbitraries.of("add", "remove", "describe", "clear"),
            Arbitraries.integers().between(0, 3))
        .as(Generated::ruleChange);
  }

  private static Change ruleChange(
      String group, String way, String rule, String peer, String what, int nth) {
    var key =
        way.equals("Ingress")
            ? "ingress " + rule + " from " + peer
            : "egress " + rule + " to " + peer;
    return new Change(
        what + " " + nth + " " + key + " of " + group,
        world -> {
          var live = world.the(group);
          var keys = live.keys(way);
          switch (what) {
            case "add" -> {
              if (keys.stream().noneMatch(k -> identity(k).equals(identity(key)))) {
                live.add(way, key);
              }
            }
            case "remove" ->
                keys.stream().skip(nth).findFirst().ifPresent(k -> live.remove(way, k));
            case "describe" ->
                keys.stream()
                    .skip(nth)
                    .findFirst()
                    .ifPresent(k -> live.add(way, k, Map.of("description", "mine")));
            default -> keys.forEach(k -> live.remove(way, k));
          }
        });
  }

  /** EC2 knows a group by its id, whoever names the account. */
  private static String identity(String key) {
    return Item.of(key).identity();
  }

  private static Arbitrary<Change> targetChanges() {
    return Arbitraries.of(
        change("register i-9", w -> w.the("Targets").add(TargetGroup.TARGETS, "i-9:80")),
        change("deregister i-1", w -> w.the("Targets").remove(TargetGroup.TARGETS, "i-1:80")),
        change("another port", w -> w.the("Targets").add(TargetGroup.TARGETS, "i-1:81")),
        change("i-1 unhealthy", w -> w.the("Targets").health("i-1:80", "unhealthy")),
        change("health path", w -> w.the("Targets").set("HealthCheckPath", "/")),
        change("matcher", w -> w.the("Targets").set("Matcher", "200-499")),
        change("group port", w -> w.the("Targets").set("Port", "8080")));
  }

  private static Arbitrary<Change> otherChanges() {
    return Arbitraries.of(
        change("listener port", w -> w.the("Http").set(Listener.PORT, "81")),
        change("elsewhere", w -> w.the("Http").set(Listener.DEFAULT_ACTIONS, "forward to=arn:x")),
        change(
            "undeclared listener",
            w -> w.the("Http").add(Listener.OTHER_LISTENERS, "arn:undeclared")),
        change("add group", w -> w.the("Web").add(Instance.GROUPS, "sg-foreign")),
        change("take group", w -> w.the("Web").remove(Instance.GROUPS, "sg-a")),
        change("second interface", w -> w.the("Web").set(Instance.INTERFACES, "2")),
        change("address", w -> w.the("Web").add(Instance.PUBLIC_ADDRESS, "203.0.113.9")),
        change("stop", w -> w.the("Web").set(Instance.STATE, "stopped")),
        change("no A", w -> w.the("A").vanish()),
        change("hidden B", w -> w.the("B").hide("denied")),
        change("hidden targets", w -> w.the("Targets").hide("denied")));
  }

  private static Change change(String what, Consumer<World> make) {
    return new Change(what, make);
  }
}
