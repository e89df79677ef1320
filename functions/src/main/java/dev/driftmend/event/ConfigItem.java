package dev.driftmend.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Signal;
import java.util.List;
import java.util.stream.Stream;

/**
 * A change that AWS Config recorded: what changed, minutes late, and not by whom. An item too large
 * for an event comes as a summary that still names the resource.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/config/latest/developerguide/example-sns-notification.html">Example
 *     configuration item change notifications</a>
 */
final class ConfigItem implements EventParser {
  static final String DETAIL_TYPE = "Config Configuration Item Change";

  @Override
  public List<Signal> parse(Envelope event) {
    var item = event.detail().path("configurationItem");
    if (!item.isObject()) {
      item = event.detail().path("configurationItemSummary");
    }
    var ids = NamedIds.of(Stream.concat(self(item), holders(item)));
    if (ids.stream().anyMatch(ConfigItem::isBesideAnInstance)) {
      ids = ids.stream().filter(NamedIds::isInstanceOrAddress).toList();
    }
    if (ids.isEmpty()) {
      return Why.NOT_COMPARED.because(
          "configuration item of " + PayloadJson.textOr(item, "resourceType", "no type"));
    }
    var status = PayloadJson.textOr(item, "configurationItemStatus", "changed");
    var time =
        Envelope.timeOr(PayloadJson.text(item, "configurationItemCaptureTime"), event.time());
    var cause = new Cause(Cause.Origin.CONFIG_CHANGE, event.id(), "Config " + status, time, null);
    return List.of(new Signal.Resources(ids, cause));
  }

  /** An address is known to its stack by itself and not by its allocation. */
  private static Stream<String> self(JsonNode item) {
    return Stream.concat(
        Stream.of("resourceId", "resourceName", "ARN")
            .map(name -> PayloadJson.textOr(item, name, "")),
        Stream.of(PayloadJson.textOr(item.path("configuration"), "publicIp", "")));
  }

  /**
   * An interface or an allocation matters through its instance or its address, which its item
   * names.
   */
  private static boolean isBesideAnInstance(String id) {
    return id.startsWith("eni-") || id.startsWith("eipalloc-");
  }

  /** {@code Is contained in Vpc}, {@code Is attached to Instance}; not what merely touches it. */
  private static Stream<String> holders(JsonNode item) {
    return PayloadJson.elements(item.path("relationships"))
        .filter(
            r -> {
              var name = PayloadJson.textOr(r, "name", "");
              return name.startsWith("Is contained in") || name.startsWith("Is attached to");
            })
        .map(r -> PayloadJson.textOr(r, "resourceId", ""));
  }
}
