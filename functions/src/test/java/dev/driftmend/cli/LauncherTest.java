package dev.driftmend.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/driftmend} in a folder of its own, with a stand-in for Java that prints its call. */
class LauncherTest {
  @TempDir private Path root = Path.of("");

  private record Ran(int code, String out) {}

  @BeforeEach
  void aFolderWithTheLauncherAndAJdk() throws IOException {
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("jdk/bin"));
    Files.copy(Path.of("bin/driftmend"), root.resolve("bin/driftmend"));
    script("bin/jdk25", "echo '" + root.resolve("jdk") + "'");
    script("jdk/bin/java", "printf '%s\\n' \"$@\"");
  }

  @Test
  void withoutABuildItSaysHowToBuild() throws Exception {
    var ran = run(root.resolve("bin/driftmend"), "plan");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).startsWith("driftmend: it is not built yet: run make build");
  }

  @Test
  void withoutAJdkItEndsWith1() throws Exception {
    script("bin/jdk25", "echo 'no JDK 25 found' >&2; exit 1");

    assertThat(run(root.resolve("bin/driftmend"), "plan"))
        .isEqualTo(new Ran(1, "no JDK 25 found\n"));
  }

  @Test
  void itHandsOverEveryArgumentWhole() throws Exception {
    build();

    var ran = run(root.resolve("bin/driftmend"), "pause", "--why", "two words; $HOME");

    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .endsWith("dev.driftmend.cli.Main\npause\n--why\ntwo words; $HOME\n")
        .contains(root.toRealPath() + "/target/full-lib/*");
  }

  @Test
  void itWorksThroughALink() throws Exception {
    build();
    var link = Files.createSymbolicLink(root.resolve("dm"), Path.of("bin/driftmend"));

    assertThat(run(link, "plan").out()).endsWith("Main\nplan\n");
  }

  private void build() throws IOException {
    Files.createDirectories(root.resolve("target/full-lib"));
    Files.createDirectories(root.resolve("target/cli-lib"));
    Files.createDirectories(root.resolve("target/classes/dev/driftmend/cli"));
    Files.createFile(root.resolve("target/classes/dev/driftmend/cli/Main.class"));
  }

  private void script(String path, String body) throws IOException {
    var file = root.resolve(path);
    Files.writeString(file, "#!/bin/sh\n" + body + "\n", UTF_8);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static Ran run(Path command, String... args) throws Exception {
    var line = new ArrayList<>(List.of("sh", command.toString()));
    line.addAll(List.of(args));
    var process = new ProcessBuilder(line).redirectErrorStream(true).start();
    var out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ran(process.waitFor(), out);
  }
}
