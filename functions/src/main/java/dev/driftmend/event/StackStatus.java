package dev.driftmend.event;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.stack.StackRef;
import java.util.List;

/**
 * A stack that came to rest: settled, failed or deleted. CloudFormation delivers these events
 * durably, so what changed while an operation ran is looked at when it ends.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/eventbridge-events.html">CloudFormation
 *     event detail</a>
 */
final class StackStatus implements EventParser {

  @Override
  public List<Signal> parse(Envelope event) {
    var status = PayloadJson.text(event.detail().path("status-details"), "status");
    if (status == null) {
      return Why.UNPARSABLE.because("a stack status event without a status");
    }
    if (status.endsWith("_IN_PROGRESS")) {
      return Why.IN_PROGRESS.because(status);
    }
    var id = PayloadJson.text(event.detail(), "stack-id");
    if (id == null) {
      id = event.resources().isEmpty() ? "" : event.resources().getFirst();
    }
    var cause = new Cause(Cause.Origin.STACK_STATUS, event.id(), status, event.time(), null);
    try {
      return List.of(new Signal.Stack(new StackRef(id), cause));
    } catch (IllegalArgumentException e) {
      return Why.UNPARSABLE.because("a stack status event about " + id);
    }
  }
}
