package dev.driftmend.aws.owner;

import dev.driftmend.aws.client.Clients;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttribute;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;

/**
 * The account's event history of one resource. The service allows two lookups a second and lags by
 * minutes, so only the newest calls are read.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html">LookupEvents</a>
 */
public final class EventHistory {
  private static final int PAGE = 50;
  private static final int NEWEST = 3 * PAGE;

  private final Clients clients;

  public EventHistory(Clients clients) {
    this.clients = clients;
  }

  /**
   * The newest calls that changed something, newest first.
   *
   * @param since null for as far as the history goes
   */
  public List<CloudTrailRecord> changes(String resourceName, @Nullable Instant since) {
    var attribute =
        LookupAttribute.builder()
            .attributeKey(LookupAttributeKey.RESOURCE_NAME)
            .attributeValue(resourceName)
            .build();
    return clients.cloudTrail(
        trail ->
            trail
                .lookupEventsPaginator(
                    r -> r.lookupAttributes(attribute).startTime(since).maxResults(PAGE))
                .events()
                .stream()
                .limit(NEWEST)
                .map(CloudTrailRecord::of)
                .flatMap(Optional::stream)
                .filter(CloudTrailRecord::changedSomething)
                .toList());
  }
}
