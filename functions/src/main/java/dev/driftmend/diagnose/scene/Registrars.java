package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Mention;
import dev.driftmend.model.stack.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What of a template may register targets, or hands a resource to others who may use it. */
public final class Registrars {
  /** They name a target group and never change who is in it. */
  private static final Set<String> ONLOOKERS =
      Set.of(
          "AWS::ElasticLoadBalancingV2::Listener",
          "AWS::ElasticLoadBalancingV2::ListenerRule",
          "AWS::ElasticLoadBalancingV2::TargetGroup",
          "AWS::ElasticLoadBalancingV2::LoadBalancer",
          "AWS::ElasticLoadBalancingV2::ListenerCertificate",
          "AWS::CloudWatch::Alarm",
          "AWS::CloudWatch::CompositeAlarm",
          "AWS::CloudWatch::Dashboard",
          "AWS::CloudWatch::AnomalyDetector",
          "AWS::AutoScaling::ScalingPolicy",
          "AWS::ApplicationAutoScaling::ScalingPolicy",
          "AWS::ApplicationAutoScaling::ScalableTarget",
          "AWS::Route53::RecordSet",
          "AWS::Route53::RecordSetGroup",
          "AWS::Route53::HealthCheck",
          "AWS::WAFv2::WebACLAssociation",
          "AWS::WAFRegional::WebACLAssociation",
          "AWS::CloudFront::Distribution",
          "AWS::EC2::VPCEndpointService",
          "AWS::ApiGateway::VpcLink",
          "AWS::ApiGatewayV2::Integration",
          "AWS::GlobalAccelerator::EndpointGroup",
          "AWS::VpcLattice::TargetGroup",
          "AWS::Shield::Protection",
          "AWS::ECS::TaskDefinition",
          "AWS::Lambda::Permission",
          "AWS::EC2::SecurityGroup",
          "AWS::EC2::SecurityGroupIngress",
          "AWS::EC2::SecurityGroupEgress");

  /** They name what it is called, and not itself. */
  private static final Set<String> NAMES =
      Set.of(
          "DNSName",
          "CanonicalHostedZoneID",
          "LoadBalancerFullName",
          "LoadBalancerName",
          "TargetGroupFullName",
          "TargetGroupName");

  private static final String[] CALLS = {
    "elbv2", "register-targets", "register_targets", "RegisterTargets", "registerTargets"
  };

  private final DeclaredStack stack;

  public Registrars(DeclaredStack stack) {
    this.stack = stack;
  }

  /** Who else is given this resource and may do with it what nobody here can tell; null if none. */
  public @Nullable String handedTo(String logicalId) {
    return stack.mentionsOf(logicalId).stream()
        .filter(m -> !ONLOOKERS.contains(m.type()))
        .filter(m -> m.attribute() == null || !NAMES.contains(m.attribute()))
        .findFirst()
        .map(
            m ->
                m.isOutput()
                    ? logicalId + " is handed to others by the output " + m.by()
                    : m.by() + " (" + m.type() + ") is given " + logicalId)
        .orElse(null);
  }

  /**
   * Who may make listeners and target groups, and register targets; null if nobody is seen to.
   *
   * @see <a href="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/">AWS Load
   *     Balancer Controller</a>
   */
  public @Nullable String controller() {
    return scripts().or(this::functions).or(this::clusters).orElse(null);
  }

  private Optional<String> clusters() {
    return stack
        .ofType("AWS::EKS::Cluster")
        .map(c -> "the controllers of " + c.ref().logicalId() + " may make listeners and targets")
        .findFirst()
        .or(
            () ->
                stack.resources().stream()
                    .filter(r -> Values.list(r, "Tags").stream().anyMatch(Registrars::isController))
                    .map(
                        r ->
                            "by its tags "
                                + r.ref().logicalId()
                                + " belongs to a controller of Kubernetes")
                    .findFirst());
  }

  private static boolean isController(Value tag) {
    var key = Values.text(tag, "Key");
    return key != null
        && (key.startsWith("elbv2.k8s.aws/")
            || key.startsWith("ingress.k8s.aws/")
            || key.startsWith("service.k8s.aws/"));
  }

  /** Who is given a security group to give it rules; null if nobody is seen to. */
  public @Nullable String shaper(Declared group) {
    return stack.mentionsOf(group.ref().logicalId()).stream()
        .filter(m -> isShaper(m, group.ref().physicalId()))
        .map(m -> m.by() + " is given " + group.ref().logicalId() + " and may give it rules")
        .findFirst()
        .orElse(null);
  }

  /** A machine that is given a group that it is not a member of. */
  private boolean isShaper(Mention mention, String group) {
    var by =
        stack.resources().stream()
            .filter(r -> r.ref().logicalId().equals(mention.by()))
            .findFirst();
    return switch (mention.type()) {
      case "AWS::Lambda::Function",
          "AWS::Serverless::Function",
          "AWS::CloudFormation::Stack",
          "AWS::CloudFormation::CustomResource" ->
          true;
      case Launch.TEMPLATE, Launch.CONFIGURATION, "AWS::EC2::Instance" ->
          by.isPresent() && !isMember(by.get().properties(), group);
      default -> mention.type().startsWith("Custom::");
    };
  }

  private static boolean isMember(Value value, String group) {
    return switch (value) {
      case Value.Scalar _, Value.Unknown _ -> false;
      case Value.Items(List<Value> values) -> values.stream().anyMatch(v -> isMember(v, group));
      case Value.Fields(Map<String, Value> values) ->
          values.entrySet().stream()
              .anyMatch(
                  e ->
                      Symbols.GROUPS.contains(e.getKey())
                              && Values.list(value, e.getKey()).contains(new Value.Scalar(group))
                          || isMember(e.getValue(), group));
    };
  }

  /** Who may register targets in any group; null if nobody is seen to. */
  public @Nullable String anybody() {
    return Optional.ofNullable(controller())
        .or(
            () ->
                stack
                    .ofType(Services.TYPE)
                    .filter(Services::isGuided)
                    .map(s -> s.ref().logicalId() + " is deployed from outside")
                    .findFirst())
        .orElse(null);
  }

  private Optional<String> scripts() {
    var instances =
        stack
            .ofType("AWS::EC2::Instance")
            .filter(i -> Launch.ofInstance(i, stack).script().says(CALLS));
    var fleets =
        stack.ofType(Fleets.TYPE).filter(f -> Launch.ofFleet(f, stack).script().says(CALLS));
    return Stream.concat(instances, fleets)
        .map(d -> "the user data of " + d.ref().logicalId() + " may register targets")
        .findFirst();
  }

  private Optional<String> functions() {
    return stack
        .ofType("AWS::Lambda::Function")
        .filter(
            f -> {
              var code = Values.text(f, "Code", "ZipFile");
              return code != null && new Script(true, code).says(CALLS);
            })
        .map((Declared f) -> f.ref().logicalId() + " may register targets")
        .findFirst();
  }
}
