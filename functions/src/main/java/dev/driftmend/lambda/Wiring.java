package dev.driftmend.lambda;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Clients.Service;
import dev.driftmend.aws.guard.AwsGuardParts;
import dev.driftmend.aws.guard.SsmPolicies;
import dev.driftmend.aws.ledger.DynamoLedger;
import dev.driftmend.aws.ledger.DynamoStackIndex;
import dev.driftmend.aws.messaging.SnsAlerts;
import dev.driftmend.aws.messaging.SqsWorkQueue;
import dev.driftmend.aws.owner.AwsClaims;
import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.aws.resource.AwsLiveStates;
import dev.driftmend.aws.resource.elb.ElbTargetHealths;
import dev.driftmend.aws.stack.CloudFormationTemplates;
import dev.driftmend.diagnose.CauseLookup;
import dev.driftmend.diagnose.SceneReader;
import dev.driftmend.diagnose.Walk;
import dev.driftmend.drift.ForeignMembers;
import dev.driftmend.model.Version;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Policies;
import dev.driftmend.port.StackIndex;
import dev.driftmend.port.Templates;
import dev.driftmend.port.WorkQueue;
import dev.driftmend.probe.Diagnosing;
import dev.driftmend.probe.GuardWatch;
import dev.driftmend.probe.Prober;
import dev.driftmend.reconcile.CachingTemplates;
import dev.driftmend.reconcile.Reconciler;
import dev.driftmend.route.Router;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts the adapters together, in INIT, from the environment. The environment holds names of things
 * only: what changes behaviour is in the policy, which is read at every run.
 */
final class Wiring {
  /** Of the 50 seconds that Probe has. */
  private static final Duration WALKING = Duration.ofSeconds(15);

  private final Map<String, String> environment;
  private final Clients clients;
  private final Outside outside;
  private final StackRef guard;

  private Wiring(Map<String, String> environment, Clients clients, Outside outside) {
    this.environment = environment;
    this.clients = clients;
    this.outside = outside;
    this.guard = new StackRef(need("DRIFTMEND_STACK"));
  }

  private Wiring(InitPriming rehearsal) {
    this(rehearsal.environment(), rehearsal.clients(), Outside.rehearsed(rehearsal.time()));
  }

  record Reconciling(
      Reconciler reconciler, WorkQueue queue, ReconcileMetrics metrics, Outside outside) {}

  record Probing(
      StackRef guard,
      Prober prober,
      GuardWatch watch,
      Policies policies,
      Templates templates,
      StackIndex index,
      Outside outside) {}

  record Routing(Router router, StackRef guard, Outside outside) {}

  static Routing route() {
    return ready(
            "route",
            Wiring::rehearsingRoute,
            Service.DYNAMO_DB,
            Service.SQS,
            Service.CLOUD_FORMATION,
            Service.SSM)
        .routing();
  }

  static Reconciling reconcile() {
    return ready(
            "reconcile",
            Wiring::rehearsingReconcile,
            Service.CLOUD_FORMATION,
            Service.EC2,
            Service.ELB,
            Service.DYNAMO_DB,
            Service.SSM,
            Service.SNS,
            Service.EVENT_BRIDGE,
            Service.SQS)
        .reconciling();
  }

  static Probing probe() {
    return ready(
            "probe",
            Wiring::rehearsingProbe,
            Service.CLOUD_FORMATION,
            Service.ELB,
            Service.DYNAMO_DB,
            Service.SSM,
            Service.SNS,
            Service.EVENT_BRIDGE)
        .probing();
  }

  static RequestStreamHandler rehearsingRoute(InitPriming rehearsal) {
    return new RouteHandler(new Wiring(rehearsal).routing());
  }

  static RequestStreamHandler rehearsingReconcile(InitPriming rehearsal) {
    return new ReconcileHandler(new Wiring(rehearsal).reconciling());
  }

  static RequestStreamHandler rehearsingProbe(InitPriming rehearsal) {
    return new ProbeHandler(new Wiring(rehearsal).probing());
  }

  /**
   * The real parts, after everything was done once: the first real event finds classes loaded and
   * the HTTP client with its trust store and a handshake behind it.
   */
  private static Wiring ready(
      String name, Function<InitPriming, RequestStreamHandler> rehearsing, Service... services) {
    JsonLines.use();
    var environment = System.getenv();
    var clients =
        Clients.inLambda(
            need(environment, "AWS_REGION"),
            Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")).map(URI::create),
            Version.TEXT);
    var wiring = new Wiring(environment, clients, Outside.real());
    var snapshot = "snap-start".equals(environment.get("AWS_LAMBDA_INITIALIZATION_TYPE"));
    clients.greetingWhile(
        snapshot,
        () -> {
          clients.build(services);
          InitPriming.attempt(name, rehearsing, snapshot);
        });
    return wiring;
  }

  private Routing routing() {
    var router = new Router(guard, index(), templates(), policies(), queue());
    return new Routing(router, guard, outside);
  }

  private Reconciling reconciling() {
    var templates = new CachingTemplates(templates());
    var reconciler =
        new Reconciler(
            guard,
            templates,
            new AwsLiveStates(clients),
            new AwsClaims(
                clients,
                need("AWS_LAMBDA_FUNCTION_NAME"),
                new ForeignMembers(templates)::of,
                outside.clock()),
            policies(),
            new AwsActuator(clients),
            ledger(),
            alerts(),
            outside.clock(),
            outside.waits());
    return new Reconciling(
        reconciler,
        queue(),
        new ReconcileMetrics(guard.name(), clients::takeCalls, outside.metrics()),
        outside);
  }

  private Probing probing() {
    var templates = templates();
    var prober =
        new Prober(
            templates,
            outside.endpoint(),
            new ElbTargetHealths(clients),
            ledger(),
            alerts(),
            diagnosing(),
            WALKING,
            outside.clock());
    var watch =
        new GuardWatch(
            templates, new AwsGuardParts(clients), policies(), ledger(), alerts(), outside.clock());
    return new Probing(guard, prober, watch, policies(), templates, index(), outside);
  }

  private Diagnosing diagnosing() {
    var reader = new SceneReader(new AwsLiveStates(clients), outside.endpoint());
    var ledger = ledger();
    return (snapshot, asked) ->
        Walk.of(reader.read(snapshot, asked, CauseLookup.of(snapshot.stack(), ledger::open)));
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

  private StackIndex index() {
    return new DynamoStackIndex(clients, need("DRIFTMEND_LEDGER"));
  }

  private SnsAlerts alerts() {
    return new SnsAlerts(clients, need("DRIFTMEND_ALERT_TOPIC"));
  }

  private WorkQueue queue() {
    return new SqsWorkQueue(clients, need("DRIFTMEND_QUEUE_URL"));
  }

  private String need(String name) {
    return need(environment, name);
  }

  private static String need(Map<String, String> environment, String name) {
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
