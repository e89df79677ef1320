package dev.driftmend.diagnose;

import dev.driftmend.diagnose.planned.Planned;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.Hop;
import dev.driftmend.template.nested.NestedStacks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Diagnoses many templates in one run. A main program, because they are no part of the project:
 * {@code make score-published} runs it.
 */
final class PublishedTemplates {
  private PublishedTemplates() {}

  /** Reads paths from the standard input; writes path, verdict, hop, broken hops, evidence. */
  public static void main(String[] args) throws IOException {
    for (var line : new String(System.in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
      look(Path.of(line));
    }
  }

  private static void look(Path file) {
    try {
      var bytes = Files.readAllBytes(file);
      var body = new String(bytes, StandardCharsets.UTF_8);
      if (body.indexOf('\uFFFD') >= 0) {
        body = new String(bytes, StandardCharsets.ISO_8859_1);
      }
      tell(file, Planned.of(body, Map.of(), "us-east-1", NestedStacks.Files.NONE, stack -> null));
    } catch (IOException | RuntimeException e) {
      print(file, "error", "", "", e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static void tell(Path file, Diagnosis diagnosis) {
    var broken = new TreeSet<String>();
    Stream.concat(
            diagnosis.hops().stream(),
            diagnosis.paths().stream().flatMap(path -> path.hops().stream()))
        .filter(Hop::broken)
        .forEach(hop -> broken.add(hop.hop()));
    print(
        file,
        diagnosis.verdict().text(),
        String.valueOf(diagnosis.explainedBy()),
        String.join(",", broken),
        diagnosis.hops().stream()
            .filter(Hop::broken)
            .flatMap(hop -> hop.evidence().stream().limit(1))
            .findFirst()
            .orElse(""));
  }

  private static void print(Path file, String... columns) {
    var line = new StringBuilder(file.toString());
    for (var column : columns) {
      line.append('\t').append(column.replaceAll("\\s+", " "));
    }
    System.out.println(line);
  }
}
