package dev.driftmend.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A terminal at which zoe types commands about a {@link World}, and what it shows. */
final class Terminal {
  final World world = new World();
  final List<String> questions = new ArrayList<>();
  Optional<String> answer = Optional.empty();
  Optional<String> region = Optional.empty();

  /** What happens while zoe thinks about a question. */
  Runnable meanwhile = () -> {};

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** The exit code. */
  int type(String... args) {
    var surroundings =
        new Surroundings(
            world,
            world::premises,
            Path.of("template.yaml"),
            InstantSource.fixed(World.NOW),
            question -> {
              questions.add(question);
              meanwhile.run();
              return answer;
            },
            () -> {},
            "zoe",
            () -> region);
    return Main.run(surroundings, new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  /** What was shown since the last time, and forgets it. */
  String shown() {
    var shown = out.toString();
    out.getBuffer().setLength(0);
    return shown;
  }

  String errors() {
    return err.toString();
  }

  JsonNode json() {
    var shown = shown();
    try {
      return new ObjectMapper().readTree(shown);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + shown, e);
    }
  }
}
