package dev.driftmend.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One event as EventBridge delivers it. Payloads that come another way are brought into this form
 * first, so that each event has one parser.
 *
 * @param id fit for a queue's deduplication id; derived from the payload if it has none
 * @param time when it happened; when it was received if the payload does not say
 * @param resources the texts among {@code resources}
 * @see <a href="https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html">AWS
 *     service event structure</a>
 */
record Envelope(
    String source,
    String detailType,
    String id,
    Instant time,
    List<String> resources,
    JsonNode detail) {

  /** SQS allows 128 characters of letters, digits and punctuation; a stack's UUID is added. */
  private static final Pattern FIT_FOR_AN_ID = Pattern.compile("[\\p{Graph}&&[^<>]]{1,80}");

  /** CloudWatch writes {@code 2023-08-04T12:36:15.490+0000}. */
  private static final DateTimeFormatter OFFSET_WITHOUT_COLON =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss[.SSS]Z", Locale.ROOT);

  /** An event that has the envelope. */
  static Envelope of(JsonNode event, Instant received) {
    return new Envelope(
        PayloadJson.textOr(event, "source", ""),
        PayloadJson.textOr(event, "detail-type", ""),
        idOr(PayloadJson.text(event, "id"), event),
        timeOr(PayloadJson.text(event, "time"), received),
        PayloadJson.at(event, "resources").valueStream().flatMap(Envelope::asText).toList(),
        PayloadJson.opened(event.path("detail")));
  }

  /** An event that came without it. */
  static Envelope around(
      JsonNode payload,
      String source,
      String detailType,
      @Nullable String id,
      Instant time,
      JsonNode detail) {
    return new Envelope(source, detailType, idOr(id, payload), time, List.of(), detail);
  }

  /** An id that cannot be one is replaced by a digest: the same payload has the same id. */
  static String idOr(@Nullable String id, JsonNode payload) {
    return id != null && FIT_FOR_AN_ID.matcher(id).matches()
        ? id
        : UUID.nameUUIDFromBytes(JsonTree.write(payload).getBytes(StandardCharsets.UTF_8))
            .toString();
  }

  static Instant timeOr(@Nullable String time, Instant otherwise) {
    if (time == null || !time.startsWith("-", 4)) {
      return otherwise;
    }
    try {
      return Instant.parse(time);
    } catch (DateTimeException e) {
      try {
        return OffsetDateTime.parse(time, OFFSET_WITHOUT_COLON).toInstant();
      } catch (DateTimeException neither) {
        return otherwise;
      }
    }
  }

  private static Stream<String> asText(JsonNode node) {
    return Stream.ofNullable(node.textValue());
  }
}
