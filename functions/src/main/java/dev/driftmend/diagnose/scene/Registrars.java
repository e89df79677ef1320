package dev.driftmend.diagnose.scene;

import dev.driftmend.model.Declared;
import dev.driftmend.model.DeclaredStack;
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

  /** Who may register targets in any group; null if nobody is seen to. */
  public @Nullable String anybody() {
    return scripts()
        .or(this::functions)
        .or(
            () ->
                stack
                    .ofType("AWS::EKS::Cluster")
                    .map(c -> "the controllers of " + c.ref().logicalId() + " may register targets")
                    .findFirst())
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
