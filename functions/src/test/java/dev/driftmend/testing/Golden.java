package dev.driftmend.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares a text with the file that holds what it should be. {@code mvn test
 * -Ddriftmend.golden=write} writes the files anew; the review of their difference is then the test.
 */
public final class Golden {
  private static final Path ROOT = Path.of("functions/src/test/resources");

  private Golden() {}

  /**
   * @param file below the test resources
   */
  public static void check(String file, String actual) {
    check(ROOT.resolve(file), actual);
  }

  /**
   * @param path from the root of the repository
   */
  public static void check(Path path, String actual) {
    try {
      if ("write".equals(System.getProperty("driftmend.golden"))) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, actual, UTF_8);
      }
      assertThat(path).as("write it with -Ddriftmend.golden=write").exists();
      assertThat(actual).as(path.toString()).isEqualTo(Files.readString(path, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param path from the root of the repository
   */
  public static String read(Path path) {
    try {
      return Files.readString(path, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
