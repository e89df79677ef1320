package dev.driftmend.aws.owner;

import static dev.driftmend.aws.ClaimAnswers.resource;
import static dev.driftmend.aws.ClaimAnswers.stack;
import static dev.driftmend.aws.Stacks.SHOP;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.ClaimAnswers;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.Claims;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The account and its history, as they answer, for the tests of {@link AwsClaims}. */
abstract class ClaimScenes {
  static final String BLOG =
      "arn:aws:cloudformation:eu-west-1:111122223333:stack/blog/"
          + "6f6a3c30-1111-11ee-9a3b-0a1b2c3d4e5f";
  static final ResourceRef GROUP = new ResourceRef("Web", "AWS::EC2::SecurityGroup", "sg-0web");
  static final ResourceRef TABLE = new ResourceRef("Table", "AWS::EC2::RouteTable", "rtb-1");
  static final String RULE = "ingress tcp 5000 from 0.0.0.0/0";
  static final String PRIVATE = "ingress tcp 5000 from 10.0.7.0/24";
  static final String MADE =
      "sgr-1\",\"isEgress\":false,\"ipProtocol\":\"tcp\",\"fromPort\":443,\"toPort\":443,"
          + "\"cidrIpv4\":\"0.0.0.0/0";
  static final ResourceRef WEB = new ResourceRef("Web", "AWS::EC2::Instance", "i-1");
  static final String LINKED =
      "arn:aws:iam::111122223333:role/aws-service-role/fms.amazonaws.com/AWSServiceRoleForFMS";
  static final Set<String> OPEN_TO_BLOG = Set.of("sg-0web", "acl-1", "web-role");
  static final Instant SINCE = Instant.parse("2026-02-01T10:00:00Z");
  static final Policy POLICY =
      new Policy(
          Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), List.of(":role/eks-"));

  final ClaimAnswers answers = new ClaimAnswers();
  final Canned wire = answers.wire();
  final Set<String> declaredByBlog = new HashSet<>();
  final AwsClaims claims =
      new AwsClaims(
          wire.clients(),
          "driftmend-reconcile",
          (stack, resource) ->
              stack.id().equals(BLOG) && OPEN_TO_BLOG.contains(resource.physicalId())
                  ? declaredByBlog
                  : Set.of(),
          this::later);

  Instant now = Instant.parse("2026-03-01T10:00:00Z");

  /** So late that nothing that was listed before counts any more. */
  Instant later() {
    now = now.plus(Duration.ofMinutes(1));
    return now;
  }

  /** The same policy as it is read by another run. */
  static Policy again() {
    return new Policy(
        Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), POLICY.controllers());
  }

  static Drift extra(ResourceRef resource, String property, Item item) {
    return new Drift.Extra(resource, property, item);
  }

  static Owner owner(
      AwsClaims claims,
      ResourceRef resource,
      Item extra,
      Policy policy,
      @Nullable Cause knownCall) {
    var property = extra.key().startsWith("sg-") ? "SecurityGroups" : "Ingress";
    return claims
        .claim(question(new Drift.Extra(resource, property, extra), null, policy, knownCall))
        .owner();
  }

  static Claims.Question question(
      Drift drift, @Nullable Observed live, Policy policy, @Nullable Cause knownCall) {
    var finding = new Finding(drift, Exposure.LATENT, "open", Severity.HIGH);
    return new Claims.Question(SHOP, finding, live, policy, knownCall, SINCE, null);
  }

  static Item item(String key, @Nullable String handle) {
    return new Item(key, Item.of("").fields(), handle);
  }
}
