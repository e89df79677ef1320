package dev.driftmend.cli.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The text files of an app. */
public final class AppDirectory {
  private static final int DEEPEST = 3;
  private static final int MOST = 200;
  private static final long LARGEST = 200_000;
  private static final Set<String> OTHERS =
      Set.of("venv", ".venv", ".git", "node_modules", "__pycache__", "tests", "test");

  private AppDirectory() {}

  /**
   * By name relative to the directory; what is no text, or large, is left out.
   *
   * @throws IOException if something in it may not be read
   */
  public static Map<String, String> files(Path directory) throws IOException {
    var files = new TreeMap<String, String>();
    try (var found = Files.walk(directory, DEEPEST, new FileVisitOption[0])) {
      for (var file : found.filter(f -> isOfApp(directory, f)).sorted().limit(MOST).toList()) {
        try {
          files.put(directory.relativize(file).toString(), Files.readString(file));
        } catch (MalformedInputException e) {
          // No text.
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return files;
  }

  private static boolean isOfApp(Path directory, Path file) {
    for (var part : directory.relativize(file)) {
      if (OTHERS.contains(part.toString())) {
        return false;
      }
    }
    return Files.isRegularFile(file) && file.toFile().length() <= LARGEST;
  }
}
