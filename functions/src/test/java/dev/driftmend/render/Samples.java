package dev.driftmend.render;

import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.Hop;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.incident.Incident.State;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.ResourceNames;
import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.ResourceNames.Source;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One alert, plan and outcome of every sort that people and machines get to read. */
final class Samples {
  static final StackRef SHOP =
      new StackRef(
          "arn:aws:cloudformation:us-east-1:111122223333:stack/shop/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9");
  static final Instant CALLED = Instant.parse("2026-03-01T02:14:07Z");
  static final Instant OPENED = Instant.parse("2026-03-01T02:14:08.250Z");
  static final Instant RESOLVED = Instant.parse("2026-03-01T02:14:09.500Z");

  static final ResourceRef WEB_GROUP =
      new ResourceRef("WebSecurityGroup", "AWS::EC2::SecurityGroup", "sg-0aaa1111bbb22222c");
  static final ResourceRef TARGETS =
      new ResourceRef(
          "WebTargetGroup",
          "AWS::ElasticLoadBalancingV2::TargetGroup",
          "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/50dc6c495c0c9188");
  static final ResourceRef INSTANCE =
      new ResourceRef("WebInstance", "AWS::EC2::Instance", "i-0123456789abcdef0");

  static final ResourceRef BALANCER_GROUP =
      new ResourceRef("BalancerGroup", "AWS::EC2::SecurityGroup", "sg-0ddd3333eee44444f");
  static final ResourceRef LISTENER =
      new ResourceRef(
          "HttpListener",
          "AWS::ElasticLoadBalancingV2::Listener",
          "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/shop/0a1b2c3d4e5f6071/8293a4b5c6d7e8f9");
  private static final String GREEN =
      "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web-green/73e2d6bc24d8a067";
  static final ResourceNames NAMES =
      ResourceNames.of(
          List.of(WEB_GROUP, TARGETS, INSTANCE, BALANCER_GROUP, LISTENER),
          Map.of(
              "sg-0eee5555fff66666a", new Name("open-debug", Source.SERVICE),
              "i-0fedcba9876543210", new Name("web-2", Source.TAG)));

  static final Cause ALICE =
      new Cause(
          Cause.Origin.API_CALL,
          "7b8c9d0e-1111-4222-8333-444455556666",
          "AuthorizeSecurityGroupIngress",
          CALLED,
          new Caller(
              "arn:aws:sts::111122223333:assumed-role/Admin/alice",
              "203.0.113.7",
              "aws-cli/2.15.0 Python/3.11.6 Linux/6.1",
              null));

  static final Finding OPENED_PORT =
      new Finding(
          new Drift.Extra(WEB_GROUP, "Ingress", rule("ingress tcp 5000 from 0.0.0.0/0", "sgr-0e1")),
          Exposure.LATENT,
          "WebInstance has no public address",
          Severity.HIGH);
  static final Finding LOST_RULE =
      new Finding(
          new Drift.Missing(
              WEB_GROUP, "Ingress", rule("ingress tcp 5000 from sg-0ddd3333eee44444f", null)),
          Exposure.OUTAGE,
          "the load balancer cannot reach WebInstance on port 5000",
          Severity.CRITICAL);
  static final Finding HEALTH_PATH =
      new Finding(
          new Drift.Changed(TARGETS, "HealthCheckPath", null, null, "/health", "/", null),
          Exposure.DEGRADED,
          "health is checked at another path than the template gives",
          Severity.MEDIUM);
  static final Finding TERMINATED =
      new Finding(
          new Drift.Gone(INSTANCE),
          Exposure.OUTAGE,
          "no other target serves the load balancer",
          Severity.CRITICAL);
  static final Finding DENIED_READ =
      new Finding(
          new Drift.Unreadable(TARGETS, "*", "elasticloadbalancing:DescribeTargetHealth is denied"),
          Exposure.NONE,
          "",
          Severity.LOW);

