package dev.driftmend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.planned.PlannedScene;
import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.port.Endpoint.Answer;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.undeployed.Undeployed;
import dev.driftmend.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  void whatIsWrongWithTheCallIsReportedWithTheWayOut() throws IOException {
    assertThat(terminal.type("diagnose")).isEqualTo(1);
    assertThat(terminal.type("diagnose", "--template", "nowhere.yaml")).isEqualTo(1);
    assertThat(terminal.type("diagnose", "--template", OWN, "--parameter", "No=1")).isEqualTo(1);
    assertThat(terminal.type("diagnose", "--template", OWN, "--app", "nowhere")).isEqualTo(1);
    assertThat(terminal.type("diagnose", "--stack", "shop", "--parameter", "A=1")).isEqualTo(1);
    assertThat(terminal.type("diagnose", "--template", directory.toString())).isEqualTo(1);
    var text = Files.writeString(directory.resolve("notes.txt"), "hello");
    assertThat(terminal.type("diagnose", "--template", text.toString())).isEqualTo(1);
    assertThat(terminal.errors())
        .contains(
            "--stack=NAME",
            "is a directory",
            "there is no file nowhere.yaml",
            "no parameter No",
            "there is no directory nowhere",
            "--parameter is for --template",
            "notes.txt")
        .doesNotContain("unexpected", "Exception");
  }

  @Test
  void anErrorIsJsonForWhoAskedForIt() {
    assertThat(terminal.type("diagnose", "--template", "nowhere.yaml", "--json")).isEqualTo(1);
    assertThat(terminal.json().get("error").asText()).contains("there is no file nowhere.yaml");
    assertThat(terminal.type("diagnose", "--json", "--wrong")).isEqualTo(1);
    assertThat(terminal.json().get("error").asText()).contains("--wrong");
  }

  @Test
  void valuesComeFromAFileInEachFormThatIsUsual() throws IOException {
    var template =
        write(
            "t.yaml",
            "Parameters: {A: {Type: String}, B: {Type: String}, C: {Type: String}}\n"
                + "Resources: {Vpc: {Type: AWS::EC2::VPC}}\n");
    for (var form :
        List.of(
            "[{\"ParameterKey\": \"A\", \"ParameterValue\": \"1\"},"
                + " {\"ParameterKey\": \"B\", \"ParameterValue\": \"2 3\"}]",
            "[\"A=1\", \"B=2 3\"]",
            "{\"Parameters\": {\"A\": 1, \"B\": \"2\"}, \"Tags\": {}}",
            "{\"A\": \"1\", \"B\": [\"2\", \"3\"]}",
            "# ours\nA=1\nB=\"2 3\"\n",
            "A=1 B=2",
            "ParameterKey=A,ParameterValue=1 ParameterKey=B,ParameterValue=2")) {
      var file = write("parameters", form);

      assertThat(terminal.type("diagnose", "--template", template, "--parameters", file)).isZero();
      assertThat(terminal.shown()).contains("the parameter C has no value");
    }
  }

  @Test
  void whatIsWrongInAFileOfValuesIsReported() throws IOException {
    var template = write("t.yaml", "Resources: {Vpc: {Type: AWS::EC2::VPC}}\n");
    terminal.type("diagnose", "--template", template, "--parameters", write("a", "A 1"));
    terminal.type("diagnose", "--template", template, "--parameters", write("b", "[{]"));
    terminal.type("diagnose", "--template", template, "--parameters", write("c", "X=1\nY=2"));

    assertThat(terminal.errors())
        .contains("line 1 is not NAME=VALUE", "no JSON, line 1", "no parameter X, Y")
        .doesNotContain("unexpected", "Exception");
  }

  @Test
  void aFileInLatin1OrUtf16IsRead() throws IOException {
    var body = "# Gr\u00fc\u00dfe\r\nResources: {Vpc: {Type: AWS::EC2::VPC}}\r\n";
    for (var charset : List.of("ISO-8859-1", "UTF-16", "UTF-16LE", "UTF-8")) {
      var file = directory.resolve("t.yaml");
      Files.write(file, body.getBytes(charset));

      assertThat(terminal.type("diagnose", "--template", file.toString())).isZero();
      assertThat(terminal.shown().contains("line 1 is no UTF-8"))
          .isEqualTo(charset.equals("ISO-8859-1"));
    }
  }

  @Test
  void theRegionOfTheEnvironmentCountsUnlessOneIsGiven() throws IOException {
    var template =
        write(
            "t.yaml",
            """
            Mappings: {Net: {eu-west-1: {Block: wrong}, us-east-1: {Block: 10.0.0.0/16}}}
            Resources:
              Vpc:
                Type: AWS::EC2::VPC
                Properties: {CidrBlock: !FindInMap [Net, !Ref 'AWS::Region', Block]}
            """);
    terminal.region = Optional.of("eu-west-1");

    terminal.type("diagnose", "--template", template);
    assertThat(terminal.shown()).contains("Vpc.CidrBlock");
    terminal.type("diagnose", "--template", template, "--region", "us-east-1");
    assertThat(terminal.shown()).doesNotContain("Vpc.CidrBlock");
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
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
