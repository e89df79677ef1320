package dev.driftmend.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.model.incident.Preflight.State;
import dev.driftmend.port.Account.Architecture;
import dev.driftmend.port.Account.Concurrency;
import dev.driftmend.port.Account.Identity;
import dev.driftmend.port.Account.Trail;
import dev.driftmend.port.Account.Usage;
import dev.driftmend.port.Account.Writes;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.template.undeployed.Defaults;
import dev.driftmend.testing.InMemoryAccount;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On the template that ships: what is looked up for it, and each finding once. */
class DoctorTest extends DoctorScenes {
  @Test
  void aFirstDeploymentIsGivenWhatWasLookedUp() {
    var found = first("AlertEmail=on-call@example.com");
    assertThat(found.fine()).isTrue();
    assertThat(found.deployed()).isFalse();
    assertThat(found.parameters())
        .containsExactly(
            Map.entry("AlertEmail", "on-call@example.com"),
            Map.entry("ImageId", InMemoryAccount.ARM),
            Map.entry("ReserveConcurrency", "true"),
            Map.entry("ZoneA", "us-east-1a"),
            Map.entry("ZoneB", "us-east-1b"));
    assertThat(found.checks())
        .allSatisfy(c -> assertThat(c.source()).startsWith("https://"))
        .allSatisfy(c -> assertThat(c.why()).endsWith("."));
  }

  @Test
  void aLaterOneKeepsAllThatWasLookedUpOnceSoThatNothingIsReplaced() {
    account.images.put(Architecture.ARM64, "ami-99999999");
    account.zonesWith.put("t4g.micro", Set.of("us-east-1c"));
    account.concurrency = new Concurrency(10, 10);
    account.elasticAddresses = new Usage(5, 5);
    account.trails.add(new Trail("driftmend-writes", "arn", Writes.LOGGED));
    var found = later("Mode=observe");
    assertThat(found.checks())
        .filteredOn(c -> c.state() == State.MEND || c.state() == State.UNKNOWN)
        .isEmpty();
    assertThat(found.parameters()).containsExactly(Map.entry("Mode", "observe"));
    assertThat(check(found, "image").what()).contains("is kept").contains("ami-99999999");
  }

  @Test
  void inANewAccountNothingIsReservedAndThatIsFine() {
    account.concurrency = new Concurrency(10, 10);
    var found = first();
    assertThat(found.parameters()).containsEntry("ReserveConcurrency", "false");
    assertThat(state(found, "concurrency")).isEqualTo(State.FINE);
    assertThat(check(found, "concurrency").what()).contains("groups").contains("five at a time");
    assertToFix(
        first("ReserveConcurrency=true"),
        "concurrency",
        "cannot be reserved",
        "ReserveConcurrency=false");
  }

  @ParameterizedTest
  @CsvSource({"110, false", "111, true"})
  void elevenAreReservedOnlyWhereAHundredAreLeft(int unreserved, String reserve) {
    account.concurrency = new Concurrency(1000, unreserved);
    assertThat(first().parameters()).containsEntry("ReserveConcurrency", reserve);
  }

  @Test
  void whereOthersHaveReservedAllTheGuardCouldNotRun() {
    account.concurrency = new Concurrency(10, 2);
    assertToFix(first(), "concurrency", "2 of 10", "service-quotas");
  }

  @ParameterizedTest
  @CsvSource({"ap-southeast-6", "ap-east-2"})
  void whereLambdaHasNoSnapStartItIsNotAskedFor(String region) {
    account.who = new Identity("aws", "111122223333", region, "arn");
    assertThat(first().parameters()).containsEntry("SnapStart", "false");
    assertToFix(first("SnapStart=true"), "SnapStart", region, "SnapStart=false");
  }

  @Test
  void ofAnotherPartitionSnapStartIsNotKnown() {
    account.who = new Identity("aws-us-gov", "111122223333", "us-gov-west-1", "arn");
    var found = first();
    assertThat(state(found, "SnapStart")).isEqualTo(State.UNKNOWN);
    assertThat(found.fine()).isTrue();
  }

  @Test
  void itTellsWhatItCosts() {
    assertThat(check(first(), "cost").what())
        .matches("about \\$\\d+\\.\\d\\d a month .*NAT gateway.*");
    var alone = check(first("Workload=false"), "cost").what();
    assertThat(alone)
        .matches("about \\$\\d\\.\\d\\d a month .*guard.*")
        .doesNotContain("web system", "NAT gateway");
  }

  private static final List<String> OF_WORKLOAD =
      List.of("image", "zones", "subnets", "elastic addresses", "VPCs");

  @Test
  void aGuardAloneIsAskedForNothingThatOnlyAWebSystemNeeds() {
    account.images.clear();
    account.zones = List.of("us-east-1a");
    account.elasticAddresses = new Usage(5, 5);
    account.vpcs = 9;
    var found = first("Workload=false", "GuardedStacks=shop,billing", "VpcCidr=nowhere");
    assertThat(found.deployable()).isTrue();
    assertThat(found.checks()).extracting(Check::name).doesNotContainAnyElementsOf(OF_WORKLOAD);
    assertThat(found.parameters().keySet())
        .containsExactly("GuardedStacks", "ReserveConcurrency", "VpcCidr", "Workload");
    assertThat(check(found, "workload").what()).isEqualTo("a guard alone, for shop, billing");
    assertThat(state(found, "workload")).isEqualTo(State.FINE);
    deployed.put("Workload", "false");
    deployed.put("ImageId", "");
    account.trails.add(new Trail("driftmend-writes", "arn:own", Writes.LOGGED));
    assertThat(later("GuardedStacks=shop").fine()).isTrue();
    assertThat(check(first(), "guarded stacks").what()).matches("0 beside .* more fit.*");
  }