  static final Finding MOVED =
      new Finding(
          new Drift.Changed(
              LISTENER,
              "DefaultActions",
              null,
              null,
              "forward to=" + TARGETS.physicalId(),
              "forward to=" + GREEN,
              null),
          Exposure.OUTAGE,
          "requests do not go where the template sends them",
          Severity.CRITICAL);
  static final Finding ATTACHED =
      new Finding(
          new Drift.Extra(
              INSTANCE, "SecurityGroupIds", Item.named("sg-0eee5555fff66666a", "open-debug")),
          Exposure.REACHABLE,
          "tcp 5000 reachable now at 198.51.100.20 (i-0123456789abcdef0) from the whole internet",
          Severity.CRITICAL);
  static final Finding REGISTERED =
      new Finding(
          new Drift.Extra(TARGETS, "Targets", Item.of("i-0fedcba9876543210:8080")),
          Exposure.DEGRADED,
          "a share of the requests goes to i-0fedcba9876543210:8080",
          Severity.MEDIUM);

  static final Step.Call MOVE_BACK =
      call(
          MOVED,
          Phase.CHANGE,
          "ModifyListener",
          Map.of(
              "listener",
              List.of(LISTENER.physicalId()),
              "actions",
              List.of("forward to=" + TARGETS.physicalId())),
          "set the listener to what the template declares");
  static final Step.Report DETACH =
      new Step.Report(
          List.of(ATTACHED.drift().fingerprint(SHOP)),
          INSTANCE,
          "the policy says to report it only",
          "once you are sure: aws ec2 modify-instance-attribute --instance-id i-0123456789abcdef0"
              + " --groups sg-0aaa1111bbb22222c");
  static final Step.Report DEREGISTER =
      new Step.Report(
          List.of(REGISTERED.drift().fingerprint(SHOP)),
          TARGETS,
          "no declared target is healthy, so this one may be all that serves",
          "once you are sure: aws elbv2 deregister-targets --target-group-arn "
              + TARGETS.physicalId()
              + " --targets Id=i-0fedcba9876543210,Port=8080");

  static final Step.Call REVOKE =
      call(
          OPENED_PORT,
          Phase.REMOVE,
          "RevokeSecurityGroupIngress",
          Map.of("group", List.of(WEB_GROUP.physicalId()), "ruleIds", List.of("sgr-0e1")),
          "nobody claims the rule and the template does not have it");
  static final Step.Call AUTHORIZE =
      call(
          LOST_RULE,
          Phase.RESTORE,
          "AuthorizeSecurityGroupIngress",
          Map.of(
              "group",
              List.of(WEB_GROUP.physicalId()),
              "rule",
              List.of("ingress tcp 5000 from sg-0ddd3333eee44444f")),
          "the template has the rule");
  static final Step.Call MODIFY =
      call(
          HEALTH_PATH,
          Phase.CHANGE,
          "ModifyTargetGroup",
          Map.of(
              "targetGroup", List.of(TARGETS.physicalId()), "HealthCheckPath", List.of("/health")),
          "the template says \"/health\"");
  static final Step.Report RECREATE =
      new Step.Report(
          List.of(TERMINATED.drift().fingerprint(SHOP)),
          INSTANCE,
          "an instance is never created outside of CloudFormation",
          "aws cloudformation create-change-set --stack-name shop --deployment-mode REVERT_DRIFT");

  private Samples() {}

  static Item rule(String key, @Nullable String handle) {
    return new Item(key, new TreeMap<>(), handle);
  }

  private static Step.Call call(
      Finding finding,
      Phase phase,
      String operation,
      Map<String, List<String>> arguments,
      String why) {
    return new Step.Call(
        List.of(finding.drift().fingerprint(SHOP)),
        phase,
        finding.drift().resource(),
        operation,
        arguments,
        why);
  }

  static Alert.Line line(Finding finding, Step step, Result result) {
    return new Alert.Line(finding, new StepResult(step, result));
  }

  static Incident drift(Finding finding, State state, @Nullable Cause cause) {
    return new Incident(
        SHOP,
        finding.drift().fingerprint(SHOP),
        Incident.Kind.DRIFT,
        state,
        finding.severity(),
        finding.drift().resource().logicalId(),
        finding.drift().resource().logicalId()
            + ": "
            + NAMES.among(List.of(finding.drift().what())).say(finding.drift().what()),
        OPENED,
        state == State.RESOLVED ? RESOLVED : null,
        cause,
        0);
  }

