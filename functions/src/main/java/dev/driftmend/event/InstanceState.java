package dev.driftmend.event;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Signal;
import java.util.List;
import java.util.stream.Stream;

/**
 * An instance that stopped, started or went. The event does not say who did it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html">State
 *     change events for EC2 instances</a>
 */
final class InstanceState implements EventParser {

  @Override
  public List<Signal> parse(Envelope event) {
    var ids =
        NamedIds.of(
            Stream.concat(
                Stream.of(PayloadJson.textOr(event.detail(), "instance-id", "")),
                event.resources().stream()));
    if (ids.isEmpty()) {
      return Why.UNPARSABLE.because("an instance state event without an instance");
    }
    var state = PayloadJson.textOr(event.detail(), "state", "unknown state");
    var cause =
        new Cause(Cause.Origin.INSTANCE_STATE, event.id(), "instance " + state, event.time(), null);
    return List.of(new Signal.Resources(ids, cause));
  }
}
