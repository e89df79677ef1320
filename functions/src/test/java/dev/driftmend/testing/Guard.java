package dev.driftmend.testing;

import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Claims;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.reconcile.CachingTemplates;
import dev.driftmend.reconcile.Reconciler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The reconciler over a {@link World}, with a clock that stands until it is moved. */
public final class Guard implements Claims {
  public static final String SHOP =
      """
      Resources:
        Private:
          Type: AWS::EC2::Subnet
          Properties: {CidrBlock: 10.0.0.0/24}
        BalancerGroup:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: Clients to the load balancer
            SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
            SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 5000, ToPort: 5000, DestinationSecurityGroupId: !Ref WebGroup}]
        WebGroup:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: Load balancer to the application
            SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]
        WebIngress:
          Type: AWS::EC2::SecurityGroupIngress
          Properties:
            GroupId: !Ref WebGroup
            IpProtocol: tcp
            FromPort: 5000
            ToPort: 5000
            SourceSecurityGroupId: !Ref BalancerGroup
        Targets:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties:
            Port: 5000
            HealthCheckPath: /health
            Targets: [{Id: !Ref Web}]
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {SecurityGroups: [!Ref BalancerGroup]}
        Http:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Balancer
            Port: 80
            Protocol: HTTP
            DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
        Web:
          Type: AWS::EC2::Instance
          Properties: {SubnetId: !Ref Private, SecurityGroupIds: [!Ref WebGroup]}
      """;
  public static final String FROM_BALANCER = "ingress tcp 5000 from sg-balancergroup";

  /** The title of the incident that its loss is. */
  public static final String LOST_FROM_BALANCER =
      "WebGroup: lost: ingress tcp 5000 from BalancerGroup";

  public static final String FROM_WORLD = "ingress tcp 5000 from 0.0.0.0/0";

  /** The stack of a guard that guards others, too. */
  public static final StackRef OWN =
      new StackRef(
          "arn:aws:cloudformation:eu-west-1:111122223333:stack/driftmend/"
              + "6a7b8c90-2222-11ee-9a3b-0a1b2c3d4e5f");

  public final World world;
  public final Calls calls;
  public final InMemoryLedger ledger = new InMemoryLedger();
  public final RecordingAlerts alerts;
  public final FixedPolicies policies = new FixedPolicies();
  public final List<Duration> waited = new ArrayList<>();

  /** What is asked for is this one's: by the key of what is extra, else by its resource's id. */
  public final Map<String, Owner> owners = new HashMap<>();

  /** What was asked, likewise. */
  public final Map<String, Question> questions = new ConcurrentHashMap<>();

  /** Whoever is asked whose something is does not answer now. */
  public boolean throttled;

  /** Of these it cannot be asked now, likewise. */
  public final Set<String> busy = new HashSet<>();

  public final Map<String, Cause> history = new HashMap<>();

  private final Reconciler reconciler;
  private Instant now = Deployed.UPDATED.plus(Duration.ofDays(3));
  private int events;

  public Guard() {
    this(SHOP);
  }

  public Guard(String template) {
    this(template, Deployed.STACK);
  }

  /** A guard whose own stack is another one: what is deployed here is a guarded one of several. */
  public static Guard ofAnother(String template) {
    var guard = new Guard(template, OWN);
    guard.policy(Policy.Mode.REPAIR);
    return guard;
  }

  private Guard(String template, StackRef own) {
    world = World.of(template);
    calls = world.calls;
    alerts = new RecordingAlerts(calls);
    reconciler =
        new Reconciler(
            own,
            new CachingTemplates(world),
            world,
            this,
            policies,
            world,
            ledger,
            alerts,
            () -> now,
            waited::add);
  }

  public Outcome run() {
    return run("Sweep", Cause.Origin.SWEEP, null);
  }

  /** As after an API call that somebody made ten seconds ago, about all that there is. */
  public Outcome run(String call, String principal) {
    return run(call, principal, world.ids());
  }

