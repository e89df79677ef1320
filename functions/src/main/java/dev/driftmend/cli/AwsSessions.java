package dev.driftmend.cli;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.HttpEndpoint;
import dev.driftmend.aws.guard.AwsAccount;
import dev.driftmend.aws.guard.AwsDrillGround;
import dev.driftmend.aws.guard.PauseSwitch;
import dev.driftmend.aws.guard.SsmPolicies;
import dev.driftmend.aws.ledger.DynamoLedger;
import dev.driftmend.aws.messaging.SnsAlerts;
import dev.driftmend.aws.messaging.SqsWorkQueue;
import dev.driftmend.aws.owner.AwsClaims;
import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.aws.resource.AwsLiveStates;
import dev.driftmend.aws.resource.CloudControlModels;
import dev.driftmend.aws.stack.CloudFormationTemplates;
import dev.driftmend.aws.stack.DriftChangeSets;
import dev.driftmend.diagnose.CauseLookup;
import dev.driftmend.diagnose.SceneReader;
import dev.driftmend.drift.ForeignMembers;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.Policies;
import dev.driftmend.port.Templates;
import dev.driftmend.reconcile.CachingTemplates;
import dev.driftmend.reconcile.Reconciler;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Sessions on AWS, with the default chain of credentials: the command line's only wiring. */
final class AwsSessions implements Session.Source {
  /** Nothing that plans uses the ledger or the topic, so a stack without a guard needs none. */
  private static final String NONE = "none";

  private final Map<String, String> environment;

  AwsSessions(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Session open(StackTarget target) {
    var clients = clients(target.region());
    try {
      return open(target, clients);
    } catch (RuntimeException e) {
      clients.close();
      throw e;
    }
  }

  /** The account and region alone, whether or not anything is deployed there. */
  Premises premises(Optional<String> region) {
    var clients = clients(region);
    return new Premises(new AwsAccount(clients), new CloudFormationTemplates(clients), clients);
  }

  private static Session open(StackTarget target, Clients clients) {
    var templates = new CachingTemplates(new CloudFormationTemplates(clients));
    var stack = Session.find(templates, target);
    var guard = Guard.find(templates, stack, target.guard());
    Policies policies =
        guard
            .<Policies>map(g -> new SsmPolicies(clients, g.policyParameter()))
            .orElse(Guard::absent);
    var ledger = new DynamoLedger(clients, guard.map(Guard::ledgerTable).orElse(NONE));
    var queue = new SqsWorkQueue(clients, guard.map(Guard::workQueue).orElse(NONE));
    var reconciler =
        new Reconciler(
            guard.map(Guard::stack).orElse(stack),
            templates,
            new AwsLiveStates(clients),
            new AwsClaims(
                clients,
                guard.map(Guard::reconcileFunction).orElse(NONE),
                new ForeignMembers(templates)::of,
                InstantSource.system()),
            policies,
            new AwsActuator(clients),
            ledger,
            new SnsAlerts(clients, guard.map(Guard::alertTopic).orElse(NONE)),
            InstantSource.system(),
            AwsSessions::pass);
    return new Session(
        stack,
        guard,
        templates,
        reconciler,
        pause(clients, guard),
        ledger,
        queue::send,
        new DriftChangeSets(clients, AwsSessions::pass),
        scenes(clients, guard.isPresent() ? ledger::open : unguarded -> List.of()),
        new Session.Drills(
            new AwsDrillGround(clients, () -> guardsSnapshot(templates, guard)),
            ledger,
            AwsSessions::pass),
        new CloudControlModels(clients),
        clients);
  }

  private static Optional<StackSnapshot> guardsSnapshot(
      Templates templates, Optional<Guard> guard) {
    return guard.flatMap(g -> templates.read(g.stack()));
  }

  /** The guard's open incidents say who is behind a drift, if there is a guard. */
  private static Session.Scenes scenes(
      Clients clients, Function<StackRef, List<Incident>> incidents) {
    var reader = new SceneReader(new AwsLiveStates(clients), new HttpEndpoint());
    return snapshot -> reader.read(snapshot, null, CauseLookup.of(snapshot.stack(), incidents));
  }

  private static void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before it was done", e);
    }
  }

  private static Session.Pause pause(Clients clients, Optional<Guard> guard) {
    var pauseSwitch = new PauseSwitch(clients, guard.map(Guard::policyParameter).orElse(NONE));
    return new Session.Pause() {
      @Override
      public void begin(String who, Instant since, String why) {
        pauseSwitch.pause(who, since, why);
      }

      @Override
      public boolean end() {
        return pauseSwitch.resume();
      }
    };
  }

  private Clients clients(Optional<String> region) {
    try {
      return Clients.ofDefaultChain(region.or(this::regionOfEnvironment), endpoint(), Main.VERSION);
    } catch (IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()), e);
    }
  }

  /** The one that a session takes if none is named. */
  Optional<String> region() {
    return regionOfEnvironment().or(Clients::regionOfProfile);
  }

  /** The SDK's own chain knows AWS_REGION and the profile, but not AWS_DEFAULT_REGION. */
  private Optional<String> regionOfEnvironment() {
    return set("AWS_REGION").or(() -> set("AWS_DEFAULT_REGION"));
  }

  private Optional<URI> endpoint() {
    return set("AWS_ENDPOINT_URL")
        .map(
            url -> {
              var uri = URI.create(url);
              if (uri.getHost() == null) {
                throw new IllegalArgumentException(
                    "AWS_ENDPOINT_URL is no URL with a host: " + url);
              }
              return uri;
            });
  }

  private Optional<String> set(String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
  }
}