  static Incident other(Incident.Kind kind, State state, String subject, String title) {
    return new Incident(
        SHOP,
        "00112233445566ff",
        kind,
        state,
        Severity.CRITICAL,
        subject,
        title,
        OPENED,
        state == State.RESOLVED ? OPENED.plusSeconds(250) : null,
        null,
        0);
  }

  static final Diagnosis DIAGNOSIS =
      new Diagnosis(
          Diagnosis.Verdict.OUTAGE,
          "instance-group",
          List.of(
              new Hop("dns", Diagnosis.State.OK, List.of("the name resolves"), null, null, null),
              new Hop(
                  "instance-group",
                  Diagnosis.State.BROKEN,
                  List.of(
                      "tcp 5000 from the load balancer is not let in to WebInstance"
                          + " (i-0123456789abcdef0): WebSecurityGroup (sg-0abc) has no ingress"
                          + " rule"),
                  Diagnosis.Symptom.GATEWAY_TIMEOUT,
                  "let tcp 5000 in from LoadBalancerSecurityGroup to WebSecurityGroup",
                  new Diagnosis.Behind("drift of WebSecurityGroup: lost: ingress tcp 5000", ALICE)),
              new Hop(
                  "app",
                  Diagnosis.State.UNKNOWN,
                  List.of("nothing that got through tells whether the app answers"),
                  null,
                  null,
                  null),
              new Hop(
                  "world-open",
                  Diagnosis.State.BROKEN,
                  List.of("WebSecurityGroup lets the whole internet in: \u202e\u001b[31m"),
                  Diagnosis.Symptom.NONE,
                  "let in only what comes from the load balancer's group, on tcp 5000",
                  new Diagnosis.Behind("no drift: the stack's own template", null))),
          List.of("because of instance-group clients should see 504, and saw GET /: 502"),
          List.of(new Diagnosis.Advice("one-target", "WebInstance is the only target")));

  private static Alert alert(Incident incident, List<Alert.Line> lines, String next) {
    return new Alert(incident, lines, null, null, null, next, null, NAMES);
  }

  static Alert alert(String name) {
    return Objects.requireNonNull(alerts().get(name), name);
  }

  static Plan plan(String name) {
    return Objects.requireNonNull(plans().get(name), name);
  }

  static Outcome outcome(String name) {
    return Objects.requireNonNull(outcomes().get(name), name);
  }

