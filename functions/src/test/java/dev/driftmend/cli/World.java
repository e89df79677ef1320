package dev.driftmend.cli;

import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.Adoption;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.StackState;
import dev.driftmend.port.Actuator;
import dev.driftmend.port.ChangeSets;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.DrillGround;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.Models;
import dev.driftmend.port.Templates;
import dev.driftmend.reconcile.CachingTemplates;
import dev.driftmend.reconcile.Reconciler;
import dev.driftmend.testing.InMemoryAccount;
import dev.driftmend.testing.InMemoryLedger;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An account with one stack of one security group, and a guard: the ports in memory. */
final class World implements Session.Source {
  static final Instant NOW = Instant.parse("2026-03-01T02:14:08Z");
  static final StackRef SHOP =
      new StackRef("arn:aws:cloudformation:us-east-1:111122223333:stack/shop/0a1b2c3d");
  static final StackRef DRIFTMEND =
      new StackRef("arn:aws:cloudformation:us-east-1:111122223333:stack/driftmend/4e5f6071");
  static final String WANTED = "ingress tcp 443 from 192.0.2.0/24";
  static final String OPENED = "ingress tcp 5000 from 0.0.0.0/0";

  private static final String TEMPLATE =
      """
      Resources:
        WebSecurityGroup:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web
            SecurityGroupIngress:
              - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 192.0.2.0/24}
      """;

  private static final String QUEUES =
      """
        Jobs:
          Type: AWS::SQS::Queue
          Properties: {VisibilityTimeout: 30, KmsMasterKeyId: alias/jobs}
        Policy:
          Type: AWS::SQS::QueuePolicy
          Properties: {Queues: [!Ref Jobs], PolicyDocument: {Statement: []}}
      """;

  /** Of resources of any type, by identifier; the template has them once there is one. */
  final Map<String, Models.Answer> models = new TreeMap<>();

  final Map<String, Item> ingress = new TreeMap<>(Map.of(WANTED, rule(WANTED)));
  final List<Step.Call> called = new ArrayList<>();
  final List<Alert> alerts = new ArrayList<>();
  final List<String> pauses = new ArrayList<>();
  final InMemoryLedger ledger = new InMemoryLedger();
  String status = "UPDATE_COMPLETE";
  Policy policy =
      new Policy(
          Policy.Mode.REPAIR, WritePermission.GRANTED, List.of("shop"), List.of(), List.of());
  Actuator actuator = this::change;
  final List<Trigger> woken = new ArrayList<>();
  Consumer<Trigger> wake = woken::add;
  Session.Scenes scenes =
      snapshot -> {
        throw new UnsupportedOperationException("nothing is diagnosed here");
      };
  final RecordingChangeSets changeSets = new RecordingChangeSets();
  final InMemoryAccount account = new InMemoryAccount();

  /** The security groups of both stacks. */
  final List<ResourceRef> groups =
      new ArrayList<>(
          List.of(new ResourceRef("WebSecurityGroup", "AWS::EC2::SecurityGroup", "sg-0aaa1111")));

  DrillGround drillGround = new FakeDrillGround();
  boolean guarded = true;
  boolean closed;
  @Nullable RuntimeException failure;
  @Nullable RuntimeException ledgerFailure;

  World() {
    ledger.adopt(SHOP, new Adoption(NOW.minusSeconds(600), Adoption.EMPTY_PLAN));
  }

  static Item rule(String key) {
    return new Item(key, new TreeMap<>(), "sgr-" + key.hashCode());
  }

  void open(String key) {
    ingress.put(key, rule(key));
  }

  @Override
  public Session open(StackTarget target) {
    if (failure != null) {
      throw failure;
    }
    var templates = new Stacks();
    var stack = Session.find(templates, target);
    var guard = Guard.find(templates, stack, target.guard());
    var reconciler =
        new Reconciler(
            guard.map(Guard::stack).orElse(stack),
            new CachingTemplates(templates),
            new Groups(),
            question -> new Claim(Owner.NOBODY, question.knownCall()),
            () -> guard.isPresent() ? policy : Guard.absent(),
            call -> actuator.execute(call),
            ledger(guard),
            alerts::add,
            InstantSource.fixed(NOW),
            time -> {});
    return new Session(
        stack,
        guard,
        templates,
        reconciler,
        new Pauses(),
        ledger,
        trigger -> wake.accept(trigger),
        changeSets,
        snapshot -> scenes.read(snapshot),
        new Session.Drills(drillGround, ledger, time -> {}),
        (type, id) -> models.getOrDefault(id, new Models.Answer.NotFound()),
        () -> closed = true);
  }

