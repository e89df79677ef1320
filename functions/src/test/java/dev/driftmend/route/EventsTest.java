package dev.driftmend.route;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.event.Signals;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.testing.FixedPolicies;
import dev.driftmend.testing.InMemoryStackIndex;
import dev.driftmend.testing.InMemoryTemplates;
import dev.driftmend.testing.RecordingWorkQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Where the payloads of {@code events/} lead, of which all are about the stack {@code shop}. */
class EventsTest {
  private static final Instant DEPLOYED = Instant.parse("2026-03-01T09:00:00Z");
  private static final Instant NOW = Instant.parse("2026-03-02T09:20:00Z");
  private static final StackRef OWN = stack("driftmend", "0a1b2c3d-9b3e-11f0-8a11-0e4f2b6d7c11");
  private static final StackRef SHOP = stack("shop", "5f1c0c80-9b3e-11f0-8a11-0e4f2b6d7c11");
  private static final String ELB = "arn:aws:elasticloadbalancing:us-east-1:111122223333:";
  private static final String BALANCER = "/app/shop-LoadB-1A2B3C4D5E6F/0123456789abcdef";

  /** As CloudFormation lists them, and no id of what AWS made beside them. */
  private static final List<ResourceRef> DECLARED =
      List.of(
          ec2("VPC", "vpc-0a1b2c3d4e5f60005"),
          ec2("VPCGatewayAttachment", "IGW|vpc-0a1b2c3d4e5f60005"),
          ec2("InternetGateway", "igw-0a1b2c3d4e5f6000a"),
          ec2("Subnet", "subnet-0a1b2c3d4e5f6000d"),
          ec2("Subnet", "subnet-0a1b2c3d4e5f6000e"),
          ec2("RouteTable", "rtb-0a1b2c3d4e5f60007"),
          ec2("RouteTable", "rtb-0a1b2c3d4e5f60017"),
          ec2("Route", "rtb-0a1b2c3d4e5f60007|0.0.0.0/0"),
          ec2("SubnetRouteTableAssociation", "rtbassoc-0a1b2c3d4e5f6000b"),
          ec2("NetworkAcl", "acl-0a1b2c3d4e5f60010"),
          ec2("NatGateway", "nat-0a1b2c3d4e5f6000c"),
          ec2("VPCEndpoint", "vpce-0a1b2c3d4e5f60020"),
          ec2("EIP", "203.0.113.40"),
          ec2("SecurityGroup", "sg-0a1b2c3d4e5f60001"),
          ec2("SecurityGroup", "sg-0a1b2c3d4e5f60002"),
          ec2("Instance", "i-0a1b2c3d4e5f60003"),
          elb("LoadBalancer", "loadbalancer" + BALANCER),
          elb("Listener", "listener" + BALANCER + "/fedcba9876543210"),
          elb("ListenerRule", "listener-rule" + BALANCER + "/fedcba9876543210/1111222233334444"),
          elb("TargetGroup", "targetgroup/shop-WebTa-6F5E4D3C2B1A/89abcdef01234567"),
          new ResourceRef("WebRole", "AWS::IAM::Role", "shop-WebRole-1A2B3C4D5E6F"),
          new ResourceRef(
              "WebProfile", "AWS::IAM::InstanceProfile", "shop-WebProfile-1A2B3C4D5E6F"));

  @Test
  void aCallThatNamesAResourceOfAStackLeadsToIt() {
    assertThat(ledTo(decision -> decision.stacks().equals(List.of(SHOP))))
        .contains(
            "ec2-AttachInternetGateway",
            "ec2-DeleteVpcEndpoints-wrapped-several",
            "ec2-ModifySubnetAttribute",
            "ec2-ModifyVpcEndpoint-wrapped",
            "ec2-ReplaceRouteTableAssociation",
            "elasticloadbalancing-CreateListener",
            "elasticloadbalancing-CreateRule",
            "elasticloadbalancing-SetRulePriorities",
            "iam-AttachRolePolicy",
            "config-ConfigurationItemChange-address");
  }

  /** Ids that only AWS made, and requests that are left out; not one more. */
  @Test
  void aCallThatNamesNothingOfAnyStackLeadsToAll() {
    assertThat(ledTo(decision -> decision.stacks().equals(List.of(OWN, SHOP))))
        .containsExactly(
            "driftmend.schedule-Sweep",
            "ec2-AssignIpv6Addresses-wrapped",
            "ec2-AssociateAddress",
            "ec2-AuthorizeSecurityGroupIngress-omitted",
            "ec2-CreateNetworkAclEntry-default-list",
            "ec2-DeleteVpcPeeringConnection",
            "ec2-DetachNetworkInterface",
            "ec2-DisassociateAddress",
            "ec2-ModifyNetworkInterfaceAttribute",
            "ec2-ReleaseAddress",
            "ec2-ReplaceNetworkAclAssociation",
            "ec2-UnassignIpv6Addresses-wrapped",
            "events-ScheduledEvent",
            "scheduler-ScheduledEvent");
  }

  @Test
  void nothingElseLeadsNowhereButWhatChangedNothing() {
    assertThat(ledTo(decision -> decision.stacks().isEmpty()))
        .allMatch(
            name ->
                name.matches(".*-(denied|dry-run|not-found|classic)")
                    || name.equals("driftmend.schedule-Probe"));
  }

  private static TreeSet<String> ledTo(Predicate<Decision> where) {
    try (var files = Files.list(Path.of("events"))) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .filter(file -> where.test(routed(file)))
          .map(file -> file.getFileName().toString().replace(".json", ""))
          .collect(toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Decision routed(Path file) {
    var index = new InMemoryStackIndex();
    var templates = new InMemoryTemplates();
    var policies = new FixedPolicies();
    templates.put(OWN, "CREATE_COMPLETE", DEPLOYED, List.of());
    templates.put(SHOP, "CREATE_COMPLETE", DEPLOYED, DECLARED);
    policies.set(FixedPolicies.naming("shop"));
    var router = new Router(OWN, index, templates, policies, new RecordingWorkQueue());
    return Decision.together(
        signals(file).stream().map(signal -> router.route(signal, NOW)).toList());
  }

  private static List<Signal> signals(Path file) {
    try {
      return Signals.of(Files.readAllBytes(file), NOW);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ResourceRef ec2(String type, String id) {
    return new ResourceRef(id, "AWS::EC2::" + type, id);
  }

  private static ResourceRef elb(String type, String path) {
    return new ResourceRef(path, "AWS::ElasticLoadBalancingV2::" + type, ELB + path);
  }

  private static StackRef stack(String name, String uuid) {
    return new StackRef("arn:aws:cloudformation:us-east-1:111122223333:stack/" + name + "/" + uuid);
  }
}
