package dev.driftmend.lambda;

import dev.driftmend.aws.AwsActuator;
import dev.driftmend.aws.AwsClaims;
import dev.driftmend.aws.AwsGuardParts;
import dev.driftmend.aws.AwsLiveStates;
import dev.driftmend.aws.Clients;
import dev.driftmend.aws.Clients.Service;
import dev.driftmend.aws.CloudFormationTemplates;
import dev.driftmend.aws.CloudTrailHistory;
import dev.driftmend.aws.DynamoLedger;
import dev.driftmend.aws.DynamoStackIndex;
import dev.driftmend.aws.ElbTargetHealths;
import dev.driftmend.aws.HttpEndpoint;
import dev.driftmend.aws.SnsAlerts;
import dev.driftmend.aws.SqsWorkQueue;
import dev.driftmend.aws.SsmPolicies;
import dev.driftmend.diagnose.Behinds;
import dev.driftmend.diagnose.SceneReader;
import dev.driftmend.diagnose.Walk;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Version;
import dev.driftmend.port.Policies;
import dev.driftmend.port.Templates;
import dev.driftmend.port.WorkQueue;
import dev.driftmend.probe.Diagnosing;
import dev.driftmend.probe.GuardWatch;
import dev.driftmend.probe.Prober;
import dev.driftmend.reconcile.ForeignRules;
import dev.driftmend.reconcile.Reconciler;
import dev.driftmend.route.Router;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the adapters together, in INIT, from the environment. The environment holds names of things
 * only: what changes behaviour is in the policy, which is read at every run.
 */
final class Wiring {
  /** Of the 50 seconds that Probe has. */
  private static final Duration WALKING = Duration.ofSeconds(15);

  private final Map<String, String> environment;
  private final Clients clients;
  private final StackRef guard;

  private Wiring(Map<String, String> environment) {
    this.environment = environment;
    this.clients =
        Clients.inLambda(
            need("AWS_REGION"),
            Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")).map(URI::create),
            Version.TEXT);
    this.guard = new StackRef(need("DRIFTMEND_STACK"));
  }

  record Reconciling(Reconciler reconciler, WorkQueue queue, ReconcileMetrics metrics) {}

  record Probing(
      StackRef guard, Prober prober, GuardWatch watch, Policies policies, Templates templates) {}

  record Routing(Router router, StackRef guard) {}

  static Routing route() {
    var wiring = new Wiring(System.getenv());
    wiring.clients.build(Service.DYNAMO_DB, Service.SQS, Service.CLOUD_FORMATION, Service.SSM);
    wiring.prime();
    var router =
        new Router(
            wiring.guard,
            new DynamoStackIndex(wiring.clients, wiring.need("DRIFTMEND_LEDGER")),
            wiring.templates(),
            wiring.policies(),
            wiring.queue());
    return new Routing(router, wiring.guard);
  }

  static Reconciling reconcile() {
    var wiring = new Wiring(System.getenv());
    var clients = wiring.clients;
    clients.build(
        Service.CLOUD_FORMATION,
        Service.EC2,
        Service.ELB,
        Service.DYNAMO_DB,
        Service.SSM,
        Service.SNS,
        Service.EVENT_BRIDGE,
        Service.SQS);
    wiring.prime();
    var templates = wiring.templates();
    var reconciler =
        new Reconciler(
            wiring.guard,
            templates,
            new AwsLiveStates(clients),
            new AwsClaims(clients, new ForeignRules(templates)::of, InstantSource.system()),
            wiring.policies(),
            new AwsActuator(clients),
            wiring.ledger(),
            wiring.alerts(),
            new CloudTrailHistory(clients, wiring.need("AWS_LAMBDA_FUNCTION_NAME")),
            InstantSource.system(),
            Wiring::pass);
    return new Reconciling(
        reconciler,
        wiring.queue(),
        new ReconcileMetrics(wiring.guard.name(), clients::takeCalls, System.out::println));
  }

  static Probing probe() {
    var wiring = new Wiring(System.getenv());
    var clients = wiring.clients;
    clients.build(
        Service.CLOUD_FORMATION,
        Service.ELB,
        Service.DYNAMO_DB,
        Service.SSM,
        Service.SNS,
        Service.EVENT_BRIDGE);
    wiring.prime();
    var templates = wiring.templates();
    var clock = InstantSource.system();
    var prober =
        new Prober(
            templates,
            new HttpEndpoint(),
            new ElbTargetHealths(clients),
            wiring.ledger(),
            wiring.alerts(),
            wiring.diagnosing(),
            WALKING,
            clock);
    var watch =
        new GuardWatch(
            templates,
            new AwsGuardParts(clients),
            wiring.policies(),
            wiring.ledger(),
            wiring.alerts(),
            clock);
    return new Probing(wiring.guard, prober, watch, wiring.policies(), templates);
  }

  private Diagnosing diagnosing() {
    var reader = new SceneReader(new AwsLiveStates(clients), new HttpEndpoint());
    var ledger = ledger();
    return (snapshot, asked) ->
        Walk.of(reader.read(snapshot, asked, Behinds.of(snapshot.stack(), ledger::open)));
  }

  /**
   * One read through the HTTP client while INIT runs at full speed, so that the first event does
   * not pay for it. It may fail (a function is made before its stack is complete), and that is
   * nobody's trouble.
   */
  private void prime() {
    try {
      clients.priming(() -> templates().state(guard));
    } catch (RuntimeException e) {
      System.err.println("Priming failed, the first event will be slower: " + e.getMessage());
    }
  }

  private Templates templates() {
    return new CloudFormationTemplates(clients);
  }

  private Policies policies() {
    return new SsmPolicies(clients, need("DRIFTMEND_POLICY"));
  }

  private DynamoLedger ledger() {
    return new DynamoLedger(clients, need("DRIFTMEND_LEDGER"));
  }

  private SnsAlerts alerts() {
    return new SnsAlerts(clients, need("DRIFTMEND_ALERT_TOPIC"));
  }

  private WorkQueue queue() {
    return new SqsWorkQueue(clients, need("DRIFTMEND_QUEUE_URL"));
  }

  private static void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String need(String name) {
    var value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException(
          "the environment variable "
              + name
              + " is missing: the function must be deployed by template.yaml");
    }
    return value;
  }
}