  /** The same, about what has these ids. */
  public Outcome run(String call, String principal, Set<String> ids) {
    var caller = new Caller(principal, "203.0.113.7", "aws-cli", null);
    return run(call, Cause.Origin.API_CALL, caller, ids);
  }

  /** The same, where an AWS service called with the permissions of the principal. */
  public Outcome run(String call, String principal, String service) {
    return run(
        call, Cause.Origin.API_CALL, new Caller(principal, service, service, service), world.ids());
  }

  /** As after the probe found the endpoint failing. */
  public Outcome runBecauseTheEndpointFails() {
    return run("the endpoint fails", Cause.Origin.HEALTH, null);
  }

  /** As the command line does. */
  public Outcome runByHand() {
    return run("apply", Cause.Origin.CLI, null);
  }

  /** The probe opens an incident of the endpoint. */
  public void fails(Instant since) {
    ledger.open(
        new Incident(
            Deployed.STACK,
            "0123456789abcdef",
            Incident.Kind.HEALTH,
            Incident.State.OPENED,
            Severity.CRITICAL,
            "probe/endpoint",
            "it does not answer",
            since,
            null,
            null,
            0),
        since);
  }

  private Outcome run(String event, Cause.Origin origin, @Nullable Caller caller) {
    return run(event, origin, caller, Set.of());
  }

  private Outcome run(String event, Cause.Origin origin, @Nullable Caller caller, Set<String> ids) {
    var cause =
        new Cause(origin, "event-" + ++events, event, now.minusSeconds(10), caller, Set.of(), ids);
    return reconciler.reconcile(List.of(new Trigger(Deployed.STACK, cause)), now);
  }

  /** A call that the event history has, made a minute ago. */
  public Cause made(String call, String principal) {
    return new Cause(
        Cause.Origin.API_CALL,
        "event-" + ++events,
        call,
        now.minusSeconds(60),
        new Caller(principal, "203.0.113.7", "aws-cli", null));
  }

  public Reconciler reconciler() {
    return reconciler;
  }

  public Instant now() {
    return now;
  }

  public void pass(Duration time) {
    now = now.plus(time);
  }

  public void policy(Policy.Mode mode, Policy.Rule... rules) {
    policies.set(
        new Policy(
            mode,
            WritePermission.GRANTED,
            List.of(Deployed.STACK.name()),
            List.of(rules),
            List.of()));
  }

  public void pause() {
    policies.set(
        new Policy(
            Policy.Mode.REPAIR,
            WritePermission.withheld("paused"),
            List.of(),
            List.of(),
            List.of()));
  }

  /** How many incidents the ledger has open. */
  public int open() {
    return ledger.open(Deployed.STACK).size();
  }

  public List<Drift> drifts() {
    return reconciler.plan(Deployed.STACK).orElseThrow().findings().stream()
        .map(f -> f.drift())
        .toList();
  }

  /** What was alerted since, each alert as its state and title. */
  public List<String> alerted() {
    var since = alerts.alerted();
    alerts.forget();
    return since;
  }

  public Alert only() {
    if (alerts.raised().size() != 1) {
      throw new AssertionError("one alert expected, not " + alerts.alerted());
    }
    return alerts.last();
  }

  @Override
  public Claim claim(Question question) {
    var drift = question.finding().drift();
    var asked = drift instanceof Drift.Extra e ? e.item().key() : drift.resource().physicalId();
    questions.put(asked, question);
    if (throttled || busy.contains(asked)) {
      throw new TransientFailure("cloudtrail:LookupEvents", new IllegalStateException("slower"));
    }
    var cause =
        question.knownCall() == null
            ? history.get(drift.resource().physicalId())
            : question.knownCall();
    var owner = owners.getOrDefault(asked, Owner.NOBODY);
    var unknown = owner instanceof Owner.Unknown || owner instanceof Owner.Undecided;
    return new Claim(
        question.remembered() != null && unknown ? question.remembered().owner() : owner, cause);
  }
}
