package dev.driftmend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.port.Account.Concurrency;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.InMemoryAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  private final Terminal terminal = new Terminal();
  @TempDir private Path directory = Path.of("");

  @Test
  void beforeTheFirstDeploymentItTellsWhatToHandOver() throws IOException {
    var file = directory.resolve("parameters");
    assertThat(terminal.type("doctor", "--stack", "first", "--write-parameters", file.toString()))
        .isZero();
    assertThat(terminal.shown())
        .startsWith("Stack first, not deployed yet (account 111122223333, us-east-1)\n")
        .contains("\nok      image: " + InMemoryAccount.ARM)
        .contains("--parameter-overrides ImageId=" + InMemoryAccount.ARM)
        .endsWith("\nNothing to fix.\n");
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "ImageId=" + InMemoryAccount.ARM,
            "ReserveConcurrency=true",
            "ZoneA=us-east-1a",
            "ZoneB=us-east-1b");
    assertThat(terminal.world.closed).isTrue();
  }

  @Test
  void whatIsToBeFixedComesWithReasonDocumentAndCommandAndEndsWith2() {
    terminal.world.account.concurrency = new Concurrency(10, 10);
    var code =
        terminal.type(
            "doctor",
            "--stack-name",
            "first",
            "--parameter-overrides",
            "ReserveConcurrency=true",
            "SweepRate=rate(5 minutes)",
            "--region",
            "us-east-1");
    assertThat(code).isEqualTo(2);
    assertThat(terminal.shown())
        .contains("\nMEND    concurrency: 10 of 10 are unreserved, so 11 cannot be reserved\n")
        .contains("\n        https://docs.aws.amazon.com/lambda/latest/dg/")
        .contains("\n        > --parameter-overrides ReserveConcurrency=false\n")
        .contains("SweepRate=\"rate(5 minutes)\"")
        .endsWith("\n1 to fix.\n");
  }

  @Test
  void machinesGetTheSame() {
    terminal.world.account.vpcs = 9;
    assertThat(terminal.type("doctor", "--stack", "first", "--json")).isZero();
    var json = terminal.json();
    assertThat(json.path("schema").asText()).isEqualTo("driftmend.doctor/v1");
    assertThat(json.path("fine").asBoolean()).isTrue();
    assertThat(json.path("deployed").asBoolean()).isFalse();
    assertThat(json.path("parameters").path("ZoneB").asText()).isEqualTo("us-east-1b");
    assertThat(json.path("checks"))
        .anySatisfy(
            check -> {
              assertThat(check.path("name").asText()).isEqualTo("VPCs");
              assertThat(check.path("state").asText()).isEqualTo("unknown");
              assertThat(check.path("mend").get(0).asText()).startsWith("aws service-quotas");
            });
  }

  @Test
  void ofADeployedStackNothingIsLookedUpAnew() {
    assertThat(terminal.type("doctor")).isIn(0, 2);
    assertThat(terminal.shown())
        .startsWith("Stack driftmend (account 111122223333, us-east-1)\n")
        .doesNotContain("make deploy hands over");
  }

  @Test
  void whatCannotBeLookedAtIsUnknownAndNoError() {
    terminal.world.account.failure =
        new DeniedFailure("ec2:DescribeVpcs", new IllegalStateException("not authorized"));
    assertThat(terminal.type("doctor", "--stack", "first")).isZero();
    assertThat(terminal.shown())
        .contains("\nunknown VPCs: could not be looked at: ec2:DescribeVpcs was refused")
        .contains("could not be checked.");
  }

  @Test
  void withoutCredentialsItCannotLook() {
    terminal.world.failure =
        new TransientFailure(
            "sts:GetCallerIdentity",
            new IllegalStateException("Unable to load credentials from any of the providers"));
    assertThat(terminal.type("doctor")).isEqualTo(1);
    assertThat(terminal.errors()).startsWith("driftmend: no AWS credentials: set AWS_PROFILE");
    assertThat(terminal.shown()).isEmpty();
  }

  @Test
  void aParameterOrATemplateThatIsNotThereIsNamed() {
    assertThat(terminal.type("doctor", "--parameter-overrides", "Imageid=ami-1")).isEqualTo(1);
    assertThat(terminal.errors()).contains("no parameter Imageid; it has [AlertEmail");
    assertThat(terminal.type("doctor", "--template", "nowhere.yaml")).isEqualTo(1);
    assertThat(terminal.errors()).contains("nowhere.yaml cannot be read: check --template");
    assertThat(terminal.type("doctor", "--parameter-overrides", "ImageId")).isEqualTo(1);
  }
}
