package dev.driftmend.diagnose;

import dev.driftmend.model.Declared;
import dev.driftmend.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The script that an instance of a template runs at its first boot.
 *
 * @param text null if the template has one that cannot be told
 */
record UserData(boolean there, @Nullable String text) {
  private static final Pattern FETCHES =
      Pattern.compile(
          "(?m)(^|[\\s;&|(])(dnf|yum|apt|apt-get|apk|zypper|pip3?|npm|curl|wget|git\\s+clone"
              + "|docker|uv|python3?\\S*\\s+-m\\s+pip|\\S*/pip3?)\\s");

  static UserData of(Declared instance) {
    var value = instance.property("UserData").orElse(null);
    return switch (value) {
      case null -> new UserData(false, "");
      case Value.Scalar s -> of(s.text());
      case Value.Unknown u -> new UserData(true, null);
      case Value.Items i -> new UserData(true, null);
      case Value.Fields f -> new UserData(true, null);
    };
  }

  private static UserData of(String encoded) {
    try {
      var bytes = Base64.getMimeDecoder().decode(encoded);
      var text = new String(bytes, StandardCharsets.UTF_8);
      return new UserData(!text.isBlank(), text);
    } catch (IllegalArgumentException e) {
      return new UserData(true, encoded);
    }
  }

  /** Whether it gets something from elsewhere; null if that cannot be told. */
  @Nullable Boolean fetches() {
    return text == null ? null : FETCHES.matcher(text).find();
  }
}
