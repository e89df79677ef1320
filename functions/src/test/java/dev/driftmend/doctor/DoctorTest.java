package dev.driftmend.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.incident.Preflight;
import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.model.incident.Preflight.State;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.Account.Architecture;
import dev.driftmend.port.Account.Concurrency;
import dev.driftmend.port.Account.Identity;
import dev.driftmend.port.Account.Trail;
import dev.driftmend.port.Account.Usage;
import dev.driftmend.port.Account.Writes;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.template.undeployed.Defaults;
import dev.driftmend.testing.InMemoryAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On the template that ships: what is looked up for it, and each finding once. */
class DoctorTest {
  private static final String TOPIC = "arn:aws:sns:us-east-1:111122223333:driftmend-alerts";
  private static final StackRef STACK =
      new StackRef("arn:aws:cloudformation:us-east-1:111122223333:stack/driftmend/0a1b2c3d");

  private final InMemoryAccount account = new InMemoryAccount();
  private final String template = template();
  private final Map<String, String> deployed = new HashMap<>();
  private String stack = "driftmend";
  private String status = "CREATE_COMPLETE";

  private static String template() {
    try {
      return Files.readString(Path.of("template.yaml"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Of a first deployment. */
  private Preflight first(String... given) {
    return look(null, true, given);
  }

  /** Of a stack that was deployed with {@link #deployed} beside the defaults. */
  private Preflight later(String... given) {
    var values = new HashMap<>(Defaults.of(template));
    values.put("ImageId", InMemoryAccount.ARM);
    values.putAll(deployed);
    deployed.putAll(values);
    return look(snapshot(values), false, given);
  }

  private StackSnapshot snapshot(Map<String, String> values) {
    return new StackSnapshot(
        STACK,
        status,
        Instant.EPOCH,
        template,
        values,
        List.of(
            new ResourceRef("PublicSubnetA", "AWS::EC2::Subnet", "subnet-a"),
            new ResourceRef("PublicSubnetB", "AWS::EC2::Subnet", "subnet-b"),
            new ResourceRef("Vpc", "AWS::EC2::VPC", "vpc-1"),
            new ResourceRef(
                "PolicyParameter", "AWS::SSM::Parameter", "/driftmend/driftmend/policy"),
            new ResourceRef(
                "LoadBalancer",
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/driftmend/50dc6c495c0c9188")),
        List.of(),
        Map.of(),
        Map.of(),
        Map.of("AlertTopicArn", TOPIC));
  }

  private Preflight look(@Nullable StackSnapshot snapshot, boolean first, String... given) {
    account.free.putIfAbsent("subnet-a", 240);
    account.free.putIfAbsent("subnet-b", 240);
    var settings = new Settings(Defaults.of(template), deployed, pairs(given), first);
    return Doctor.look(new Visit(account, account.who, stack, snapshot, template, settings));
  }

  private static Map<String, String> pairs(String... given) {
    var pairs = new HashMap<String, String>();
    for (var one : given) {
      pairs.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
    }
    return pairs;
  }

  private static Check check(Preflight preflight, String name) {
    return preflight.checks().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no check " + name));
  }

  private static void assertToFix(Preflight preflight, String name, String what, String mend) {
    var check = check(preflight, name);
    assertThat(check.state()).as(check.what()).isEqualTo(State.MEND);
    assertThat(check.what()).contains(what);
    assertThat(check.mend()).first().asString().contains(mend);
    assertThat(preflight.fine()).isFalse();
    var others =
        preflight.checks().stream().filter(c -> c.state() == State.MEND).map(Check::name).toList();
    assertThat(others).containsExactly(name);
  }

  private static State state(Preflight preflight, String name) {
    return check(preflight, name).state();
  }

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

  @Test
  void theImageFitsTheInstanceTypesArchitecture() {
    var found = first("InstanceType=t3.micro");
    assertThat(found.parameters()).containsEntry("ImageId", InMemoryAccount.X86);
    assertThat(state(found, "image")).isEqualTo(State.FINE);
    assertToFix(
        first("InstanceType=t3.micro", "ImageId=" + InMemoryAccount.ARM),
        "image",
        "which t3.micro is not",
        "ImageId=" + InMemoryAccount.X86);
    assertToFix(
        later("InstanceType=t3.micro"), "image", "is arm64", "ImageId=" + InMemoryAccount.X86);
  }

  @Test
  void anImageOfAnotherRegionIsNotThere() {
    assertToFix(
        first("ImageId=ami-11111111"),
        "image",
        "no image ami-11111111",
        "ImageId=" + InMemoryAccount.ARM);
  }

  @Test
  void aRegionWithoutThePublicParameterNeedsAnImageByHand() {
    account.images.clear();
    assertToFix(first(), "image", "no public parameter", "describe-images");
  }

  @Test
  void anUnknownInstanceTypeIsNamed() {
    var found = first("InstanceType=t9.huge");
    assertToFix(found, "zones", "t9.huge", "InstanceType=");
    assertThat(state(found, "image")).isEqualTo(State.UNKNOWN);
  }

  @Test
  void zonesAreThoseThatHaveTheInstanceType() {
    account.zonesWith.put("t4g.micro", Set.of("us-east-1b", "us-east-1c"));
    assertThat(first().parameters())
        .containsEntry("ZoneA", "us-east-1b")
        .containsEntry("ZoneB", "us-east-1c");
    account.zonesWith.put("t4g.micro", Set.of("us-east-1c"));
    assertThat(first().parameters())
        .as("the other one is the load balancer's alone")
        .containsEntry("ZoneA", "us-east-1c")
        .containsEntry("ZoneB", "us-east-1a");
    assertToFix(
        first("ZoneA=us-east-1a", "ZoneB=us-east-1c"),
        "zones",
        "us-east-1a has no t4g.micro",
        "ZoneA=us-east-1c ZoneB=us-east-1a");
  }

  @Test
  void whereNoZoneHasTheTypeAnotherTypeIsOffered() {
    account.zonesWith.put("t4g.micro", Set.of());
    assertToFix(first(), "zones", "no zone of us-east-1 has t4g.micro", "InstanceType=t3.micro");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ZoneB=us-east-1a", "ZoneB=us-east-1z", "ZoneB="})
  void twoZonesThatAreNotTwoAreToBeFixed(String other) {
    assertToFix(first("ZoneA=us-east-1a", other), "zones", "", "ZoneA=us-east-1a ZoneB=us-east-1b");
  }

  @Test
  void aRegionOfOneZoneIsNotEnough() {
    account.zones = List.of("us-east-1a");
    assertToFix(first(), "zones", "[us-east-1a]", "--region");
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
  void theNatGatewayNeedsAnAddress() {
    account.elasticAddresses = new Usage(5, 5);
    assertToFix(first(), "elastic addresses", "5 of 5", "release-address");
    account.elasticAddresses = new Usage(4, 5);
    assertThat(state(first(), "elastic addresses")).isEqualTo(State.FINE);
  }

  @Test
  void theQuotaOfVpcsIsNotReadableSoFiveAreUnknownAndNotWrong() {
    account.vpcs = 4;
    assertThat(state(first(), "VPCs")).isEqualTo(State.FINE);
    account.vpcs = 5;
    var found = first();
    assertThat(state(found, "VPCs")).isEqualTo(State.UNKNOWN);
    assertThat(check(found, "VPCs").mend()).first().asString().contains("get-service-quota");
    assertThat(found.fine()).isTrue();
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

  @ParameterizedTest
  @CsvSource({
    "PublicSubnetACidr=10.20.0.0/28, too small",
    "PublicSubnetBCidr=10.30.1.0/24, not inside VpcCidr",
    "PrivateSubnetBCidr=10.20.1.128/25, overlaps PublicSubnetBCidr",
    "PrivateSubnetACidr=10.20.300.0/24, no range of addresses"
  })
  void rangesThatDoNotFitAreFixedByFourThatDo(String given, String what) {
    var found = first(given);
    assertToFix(found, "subnets", what, "PublicSubnetACidr=10.20.0.0/24");
    var mend = check(found, "subnets").mend().getFirst().split(" ");
    assertThat(state(first(Arrays.copyOfRange(mend, 1, mend.length)), "subnets"))
        .isEqualTo(State.FINE);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.0/25, 10.0.0.32/27", "10.0.0.0/26, 10.20.1.0/24"})
  void rangesOfASmallVpcAreOfferedInsideItIfTheyFit(String vpc, String second) {
    var found = first("VpcCidr=" + vpc);
    var mend = check(found, "subnets").mend().getFirst();
    assertThat(mend).contains("PublicSubnetBCidr=" + second);
    var parts = new ArrayList<>(List.of(mend.split(" ")));
    parts.removeFirst();
    if (!mend.contains("VpcCidr")) {
      parts.add("VpcCidr=" + vpc);
    }
    assertThat(state(first(parts.toArray(String[]::new)), "subnets")).isEqualTo(State.FINE);
  }

  @Test
  void aDeployedLoadBalancerNeedsFreeAddresses() {
    account.free.put("subnet-b", 7);
    assertToFix(later(), "subnets", "subnet-b has 7 free addresses", "describe-network-interfaces");
    account.free.put("subnet-b", 8);
    assertThat(state(later(), "subnets")).isEqualTo(State.FINE);
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