  @Test
  void aGuardAloneThatIsToGuardNothingShowsHowToNameStacks() {
    var check = check(first("Workload=false"), "workload");
    assertThat(check.state()).isEqualTo(State.NOTE);
    assertThat(check.mend()).containsExactly("--parameter-overrides GuardedStacks=shop,billing");
  }

  @Test
  void aDeploymentThatDeletesTheWebSystemIsReportedBefore() {
    account.trails.add(new Trail("driftmend-writes", "arn:own", Writes.LOGGED));
    assertThat(state(later(), "workload")).isEqualTo(State.FINE);
    var found = later("Workload=false");
    assertThat(state(found, "workload")).isEqualTo(State.NOTE);
    assertThat(check(found, "workload").what()).contains("DELETES", "load balancer", "instance");
    assertThat(check(found, "workload").mend())
        .containsExactly("--parameter-overrides Workload=true");
    assertThat(found.deployable()).as("it was asked for").isTrue();
    deployed.remove("Workload");
    assertThat(check(look(snapshot(deployed), false, "Workload=false"), "workload").what())
        .as("a stack from before there was the parameter has one")
        .contains("DELETES");
  }

  @Test
  void aDeploymentThatMakesTheWebSystemLaterIsLookedAtAsAFirstOne() {
    deployed.put("Workload", "false");
    deployed.put("ImageId", "");
    account.trails.add(new Trail("driftmend-writes", "arn:own", Writes.LOGGED));
    var found = later("Workload=true");
    assertThat(found.fine()).isTrue();
    assertThat(found.parameters())
        .as("what the guard has already is kept")
        .containsExactly(
            Map.entry("ImageId", InMemoryAccount.ARM),
            Map.entry("Workload", "true"),
            Map.entry("ZoneA", "us-east-1a"),
            Map.entry("ZoneB", "us-east-1b"));
    assertThat(check(found, "workload").what()).contains("makes a web system");
    account.elasticAddresses = new Usage(5, 5);
    assertToFix(later("Workload=true"), "elastic addresses", "5 of 5", "release-address");
    account.elasticAddresses = new Usage(1, 5);
    assertToFix(
        later("Workload=true", "PublicSubnetACidr=10.20.0.0/28"), "subnets", "too small", "Public");
  }

  @Test
  void aWebSystemThatComesBackHasTheImageAndTheZonesThatItHad() {
    deployed.put("Workload", "false");
    deployed.put("ImageId", InMemoryAccount.ARM);
    deployed.put("ZoneA", "us-east-1b");
    deployed.put("ZoneB", "us-east-1a");
    account.images.put(Architecture.ARM64, "ami-99999999");
    account.trails.add(new Trail("driftmend-writes", "arn:own", Writes.LOGGED));
    assertThat(later("Workload=true").parameters()).containsExactly(Map.entry("Workload", "true"));
  }

  @ParameterizedTest
  @CsvSource({
    "ROLLBACK_COMPLETE, delete-stack",
    "ROLLBACK_FAILED, delete-stack",
    "UPDATE_ROLLBACK_FAILED, continue-update-rollback",
    "UPDATE_IN_PROGRESS, wait"
  })
  void aStackThatTakesNoDeploymentIsFixedFirst(String status, String mend) {
    this.status = status;
    var values = Defaults.of(template);
    assertToFix(look(snapshot(values), true), "stack", status, mend);
  }

  @Test
  void aStackThatWasRolledBackToWhatItWasTakesADeployment() {
    status = "UPDATE_ROLLBACK_COMPLETE";
    account.trails.add(new Trail("driftmend-writes", "arn", Writes.LOGGED));
    assertThat(later().fine()).isTrue();
  }

  @Test
  void whatMayNotBeLookedAtIsUnknownAndKeepsNothingElseFromBeingLookedAt() {
    account.failure = new DeniedFailure("any:Call", new IllegalStateException("not authorized"));
    var found = first();
    assertThat(found.fine()).isTrue();
    assertThat(found.checks()).extracting(Check::state).doesNotContain(State.MEND);
    var unknown = found.checks().stream().filter(c -> c.state() == State.UNKNOWN).toList();
    assertThat(unknown)
        .extracting(Check::name)
        .containsExactly("image", "zones", "concurrency", "trail", "elastic addresses", "VPCs");
    assertThat(unknown).allSatisfy(c -> assertThat(c.what()).contains("any:Call was refused"));
    assertThat(found.parameters()).as("nothing is made up").isEmpty();
  }

  @Test
  void whatOnlyTakesTheEffectAwayKeepsNoDeploymentFromBeingMade() {
    account.heard = false;
    account.trails.add(new Trail("reads", "arn:reads", Writes.NOT_LOGGED));
    assertThat(later("AlertEmail=on-call@example.com", "CreateTrail=false"))
        .matches(p -> !p.fine() && p.deployable());
    account.elasticAddresses = new Usage(5, 5);
    assertThat(first()).matches(p -> !p.deployable());
  }

  @Test
  void aParameterThatTheTemplateDoesNotHaveIsRefused() {
    assertThatThrownBy(() -> first("Imageid=ami-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no parameter Imageid");
  }
}
