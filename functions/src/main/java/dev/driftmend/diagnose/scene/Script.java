package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Value;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The script that an instance runs at its first boot.
 *
 * @param there whether there is one
 * @param text null if there is one that is not known
 */
public record Script(boolean there, @Nullable String text) {
  private static final Pattern FETCHES =
      Pattern.compile(
          "(?m)(^|[\\s;&|(])(dnf|yum|apt|apt-get|apk|zypper|pip3?|npm|curl|wget|git\\s+clone"
              + "|docker|uv|python3?\\S*\\s+-m\\s+pip|\\S*/pip3?)\\s");

  static Script of(Value userData) {
    return switch (userData) {
      case Value.Scalar s -> of(s.text());
      case Value.Unknown _, Value.Items _, Value.Fields _ -> new Script(true, null);
    };
  }

  private static Script of(String encoded) {
    try {
      var bytes = Base64.getMimeDecoder().decode(encoded);
      var text = new String(bytes, StandardCharsets.UTF_8);
      return new Script(!text.isBlank(), text);
    } catch (IllegalArgumentException e) {
      return new Script(true, encoded);
    }
  }

  /** Whether it gets something from elsewhere; null if that is not known. */
  public @Nullable Boolean fetches() {
    return text == null ? null : FETCHES.matcher(text).find();
  }

  /** Whether one of these words stands in it; not if it is not known. */
  boolean says(String... words) {
    for (var word : words) {
      if (text != null && text.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
