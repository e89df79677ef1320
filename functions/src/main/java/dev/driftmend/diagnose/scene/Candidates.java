package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whatever of a template could be registered in a target group, and is in none. */
public final class Candidates {
  private static final String GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup";

  private final DeclaredStack stack;

  public Candidates(DeclaredStack stack) {
    this.stack = stack;
  }

  /** Of the type of this target group. */
  public List<Candidate> of(Declared targetGroup) {
    var type = Values.at(targetGroup, "TargetType").orElse(new Value.Scalar("instance"));
    return switch (type instanceof Value.Scalar s ? s.text() : "") {
      case "lambda" -> functions();
      case "ip" -> services(true);
      case "instance" -> {
        var all = new ArrayList<>(fleets());
        all.addAll(instances());
        all.addAll(services(false));
        yield all;
      }
      default -> List.of();
    };
  }

  private List<Candidate> functions() {
    return Stream.concat(
            stack.ofType("AWS::Lambda::Function"), stack.ofType("AWS::Serverless::Function"))
        .filter(f -> !isTarget(f))
        .map(f -> new Candidate(f, Groups.DEFAULT))
        .toList();
  }

  /** Those that are in no load balancer. */
  private List<Candidate> services(boolean own) {
    return stack
        .ofType(Services.TYPE)
        .filter(s -> Values.list(s, "LoadBalancers").isEmpty())
        .filter(s -> own == Values.at(s, "NetworkConfiguration", "AwsvpcConfiguration").isPresent())
        .map(
            s ->
                new Candidate(
                    s,
                    own
                        ? Groups.of(
                            Values.list(
                                s, "NetworkConfiguration", "AwsvpcConfiguration", "SecurityGroups"),
                            stack)
                        : Groups.unknown("its tasks stand on instances")))
        .toList();
  }

  /** Those that neither a load balancer nor a cluster uses. */
  private List<Candidate> fleets() {
    var fleets = new Fleets(stack);
    if (stack.ofType("AWS::ECS::Cluster").findAny().isPresent()) {
      return List.of();
    }
    return fleets
        .all()
        .filter(f -> Fleets.targetGroups(f).isEmpty())
        .filter(f -> Fleets.idle(f) == null)
        .filter(f -> Values.list(f, "LoadBalancerNames").isEmpty())
        .filter(f -> !Launch.ofFleet(f, stack).script().says("ECS_CLUSTER", "ecs.config"))
        .map(f -> new Candidate(f, Launch.ofFleet(f, stack).groups()))
        .toList();
  }

  private List<Candidate> instances() {
    return stack
        .ofType("AWS::EC2::Instance")
        .filter(i -> !isTarget(i))
        .map(i -> new Candidate(i, Launch.ofInstance(i, stack).groups()))
        .toList();
  }

  private boolean isTarget(Declared resource) {
    return stack.mentionsOf(resource.ref().logicalId()).stream()
        .anyMatch(
            m -> m.type().equals(GROUP) || m.type().startsWith("AWS::ElasticLoadBalancing::"));
  }
}
