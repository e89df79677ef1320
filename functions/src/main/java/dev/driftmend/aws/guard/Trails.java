package dev.driftmend.aws.guard;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.DeniedFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudtrail.model.AdvancedEventSelector;
import software.amazon.awssdk.services.cloudtrail.model.EventSelector;
import software.amazon.awssdk.services.cloudtrail.model.GetEventSelectorsResponse;
import software.amazon.awssdk.services.cloudtrail.model.ReadWriteType;

/**
 * Whether API calls of this region become events at all: EventBridge sees them only while a trail
 * logs write management events.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html">AWS
 *     service events delivered by CloudTrail</a>
 */
final class Trails {
  private final Clients clients;

  Trails(Clients clients) {
    this.clients = clients;
  }

  /** What is wrong with this trail; null if it logs. */
  @Nullable String fault(ResourceRef trail) {
    return fault(trail.physicalId());
  }

  /**
   * Why no trail of the account makes events; null if one does, whatever the others say.
   *
   * @throws DeniedFailure if no trail is known to, and one that may could not be looked at
   */
  @Nullable String anyFault() {
    var trails = clients.cloudTrail(c -> c.describeTrails(r -> r.includeShadowTrails(true)));
    DeniedFailure unseen = null;
    for (var trail : trails.trailList()) {
      try {
        if (fault(trail.trailARN()) == null) {
          return null;
        }
      } catch (DeniedFailure e) {
        unseen = e;
      }
    }
    if (unseen != null) {
      throw unseen;
    }
    return "no trail logs write events here: API calls make no events, only the sweep finds drift";
  }

  /** Whether it is on and logs calls that change something. */
  boolean logsWrites(String nameOrArn) {
    return fault(nameOrArn) == null;
  }

  private @Nullable String fault(String nameOrArn) {
    if (!Boolean.TRUE.equals(
        clients.cloudTrail(c -> c.getTrailStatus(r -> r.name(nameOrArn))).isLogging())) {
      return "the trail does not log: API calls make no events, only the sweep finds drift";
    }
    var selectors = clients.cloudTrail(c -> c.getEventSelectors(r -> r.trailName(nameOrArn)));
    return logsWrites(selectors)
        ? null
        : "the trail logs no write management events, so API calls make no events";
  }

  private static boolean logsWrites(GetEventSelectorsResponse selectors) {
    return selectors.eventSelectors().stream().anyMatch(Trails::logsWrites)
        || selectors.advancedEventSelectors().stream().anyMatch(Trails::logsWrites);
  }

  private static boolean logsWrites(EventSelector selector) {
    return Boolean.TRUE.equals(selector.includeManagementEvents())
        && selector.readWriteType() != ReadWriteType.READ_ONLY;
  }

  private static boolean logsWrites(AdvancedEventSelector selector) {
    var management =
        selector.fieldSelectors().stream()
            .anyMatch(
                f -> f.field().equals("eventCategory") && f.equalsValue().contains("Management"));
    var readOnly =
        selector.fieldSelectors().stream()
            .anyMatch(f -> f.field().equals("readOnly") && f.equalsValue().equals(List.of("true")));
    return management && !readOnly;
  }
}
