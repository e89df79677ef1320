package dev.driftmend.aws.guard;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.GuardParts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;

/** The guard's own pieces, found by the types of its stack's resources. */
public final class AwsGuardParts implements GuardParts {
  private static final String RULE = "AWS::Events::Rule";
  private static final String SCHEDULE = "AWS::Scheduler::Schedule";
  private static final String MAPPING = "AWS::Lambda::EventSourceMapping";
  private static final String TOPIC = "AWS::SNS::Topic";
  private static final String TRAIL = "AWS::CloudTrail::Trail";

  private final Clients clients;
  private final Trails trails;

  public AwsGuardParts(Clients clients) {
    this.clients = clients;
    this.trails = new Trails(clients);
  }

  @Override
  public List<Part> look(StackSnapshot guard) {
    var parts = new ArrayList<Part>();
    var rules = EventRules.listed(clients, ofType(guard, RULE));
    for (var resource : guard.resources()) {
      switch (resource.type()) {
        case RULE -> parts.add(part(resource, !rules.isMissing(resource), rules::fault));
        case SCHEDULE -> parts.add(part(resource, true, this::scheduleFault));
        case MAPPING -> parts.add(part(resource, true, this::mappingFault));
        case TOPIC -> parts.add(part(resource, false, this::topicFault));
        case TRAIL -> parts.add(part(resource, true, trails::fault));
        default -> {}
      }
    }
    if (ofType(guard, TRAIL).isEmpty()) {
      var account = new ResourceRef("(account)", TRAIL, "(any trail)");
      parts.add(part(account, false, r -> trails.anyFault()));
    }
    return parts;
  }

  private static List<ResourceRef> ofType(StackSnapshot guard, String type) {
    return guard.resources().stream().filter(r -> r.type().equals(type)).toList();
  }

  /** A piece that may not be looked at is a fault of its own, and hides no other. */
  private static Part part(
      ResourceRef resource, boolean repairable, Function<ResourceRef, @Nullable String> look) {
    try {
      var fault = look.apply(resource);
      return new Part(
          resource.logicalId(), resource.type(), resource.physicalId(), fault, repairable);
    } catch (DeniedFailure e) {
      return new Part(
          resource.logicalId(),
          resource.type(),
          resource.physicalId(),
          "could not be looked at: " + e.getMessage(),
          false);
    }
  }

  private @Nullable String scheduleFault(ResourceRef schedule) {
    var found = clients.scheduler(c -> c.getSchedule(r -> r.name(schedule.physicalId())));
    return found.state() == ScheduleState.DISABLED ? "the schedule is disabled" : null;
  }

  private @Nullable String mappingFault(ResourceRef mapping) {
    var found = clients.lambda(c -> c.getEventSourceMapping(r -> r.uuid(mapping.physicalId())));
    return found.state().startsWith("Disabl") ? "the queue is not read: " + found.state() : null;
  }

  /** Somebody must hear: an alert that nobody is subscribed to is no alert. */
  private @Nullable String topicFault(ResourceRef topic) {
    var confirmed =
        clients.sns(
            c ->
                c
                    .listSubscriptionsByTopicPaginator(r -> r.topicArn(topic.physicalId()))
                    .subscriptions()
                    .stream()
                    .anyMatch(s -> s.subscriptionArn().startsWith("arn:")));
    return confirmed ? null : "no confirmed subscription: nobody hears the alerts";
  }

  @Override
  public void enable(Part part) {
    switch (part.type()) {
      case RULE -> EventRules.enable(clients, part.physicalId());
      case SCHEDULE -> enableSchedule(part.physicalId());
      case MAPPING ->
          clients.lambda(
              c -> c.updateEventSourceMapping(r -> r.uuid(part.physicalId()).enabled(true)));
      case TRAIL -> clients.cloudTrail(c -> c.startLogging(r -> r.name(part.physicalId())));
      default -> throw new IllegalArgumentException("not to be switched on: " + part.type());
    }
  }

  /**
   * Scheduler has no switch: an update replaces the whole schedule, so all of it is given again.
   */
  private void enableSchedule(String name) {
    var is = clients.scheduler(c -> c.getSchedule(r -> r.name(name)));
    clients.scheduler(
        c ->
            c.updateSchedule(
                r ->
                    r.name(is.name())
                        .groupName(is.groupName())
                        .description(is.description())
                        .scheduleExpression(is.scheduleExpression())
                        .scheduleExpressionTimezone(is.scheduleExpressionTimezone())
                        .flexibleTimeWindow(is.flexibleTimeWindow())
                        .startDate(is.startDate())
                        .endDate(is.endDate())
                        .kmsKeyArn(is.kmsKeyArn())
                        .actionAfterCompletion(is.actionAfterCompletion())
                        .target(is.target())
                        .state(ScheduleState.ENABLED)));
  }
}
