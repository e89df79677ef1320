package dev.driftmend.model.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.ResourceNames.Source;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceNamesTest {
  private static final String ELB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:";
  private static final String BLUE = ELB + "targetgroup/shop-blue/50dc6c495c0c9188";
  private static final String GREEN = ELB + "targetgroup/web-green/73e2d6bc24d8a067";
  private static final String BALANCER = ELB + "loadbalancer/app/shop/0a1b2c3d4e5f6071";
  private static final String STRANGER = "sg-0eee5555fff66666a";
  private static final String WORKER = "i-0fedcba9876543210";

  private static final ResourceNames ALL =
      ResourceNames.of(
          List.of(
              new ResourceRef("WebGroup", "AWS::EC2::SecurityGroup", "sg-0aaa1111bbb22222c"),
              new ResourceRef("Targets", "AWS::ElasticLoadBalancingV2::TargetGroup", BLUE),
              new ResourceRef("Balancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", BALANCER),
              new ResourceRef("Address", "AWS::EC2::EIP", "203.0.113.9"),
              new ResourceRef("Files", "AWS::S3::Bucket", "rule")),
          Map.of(
              STRANGER, new Name("open-debug", Source.SERVICE),
              WORKER, new Name("web-2", Source.TAG)));

  private static String said(String text) {
    return ALL.among(List.of(text)).say(text);
  }

  private static List<String> legend(String... texts) {
    var named = ALL.among(Arrays.asList(texts));
    return named.legend(ResourceNames.ids(Arrays.asList(texts)));
  }

  @Test
  void whatIsOfTheStackIsCalledByItsLogicalId() {
    assertThat(said("ingress tcp 22 from sg-0aaa1111bbb22222c"))
        .isEqualTo("ingress tcp 22 from WebGroup");
    assertThat(said("forward to=" + BLUE)).isEqualTo("forward to=Targets");
    assertThat(said("tcp 80 from ELB app/shop/0a1b2c3d4e5f6071 to i-0abc"))
        .isEqualTo("tcp 80 from Balancer to i-0abc");
  }

  @Test
  void whatHasItsNameInItsArnIsCalledByItWhoeverItIs() {
    assertThat(said("\"forward to=" + GREEN + " weight=1\""))
        .isEqualTo("\"forward to=web-green weight=1\"");
    assertThat(said("it goes to " + ELB + "loadbalancer/net/edge/1111111111111111."))
        .isEqualTo("it goes to edge.");
    assertThat(said(ELB + "listener/app/shop/0a1b2c3d4e5f6071/8293a4b5c6d7e8f9"))
        .isEqualTo("listener 8293a4b5c6d7e8f9 of Balancer");
    assertThat(said(ELB + "listener-rule/app/edge/1111111111111111/22/33"))
        .isEqualTo("rule 33 of edge");
    assertThat(
            said(
                "belongs to the stack arn:aws:cloudformation:eu-west-1:111122223333:"
                    + "stack/bastion/1a2b3c4d-4e5f-6071-8293-a4b5c6d7e8f9"))
        .isEqualTo("belongs to the stack bastion");
  }

  @Test
  void aShortIdOfOthersKeepsItsIdBecauseAnybodyMayGiveSuchANameTwice() {
    assertThat(said("ingress tcp 22 from " + STRANGER))
        .isEqualTo("ingress tcp 22 from sg-0eee5555fff66666a (open-debug)");
    assertThat(said(WORKER + ":8080, i-0123456789abcdef0:8080"))
        .isEqualTo("i-0fedcba9876543210:8080 (web-2, Name tag), i-0123456789abcdef0:8080");
    assertThat(said("lost: 203.0.113.9")).isEqualTo("lost: 203.0.113.9 (Address)");
  }

  @Test
  void whatHasItsNameBesideItAlreadyDoesNotGetItTwice() {
    assertThat(said("Targets (" + BLUE + ") could not be read"))
        .isEqualTo("Targets could not be read");
    assertThat(said("open-debug (" + STRANGER + ") instead"))
        .isEqualTo("open-debug (sg-0eee5555fff66666a) instead");
    assertThat(said(STRANGER + " (open-debug)")).isEqualTo("sg-0eee5555fff66666a (open-debug)");
    assertThat(said("203.0.113.9 (i-0abc)")).isEqualTo("203.0.113.9 (i-0abc)");
  }

  @Test
  void whatOnlyLooksAlikeStaysAsItIs() {
    for (var text :
        List.of(
            "ingress rule for rule 22",
            "from sg-0aaa1111bbb22222cd",
            "from 210987654321/sg-0aaa1111bbb22222c",
            "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0aaa1111bbb22222c",
            "ingress tcp 22 from 203.0.113.9/32",
            "ruleIds=sgr-0aaa1111bbb22222c",
            "arn:aws:iam::111122223333:role/web",
            "my-sg-0aaa1111bbb22222c")) {
      assertThat(said(text)).isEqualTo(text);
    }
  }

  @Test
  void noTwoThingsHaveOneName() {
    var made = ELB + "targetgroup/web-green/0000000000000000";
    var text = "forward to=" + GREEN + " or to=" + made;
    assertThat(said(text))
        .isEqualTo("forward to=web-green/73e2d6bc24d8a067 or to=web-green/0000000000000000");

    var likeOurs = "forward to=" + ELB + "targetgroup/Targets/0000000000000000 not " + BLUE;
    assertThat(said(likeOurs)).isEqualTo("forward to=Targets/0000000000000000 not Targets");
  }

  @Test
  void eachNameIsShownOnceWithTheIdThatIsCopied() {
    assertThat(legend("forward to=" + GREEN, "forward to=" + GREEN + " " + BLUE))
        .containsExactly("Targets (" + BLUE + ")", "web-green (" + GREEN + ", not of this stack)");
    assertThat(legend("aws ec2 stop-instances --instance-ids " + WORKER))
        .containsExactly("i-0fedcba9876543210 (web-2, Name tag)");
    assertThat(legend("sg-0123456789abcdef0")).isEmpty();
  }

  @Test
  void whatIsNotKnownToBeAnyStacksIsNotCalledAnothers() {
    assertThat(ResourceNames.NONE.among(List.of(GREEN)).say(GREEN)).isEqualTo(GREEN);
  }

  @Test
  void whatIsNamedAlreadyIsNotNamedAnotherWayByLookingAgain() {
    var once = ALL.among(List.of(GREEN, BLUE, STRANGER));
    assertThat(once.among(List.of(GREEN, BLUE, STRANGER))).isEqualTo(once);
  }
}
