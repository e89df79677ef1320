import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** By which it is known whether anything has changed. */
final class Digest {
  private final MessageDigest sum;

  Digest() throws NoSuchAlgorithmException {
    sum = MessageDigest.getInstance("SHA-256");
  }

  /** Names and contents of the files in a directory. */
  Digest files(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
        sum.update(file.getFileName().toString().getBytes(UTF_8));
        sum.update(Files.readAllBytes(file));
      }
    }
    return this;
  }

  Digest texts(Iterable<String> texts) {
    for (var text : texts) {
      sum.update((text + "\n").getBytes(UTF_8));
    }
    return this;
  }

  String hex() {
    return HexFormat.of().formatHex(sum.digest());
  }
}