  static Map<String, Alert> alerts() {
    var alerts = new LinkedHashMap<String, Alert>();
    alerts.put(
        "drift-fixed",
        new Alert(
            drift(OPENED_PORT, State.RESOLVED, ALICE),
            List.of(line(OPENED_PORT, REVOKE, new Result.Done())),
            Duration.ofMillis(2_500),
            Duration.ofMillis(1_250),
            Duration.ofMillis(2_500),
            "Nothing. If the port is meant to be open, put it into the template and deploy."));
    alerts.put(
        "drift-reported",
        alert(
            drift(TERMINATED, State.OPENED, null),
            List.of(line(TERMINATED, RECREATE, new Result.Planned(RECREATE.why()))),
            "Bring WebInstance back: " + RECREATE.remediation()));
    alerts.put(
        "drift-refused",
        alert(
            drift(LOST_RULE, State.OPENED, ALICE),
            List.of(
                line(
                    LOST_RULE,
                    AUTHORIZE,
                    new Result.Failed(
                        "ec2:AuthorizeSecurityGroupIngress was refused: not authorized"))),
            "Allow ec2:AuthorizeSecurityGroupIngress to the role of ReconcileFunction."));
    alerts.put(
        "drift-observed",
        alert(
            drift(OPENED_PORT, State.UPDATED, ALICE),
            List.of(line(OPENED_PORT, REVOKE, new Result.Planned("the policy's mode is observe"))),
            "Run driftmend apply --stack shop, or set the mode to repair."));
    alerts.put(
        "drift-undone-by-somebody",
        new Alert(
            drift(OPENED_PORT, State.RESOLVED, ALICE),
            List.of(new Alert.Line(OPENED_PORT, null)),
            null,
            null,
            Duration.ofMinutes(95),
            "Nothing."));
    alerts.put(
        "health-opened",
        alert(
            other(
                Incident.Kind.HEALTH,
                State.OPENED,
                "http://web.example.com/health",
                "GET /health answers 502 Bad Gateway"),
            List.of(),
            "Look at the app on WebInstance: its target is unhealthy (Target.Timeout)."));
    alerts.put(
        "health-diagnosed",
        new Alert(
            other(
                Incident.Kind.HEALTH,
                State.OPENED,
                "http://web.example.com/",
                "http://web.example.com does not answer as it should"),
            List.of(),
            null,
            null,
            null,
            "let tcp 5000 in from LoadBalancerSecurityGroup to WebSecurityGroup",
            DIAGNOSIS));
    alerts.put(
        "health-resolved",
        new Alert(
            other(
                Incident.Kind.HEALTH,
                State.RESOLVED,
                "http://web.example.com/health",
                "GET /health answers 200 again"),
            List.of(),
            null,
            null,
            Duration.ofSeconds(250),
            "Nothing."));
    alerts.put(
        "guard-opened",
        alert(
            other(
                Incident.Kind.GUARD,
                State.OPENED,
                "AlertTopic",
                "nobody is subscribed to the alert topic"),
            List.of(),
            "Confirm the subscription in the mail that SNS sent."));
    alerts.put(
        "drift-moved",
        new Alert(
            drift(MOVED, State.RESOLVED, ALICE),
            List.of(line(MOVED, MOVE_BACK, new Result.Done())),
            Duration.ofMillis(2_500),
            Duration.ofMillis(1_250),
            Duration.ofMillis(2_500),
            "Nothing.",
            null,
            NAMES));
    alerts.put(
        "drift-attached",
        alert(
            drift(ATTACHED, State.OPENED, ALICE),
            List.of(line(ATTACHED, DETACH, new Result.Planned(DETACH.why()))),
            DETACH.remediation()));
    alerts.put(
        "drift-registered",
        alert(
            drift(REGISTERED, State.OPENED, ALICE),
            List.of(line(REGISTERED, DEREGISTER, new Result.Planned(DEREGISTER.why()))),
            DEREGISTER.remediation()));
    alerts.put("drift-nasty", nasty());
    alerts.put("drift-many", many(120));
    return alerts;
  }

  static Alert nasty() {
    var evil =
        "\u001b[2J\u202egro.live\r\nProof\n  all is well\u2028\u0000\u007f \"quoted\" \\ Zoë 火";
    var finding =
        new Finding(
            new Drift.Changed(
                new ResourceRef("Web" + evil, "AWS::EC2::SecurityGroup", "sg-0\n"),
                "Ingress",
                "ingress tcp 22 from 198.51.100.0/24",
                "description",
                "office",
                evil,
                "sgr-0\n"),
            Exposure.NONE,
            evil,
            Severity.LOW);
    var step =
        new Step.Call(
            List.of(finding.drift().fingerprint(SHOP)),
            Phase.CHANGE,
            finding.drift().resource(),
            "UpdateSecurityGroupRuleDescriptionsIngress",
            Map.of("description", List.of(evil)),
            evil);
    var cause =
        new Cause(Cause.Origin.API_CALL, evil, evil, CALLED, new Caller(evil, evil, evil, evil));
    return alert(
        drift(finding, State.OPENED, cause),
        List.of(line(finding, step, new Result.Failed(evil))),
        evil);
  }

