package dev.driftmend.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.incident.Preflight.State;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.Account.Identity;
import dev.driftmend.port.Account.Trail;
import dev.driftmend.port.Account.Writes;
import dev.driftmend.template.undeployed.Defaults;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the guard needs to hear, to be heard and to repair: trails, names, subscribers, the policy.
 */
class DoctorGuardTest extends DoctorScenes {
  @Test
  void aTrailThatLogsChangesIsUsedAndASecondOneIsSaidToCost() {
    account.trails.add(new Trail("audit", "arn:audit", Writes.LOGGED));
    var found = first();
    assertThat(found.parameters()).containsEntry("CreateTrail", "false");
    assertThat(state(found, "trail")).isEqualTo(State.FINE);
    var both = check(first("CreateTrail=true"), "trail");
    assertThat(both.state()).isEqualTo(State.NOTE);
    assertThat(both.what()).contains("audit").contains("$2 per 100,000");
    assertThat(both.mend()).containsExactly("--parameter-overrides CreateTrail=false");
  }

  @Test
  void withoutATrailNothingIsHeard() {
    account.trails.add(new Trail("reads", "arn:reads", Writes.NOT_LOGGED));
    assertToFix(first("CreateTrail=false"), "trail", "no trail logs changes", "CreateTrail=true");
    assertThat(state(first(), "trail")).isEqualTo(State.FINE);
  }

  @Test
  void aTrailThatMayNotBeLookedAtIsNeitherUsedNorACost() {
    account.trails.add(new Trail("org", "arn:org", Writes.UNKNOWN));
    var found = first();
    assertThat(state(found, "trail")).isEqualTo(State.UNKNOWN);
    assertThat(found.parameters()).doesNotContainKey("CreateTrail");
    assertThat(state(first("CreateTrail=false"), "trail")).isEqualTo(State.UNKNOWN);
  }

  @Test
  void aSixthTrailCannotBeMade() {
    for (var i = 0; i < 5; i++) {
      account.trails.add(new Trail("data-" + i, "arn:" + i, Writes.NOT_LOGGED));
    }
    assertToFix(first(), "trail", "5 trails", "put-event-selectors");
  }

  @Test
  void theOwnTrailIsNoSecondOneAndMustLog() {
    deployed.put("CreateTrail", "true");
    account.trails.add(new Trail("driftmend-writes", "arn:own", Writes.LOGGED));
    assertThat(state(later(), "trail")).isEqualTo(State.FINE);
    account.trails.set(0, new Trail("driftmend-writes", "arn:own", Writes.NOT_LOGGED));
    assertToFix(later(), "trail", "does not log", "start-logging");
  }

  @Test
  void aStacksNameIsPartOfASchedulesName() {
    stack = "d".repeat(58);
    assertThat(state(first(), "names")).isEqualTo(State.FINE);
    stack = "d".repeat(59);
    assertToFix(
        first(), "names", "59 characters, 58 are the most", "--stack-name " + "d".repeat(58));
    stack = "2nd_guard";
    assertToFix(first(), "names", "2nd_guard", "--stack-name");
  }

  @Test
  void outsideOfUsEast1DriftOfRolesIsFoundByTheSweep() {
    assertThat(state(first(), "calls of IAM")).isEqualTo(State.FINE);
    account.who = new Identity("aws", "111122223333", "eu-west-1", "arn");
    var check = check(first("SweepRate=rate(5 minutes)"), "calls of IAM");
    assertThat(check.state()).isEqualTo(State.NOTE);
    assertThat(check.what()).contains("the sweep finds it, every rate(5 minutes)");
  }

  @Test
  void somebodyMustHearTheAlerts() {
    assertThat(state(first(), "alerts")).isEqualTo(State.NOTE);
    assertThat(state(first("AlertEmail=on-call@example.com"), "alerts")).isEqualTo(State.FINE);
    account.heard = false;
    account.trails.add(new Trail("driftmend-writes", "arn:own", Writes.LOGGED));
    assertToFix(later(), "alerts", "nobody hears them", "AlertEmail=");
    deployed.put("AlertEmail", "on-call@example.com");
    assertToFix(later(), "alerts", "was not confirmed", "aws sns subscribe --topic-arn " + TOPIC);
  }

  @Test
  void itTellsHowManyStacksCanBeGuarded() {
    var names =
        IntStream.range(0, 300).mapToObj(i -> "stack-" + i).collect(Collectors.joining(","));
    var found = first("GuardedStacks=" + names);
    assertToFix(found, "guarded stacks", "with 300 names", "GuardedStacks=stack-0,");
    var mend = check(found, "guarded stacks").mend().getFirst();
    var fitting = mend.substring(mend.indexOf('=') + 1);
    assertThat(state(first("GuardedStacks=" + fitting), "guarded stacks")).isEqualTo(State.FINE);
    var one = fitting.split(",").length;
    assertThat(state(first("GuardedStacks=" + fitting + ",stack-" + one), "guarded stacks"))
        .isEqualTo(State.MEND);
    assertThat(check(first(), "guarded stacks").what())
        .matches("0 beside its own; \\d+ more fit.*");
  }

  @Test
  void whatWasPutIntoThePolicyByHandIsReportedBeforeADeploymentOverwritesIt() {
    live(policy(RULES, ",\"repeats\":5"));
    assertToFix(
        later("GuardedStacks=shop"),
        "policy",
        "by hand: rules, limits.repeats",
        "aws ssm put-parameter --name /driftmend/driftmend/policy --type String --overwrite --value"
            + " '"
            + policy(RULES, ",\"repeats\":5").replace("[],", "[\"shop\"],")
            + "'");
    assertThat(later("GuardedStacks=shop").deployable()).isTrue();
  }

  @Test
  void aDeploymentThatWritesTheSamePolicyLeavesWhatWasPutThereByHand() {
    live(policy(RULES, ""));
    assertThat(check(later(), "policy").what()).contains("leaves").contains("as it is");
    assertThat(later().fine()).isTrue();
  }

  @Test
  void aPolicyThatNobodyHasTouchedMayBeWrittenAnew() {
    live(policy("[]", ""));
    assertThat(state(later("GuardedStacks=shop"), "policy")).isEqualTo(State.FINE);
  }

  @Test
  void whereTheTemplatesPolicyIsNotKnownACopyIsAdvised() {
    live(policy(RULES, ""));
    stack = "driftmend";
    var unknown =
        look(
            new StackSnapshot(
                STACK,
                status,
                Instant.EPOCH,
                template,
                Defaults.of(template),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of("AlertTopicArn", TOPIC)),
            false,
            "GuardedStacks=shop");
    assertThat(state(unknown, "policy")).isEqualTo(State.UNKNOWN);
    assertThat(check(unknown, "policy").mend().getFirst()).startsWith("aws ssm get-parameter");
  }

  private static final String RULES =
      "[{\"type\":\"AWS::EC2::SecurityGroup\",\"treatment\":\"report\"}]";

  private static String policy(String rules, String more) {
    return "{\"mode\":\"repair\",\"guardedStacks\":[],\"rules\":"
        + rules
        + ",\"limits\":{\"writes\":20,\"share\":0.5"
        + more
        + "},\"reach\":{\"loadBalancers\":[\"app/driftmend/50dc6c495c0c9188\"],\"vpcs\":[\"vpc-1\"]}}";
  }

  private void live(String policy) {
    account.parameters.put("/driftmend/driftmend/policy", policy);
    account.trails.add(new Trail("driftmend-writes", "arn", Writes.LOGGED));
  }
}
