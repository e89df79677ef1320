package dev.driftmend.aws;

import dev.driftmend.model.Cause;
import dev.driftmend.port.History;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link History} from CloudTrail's event history, which needs no trail. */
public final class CloudTrailHistory implements History {
  private static final Logger LOG = LoggerFactory.getLogger(CloudTrailHistory.class);
  private static final String CLOUD_FORMATION = "cloudformation.amazonaws.com";
  private static final Set<String> TAGGING =
      Set.of("CreateTags", "DeleteTags", "AddTags", "RemoveTags");

  private final EventHistory history;
  private final String ownSession;

  /**
   * @param ownSession the name of Driftmend's own session: in Lambda, the name of the function
   */
  public CloudTrailHistory(Clients clients, String ownSession) {
    this.history = new EventHistory(clients);
    this.ownSession = ownSession;
  }

  @Override
  public Optional<Cause> lastChange(String resourceId, Instant since) {
    try {
      return history.changes(resourceId, since).stream()
          .filter(r -> !r.session().endsWith("/" + ownSession))
          .filter(r -> !CLOUD_FORMATION.equals(r.caller().invokedBy()))
          .filter(r -> !TAGGING.contains(r.name()))
          .findFirst()
          .map(CloudTrailRecord::cause);
    } catch (RuntimeException e) {
      LOG.warn("who changed {} is not known: {}", resourceId, e.getMessage());
      return Optional.empty();
    }
  }
}
