package dev.driftmend.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.incident.Preflight;
import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.model.incident.Preflight.State;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.template.undeployed.Defaults;
import dev.driftmend.testing.InMemoryAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A deployment and the account that it is made to. */
abstract class DoctorScenes {
  static final String TOPIC = "arn:aws:sns:us-east-1:111122223333:driftmend-alerts";
  static final StackRef STACK =
      new StackRef("arn:aws:cloudformation:us-east-1:111122223333:stack/driftmend/0a1b2c3d");

  final InMemoryAccount account = new InMemoryAccount();
  final String template = template();
  final Map<String, String> deployed = new HashMap<>();
  String stack = "driftmend";
  String status = "CREATE_COMPLETE";

  static String template() {
    try {
      return Files.readString(Path.of("template.yaml"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Of a first deployment. */
  Preflight first(String... given) {
    return look(null, true, given);
  }

  /** Of a stack that was deployed with {@link #deployed} beside the defaults. */
  Preflight later(String... given) {
    var values = new HashMap<>(Defaults.of(template));
    values.put("ImageId", InMemoryAccount.ARM);
    values.putAll(deployed);
    deployed.putAll(values);
    return look(snapshot(values), false, given);
  }

  StackSnapshot snapshot(Map<String, String> values) {
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

  Preflight look(@Nullable StackSnapshot snapshot, boolean first, String... given) {
    account.free.putIfAbsent("subnet-a", 240);
    account.free.putIfAbsent("subnet-b", 240);
    var settings = new Settings(Defaults.of(template), deployed, pairs(given), first);
    return Doctor.look(new Visit(account, account.who, stack, snapshot, template, settings));
  }

  static Map<String, String> pairs(String... given) {
    var pairs = new HashMap<String, String>();
    for (var one : given) {
      pairs.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
    }
    return pairs;
  }

  static Check check(Preflight preflight, String name) {
    return preflight.checks().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no check " + name));
  }

  static void assertToFix(Preflight preflight, String name, String what, String mend) {
    var check = check(preflight, name);
    assertThat(check.state()).as(check.what()).isEqualTo(State.MEND);
    assertThat(check.what()).contains(what);
    assertThat(check.mend()).first().asString().contains(mend);
    assertThat(preflight.fine()).isFalse();
    var others =
        preflight.checks().stream().filter(c -> c.state() == State.MEND).map(Check::name).toList();
    assertThat(others).containsExactly(name);
  }

  static State state(Preflight preflight, String name) {
    return check(preflight, name).state();
  }
}
