package dev.driftmend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.diagnose.Asked;
import dev.driftmend.diagnose.PlannedScene;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.port.Endpoint.Answer;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.Undeployed;
import dev.driftmend.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnoseCommandTest {
  private static final String OWN = "template.yaml";
  private static final String BROKEN = "workload/exercise/broken";

  private final Terminal terminal = new Terminal();

  @TempDir private Path directory;

  @Test
  void aSoundTemplateEndsWith0AndItsAdvice() {
    assertThat(terminal.type("diagnose", "--template", OWN, "--app", "workload")).isZero();
    assertThat(terminal.shown()).startsWith("OK").contains("Advice", "one-target");
  }

  @Test
  void aBrokenTemplateEndsWith2AndNamesTheHop() {
    var file = BROKEN + "/template.yaml";

    assertThat(terminal.type("diagnose", "--template", file, "--app", BROKEN)).isEqualTo(2);
    assertThat(terminal.shown())
        .startsWith("OUTAGE: instance-group")
        .contains("Fix: let tcp 5000 in", "health-check is broken");
  }

  @Test
  void jsonHasAllMembersAndNullWhereThereIsNothing() {
    terminal.type("diagnose", "--template", BROKEN + "/template.yaml", "--json");
    var json = terminal.json();

    assertThat(json.get("verdict").asText()).isEqualTo("outage");
    assertThat(json.get("explainedBy").asText()).isEqualTo("instance-group");
    assertThat(json.get("hops")).hasSize(21);
    assertThat(json.get("hops").get(0).get("symptom").isNull()).isTrue();
    assertThat(json.get("hops").get(0).get("cause").isNull()).isTrue();
    assertThat(json.get("contradictions")).isEmpty();
    assertThat(json.get("advice").get(0).has("text")).isTrue();
  }

  @Test
  void parametersOfATemplateDecide() {
    var arn = "CertificateArn=arn:aws:acm:us-east-1:123456789012:certificate/0a1b";

    terminal.type("diagnose", "--template", OWN, "--parameter", arn, "--json");

    assertThat(terminal.json().get("advice").findValuesAsText("about"))
        .containsExactly("one-target");
  }

  @Test
  void whatIsWrongWithTheCallIsToldWithTheWayOut() throws IOException {
    assertThat(terminal.type("diagnose")).isEqualTo(1);
    assertThat(terminal.type("diagnose", "--template", "nowhere.yaml")).isEqualTo(1);
    assertThat(terminal.type("diagnose", "--template", OWN, "--parameter", "No=1")).isEqualTo(1);
    assertThat(terminal.type("diagnose", "--template", OWN, "--app", "nowhere")).isEqualTo(1);
    assertThat(terminal.type("diagnose", "--stack", "shop", "--parameter", "A=1")).isEqualTo(1);
    var text = Files.writeString(directory.resolve("notes.txt"), "hello");
    assertThat(terminal.type("diagnose", "--template", text.toString())).isEqualTo(1);
    assertThat(terminal.errors())
        .contains(
            "--stack=NAME",
            "there is no file nowhere.yaml",
            "no parameter No",
            "there is no directory nowhere",
            "--parameter is for --template",
            "notes.txt")
        .doesNotContain("unexpected", "Exception");
  }

  @Test
  void aDeployedStackIsReadAndAsked() {
    terminal.world.scenes = snapshot -> deployed(504);

    assertThat(terminal.type("diagnose", "--stack", "shop")).isEqualTo(2);
    assertThat(terminal.shown()).startsWith("OUTAGE");
    assertThat(terminal.world.closed).isTrue();
  }

  @Test
  void aSoundStackEndsWith0() {
    terminal.world.scenes = snapshot -> deployed(200);

    assertThat(terminal.type("diagnose", "--stack", "shop")).isZero();
  }

  private static Scene deployed(int status) {
    var snapshot = Undeployed.snapshot(Golden.read(Path.of(OWN)), Map.of(), "us-east-1");
    var declared = Resolver.resolve(snapshot);
    var planned = PlannedScene.of(declared, Desireds.of(declared), Set.of(), null);
    return new Scene(
        true,
        declared,
        planned.desired(),
        planned.live(),
        planned.network(),
        Map.of(),
        Set.of(),
        null,
        List.of(new Asked("/", new Answer.Status(status, "", Duration.ofMillis(1)))),
        null,
        List.of());
  }
}
