package dev.driftmend.aws.resource.elb;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TargetHealths;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealth;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

/** Target health from Elastic Load Balancing. */
public final class ElbTargetHealths implements TargetHealths {
  private final Clients clients;

  public ElbTargetHealths(Clients clients) {
    this.clients = clients;
  }

  @Override
  public List<Health> of(String targetGroupArn) {
    try {
      return clients
          .elb(c -> c.describeTargetHealth(r -> r.targetGroupArn(targetGroupArn)))
          .targetHealthDescriptions()
          .stream()
          .map(ElbTargetHealths::health)
          .toList();
    } catch (DeniedFailure e) {
      if (Failures.is(e, Set.of("TargetGroupNotFound"))) {
        return List.of();
      }
      throw e;
    }
  }

  private static Health health(TargetHealthDescription described) {
    var health = described.targetHealth();
    return new Health(
        described.target().id(),
        Objects.requireNonNullElse(described.target().port(), 0),
        said(health, TargetHealth::stateAsString),
        said(health, TargetHealth::reasonAsString),
        said(health, TargetHealth::description));
  }

  /** A target without a health in the answer has none that is known. */
  private static String said(
      @Nullable TargetHealth health, Function<TargetHealth, @Nullable String> what) {
    return health == null ? "" : Objects.requireNonNullElse(what.apply(health), "");
  }
}
