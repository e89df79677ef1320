package dev.driftmend.aws.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.driftmend.json.JsonTree;
import dev.driftmend.json.JsonValues;
import dev.driftmend.kind.role.PolicyDocument;
import dev.driftmend.model.stack.Value;
import java.net.URLDecoder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Policy documents as JSON, which IAM gives percent-encoded and EC2 as it is.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html">GetRolePolicy</a>
 */
public final class PolicyJsonText {
  private PolicyJsonText() {}

  /** In normal form; empty if it is no document. */
  static Optional<String> normal(@Nullable String encoded) {
    if (encoded == null) {
      return Optional.empty();
    }
    try {
      return read(URLDecoder.decode(encoded, UTF_8)).map(PolicyDocument::of);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** As it stands; empty if it is no JSON. */
  public static Optional<Value> read(String json) {
    try {
      return Optional.of(JsonValues.of(JsonTree.read(json)));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
