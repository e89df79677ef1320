package dev.driftmend.event;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.stack.StackRef;
import java.util.List;

/**
 * An incident that Driftmend itself opened: of its endpoint, when a stack may have to be brought
 * back from its last repair.
 */
final class OwnIncident implements EventParser {
  @Override
  public List<Signal> parse(Envelope event) {
    var kind = PayloadJson.textOr(event.detail(), "kind", "");
    if (!kind.equals("health")) {
      return Why.NOT_COMPARED.because("an incident of kind \"" + kind + "\"");
    }
    var id = PayloadJson.textOr(event.detail().path("stack"), "id", "");
    var cause =
        new Cause(
            Cause.Origin.HEALTH,
            event.id(),
            PayloadJson.textOr(event.detail(), "title", event.detailType()),
            event.time(),
            null);
    try {
      return List.of(new Signal.Stack(new StackRef(id), cause));
    } catch (IllegalArgumentException e) {
      return Why.UNPARSABLE.because("an incident of the stack \"" + id + "\"");
    }
  }
}