  /** So many rules that nobody wants, revoked by calls of 50; the last one reaches the internet. */
  static Alert many(int count) {
    var findings =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    new Finding(
                        new Drift.Extra(
                            WEB_GROUP,
                            "Ingress",
                            rule("ingress tcp " + (6000 + i) + " from 0.0.0.0/0", "sgr-" + i)),
                        i == count - 1 ? Exposure.REACHABLE : Exposure.LATENT,
                        i == count - 1 ? "WebInstance has 198.51.100.20" : "nothing listens there",
                        i == count - 1 ? Severity.CRITICAL : Severity.HIGH))
            .toList();
    var lines = new ArrayList<Alert.Line>();
    for (var start = 0; start < count; start += 50) {
      var batch = findings.subList(start, Math.min(count, start + 50));
      var step =
          new Step.Call(
              batch.stream().map(f -> f.drift().fingerprint(SHOP)).toList(),
              Phase.REMOVE,
              WEB_GROUP,
              "RevokeSecurityGroupIngress",
              Map.of(
                  "group",
                  List.of(WEB_GROUP.physicalId()),
                  "ruleIds",
                  batch.stream()
                      .map(f -> String.valueOf(((Drift.Extra) f.drift()).item().handle()))
                      .toList()),
              "nobody claims them");
      batch.forEach(f -> lines.add(line(f, step, new Result.Done())));
    }
    return new Alert(
        drift(findings.getLast(), State.RESOLVED, ALICE), lines, null, null, null, "Nothing.");
  }

  static Map<String, Plan> plans() {
    var notCovered =
        List.of(
            new NotCovered("WebInstance", "AWS::EC2::Instance", "UserData", "needs a new instance"),
            new NotCovered("Vpc", "AWS::EC2::VPC", "*", "the type is not guarded"),
            new NotCovered("Trail", "AWS::CloudTrail::Trail", "*", "the type is not guarded"),
            new NotCovered("SubnetA", "AWS::EC2::Subnet", "*", "the type is not guarded"),
            new NotCovered("SubnetB", "AWS::EC2::Subnet", "*", "the type is not guarded"),
            new NotCovered("Spare", "AWS::EC2::Instance", "*", "its condition is not known"));
    var plans = new LinkedHashMap<String, Plan>();
    plans.put("in-sync", new Plan(SHOP, WritePermission.GRANTED, List.of(), List.of(), notCovered));
    plans.put(
        "mixed",
        new Plan(
                SHOP,
                WritePermission.GRANTED,
                List.of(DENIED_READ, HEALTH_PATH, OPENED_PORT, TERMINATED, LOST_RULE),
                List.of(AUTHORIZE, MODIFY, REVOKE, RECREATE),
                notCovered)
            .named(NAMES));
    plans.put(
        "others",
        new Plan(
                SHOP,
                WritePermission.GRANTED,
                List.of(MOVED, ATTACHED, REGISTERED),
                List.of(MOVE_BACK, DETACH, DEREGISTER),
                List.of(
                    new NotCovered(
                        "WebSecurityGroup",
                        "AWS::EC2::SecurityGroup",
                        "Ingress",
                        "not in the template: ingress tcp 22 from sg-0eee5555fff66666a, and belongs"
                            + " to the stack arn:aws:cloudformation:us-east-1:111122223333:"
                            + "stack/bastion/1a2b3c4d-4e5f-6071-8293-a4b5c6d7e8f9")))
            .named(NAMES));
    plans.put(
        "stand-aside",
        new Plan(
            SHOP,
            WritePermission.withheld("the stack is UPDATE_IN_PROGRESS"),
            List.of(OPENED_PORT),
            List.of(REVOKE),
            List.of()));
    return plans;
  }

  static Map<String, Outcome> outcomes() {
    var plan = plan("mixed");
    var outcomes = new LinkedHashMap<String, Outcome>();
    outcomes.put(
        "partly",
        new Outcome(
            plan,
            List.of(
                new StepResult(AUTHORIZE, new Result.Done()),
                new StepResult(
                    MODIFY,
                    new Result.Failed("elasticloadbalancing:ModifyTargetGroup was refused")),
                new StepResult(REVOKE, new Result.Skipped("the stack began to change")),
                new StepResult(RECREATE, new Result.Planned(RECREATE.why()))),
            List.of(OPENED_PORT, TERMINATED, HEALTH_PATH, DENIED_READ),
            true));
    outcomes.put(
        "repaired",
        new Outcome(
            new Plan(
                SHOP, WritePermission.GRANTED, List.of(OPENED_PORT), List.of(REVOKE), List.of()),
            List.of(new StepResult(REVOKE, new Result.Done())),
            List.of(),
            true));
    return outcomes;
  }
}