  /** Where there is no guard, there is no table that could be asked. */
  private Ledger ledger(Optional<Guard> guard) {
    var fails =
        guard.isPresent()
            ? ledgerFailure
            : new DeniedFailure("dynamodb:Query", new IllegalStateException("no such table"));
    return fails == null
        ? ledger
        : (Ledger)
            Proxy.newProxyInstance(
                Ledger.class.getClassLoader(),
                new Class<?>[] {Ledger.class},
                (proxy, method, arguments) -> {
                  throw fails;
                });
  }

  /** The account alone. */
  Premises premises(Optional<String> region) {
    if (failure != null) {
      throw failure;
    }
    return new Premises(account, new Stacks(), () -> closed = true);
  }

  private Result change(Step.Call call) {
    called.add(call);
    switch (call.operation()) {
      case "RevokeSecurityGroupIngress" -> {
        var ids = call.arguments().getOrDefault("ruleIds", List.of());
        ingress.values().removeIf(i -> ids.contains(String.valueOf(i.handle())));
      }
      case "AuthorizeSecurityGroupIngress" -> open(call.argument("rule"));
      default -> throw new IllegalStateException(call.operation());
    }
    return new Result.Done();
  }

  private final class Stacks implements Templates {
    @Override
    public Optional<StackState> state(StackRef stack) {
      return Optional.of(new StackState(status, NOW.minusSeconds(600)));
    }

    @Override
    public Optional<StackRef> find(String name) {
      return switch (name) {
        case "shop" -> Optional.of(SHOP);
        case "driftmend" -> guarded ? Optional.of(DRIFTMEND) : Optional.empty();
        default -> Optional.empty();
      };
    }

    @Override
    public Optional<StackSnapshot> read(StackRef stack) {
      var resources = new ArrayList<>(groups);
      if (!models.isEmpty()) {
        resources.add(new ResourceRef("Jobs", "AWS::SQS::Queue", "jobs"));
        resources.add(new ResourceRef("Policy", "AWS::SQS::QueuePolicy", "jobs-policy"));
      }
      resources.add(new ResourceRef("ReconcileFunction", "AWS::Lambda::Function", "reconcile"));
      return Optional.of(
          new StackSnapshot(
              stack,
              status,
              NOW.minusSeconds(600),
              models.isEmpty() ? TEMPLATE : TEMPLATE + QUEUES,
              Map.of(),
              resources,
              List.of(),
              Map.of(),
              Map.of(),
              stack.equals(DRIFTMEND)
                  ? Map.of(
                      "PolicyParameter", "/driftmend/policy",
                      "LedgerTable", "driftmend-ledger",
                      "WorkQueueUrl", "https://sqs.us-east-1.amazonaws.com/111122223333/work.fifo",
                      "AlertTopicArn", "arn:aws:sns:us-east-1:111122223333:driftmend-alerts")
                  : Map.of()));
    }
  }

  private final class Groups implements LiveStates {
    @Override
    public Map<String, Observed> destinations(StackRef stack, Set<String> ids) {
      return Map.of();
    }

    @Override
    public Live read(Desired desired) {
      return read(desired, desired.resources());
    }

    @Override
    public Live read(Desired desired, Collection<Resource> only) {
      var found = new HashMap<String, Observed>();
      for (var resource : only) {
        var properties = new LinkedHashMap<String, Property>();
        properties.put(SecurityGroup.INGRESS, Property.Members.of(List.copyOf(ingress.values())));
        properties.put(
            SecurityGroup.EGRESS, Property.Members.of(List.of(rule("egress all to 0.0.0.0/0"))));
        found.put(resource.ref().logicalId(), new Observed.Found(properties));
      }
      return new Live(desired.stack(), found);
    }

    @Override
    public Network network(Ask ask) {
      return Network.EMPTY;
    }
  }

  /** CloudFormation's change sets, with whatever the test has it say. */
  static final class RecordingChangeSets implements ChangeSets {
    final List<String> done = new ArrayList<>();
    Made made = new Made.Changes(List.of("Modify WebSecurityGroup"));
    Optional<String> failure = Optional.empty();
    Runnable executed = () -> {};

    @Override
    public Made create(StackRef stack, String name) {
      done.add("create " + name);
      return made;
    }

    @Override
    public Optional<String> execute(StackRef stack, String name) {
      done.add("execute " + name);
      executed.run();
      return failure;
    }

    @Override
    public void delete(StackRef stack, String name) {
      done.add("delete " + name);
    }
  }

  private final class Pauses implements Session.Pause {
    @Override
    public void begin(String who, Instant since, String why) {
      pauses.add(who + " " + since + " " + why);
      pauses.add("paused");
    }

    @Override
    public boolean end() {
      return pauses.remove("paused");
    }
  }
}
