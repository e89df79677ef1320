package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.Caller;
import dev.driftmend.model.Cause;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Item;
import dev.driftmend.model.Policy;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Trigger;
import dev.driftmend.port.Claims.Claim;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose a member is by who told of it, before the account's history knows. */
class TellersTest {
  private static final StackRef STACK =
      new StackRef("arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/5f6a3c30-1111");
  private static final Drift EXTRA =
      new Drift.Extra(
          new ResourceRef("WebGroup", "AWS::EC2::SecurityGroup", "sg-0aaa"),
          "Ingress",
          Item.of("ingress tcp 5000 from 0.0.0.0/0"));
  private static final Policy POLICY =
      new Policy(Policy.Mode.REPAIR, null, List.of(), List.of(), List.of("role/lb-controller"));
  private static final String PERSON = "arn:aws:iam::111122223333:user/ann";

  @Test
  void whatAPersonMadeIsNobodysOnThatAccount() {
    assertThat(claim(call(PERSON, null))).isEmpty();
  }

  @Test
  void whatAServiceOrAControllerMadeIsTheirs() {
    assertThat(claim(call(PERSON, "cloudformation.amazonaws.com")))
        .get()
        .isInstanceOf(Claim.Claimed.class);
    assertThat(claim(call("arn:aws:iam::111122223333:role/lb-controller", null)))
        .get()
        .isInstanceOf(Claim.Claimed.class);
    assertThat(
            claim(
                call(
                    "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/ECS", null)))
        .get()
        .isInstanceOf(Claim.Claimed.class);
  }

  @Test
  void aPersonWhoCallsAtTheSameTimeLeavesItUndecided() {
    assertThat(
            claim(call(PERSON, null), call("arn:aws:iam::111122223333:role/lb-controller", null)))
        .get()
        .isInstanceOf(Claim.Undecided.class);
  }

  @Test
  void aCallThatCannotHaveMadeItSaysNothing() {
    var revoke = call("arn:aws:iam::111122223333:role/lb-controller", null, "DeleteTags");
    assertThat(claim(revoke)).isEmpty();
  }

  @Test
  void whatNobodyIsKnownToHaveMadeIsNobodysOnlyIfAPersonToldOfIt() {
    var unknown = new Claim.Unattributed("the history does not say");
    assertThat(Tellers.attribute(EXTRA, List.of(), unknown)).isEqualTo(unknown);
    assertThat(Tellers.attribute(EXTRA, List.of(call(PERSON, null)), unknown))
        .isEqualTo(new Claim.Unclaimed());
    var claimed = new Claim.Claimed("the stack blog");
    assertThat(Tellers.attribute(EXTRA, List.of(call(PERSON, null)), claimed)).isEqualTo(claimed);
  }

  @Test
  void ourOwnRepairThatComesBackIsNobodysDeed() {
    var own =
        new Caller(
            "arn:aws:iam::111122223333:role/guard", null, "aws-sdk-java/2 driftmend/0.1.0", null);
    var cause =
        new Cause(
            Cause.Origin.API_CALL,
            "e1",
            "AuthorizeSecurityGroupIngress",
            Instant.parse("2026-11-01T03:00:00Z"),
            own);
    assertThat(Attribution.told(EXTRA, List.of(new Trigger(STACK, cause)))).isEmpty();
  }

  private static Optional<Claim> claim(Trigger... triggers) {
    return Tellers.claim(EXTRA, List.of(triggers), POLICY);
  }

  private static Trigger call(String principal, @Nullable String invokedBy) {
    return call(principal, invokedBy, "AuthorizeSecurityGroupIngress");
  }

  private static Trigger call(String principal, @Nullable String invokedBy, String event) {
    var caller = new Caller(principal, "192.0.2.1", null, invokedBy);
    return new Trigger(
        STACK,
        new Cause(
            Cause.Origin.API_CALL,
            principal,
            event,
            Instant.parse("2026-11-01T03:00:00Z"),
            caller));
  }
}
