package dev.driftmend.kind.instance;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceTest {
  private static final String SUBNET =
      """
      Private:
        Type: AWS::EC2::Subnet
        Properties: {CidrBlock: 10.0.0.0/24}
      Public:
        Type: AWS::EC2::Subnet
        Properties: {CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: true}
      """;
  private static final String WEB =
      SUBNET
          + """
          Web:
            Type: AWS::EC2::Instance
            Properties:
              SubnetId: !Ref Private
              SecurityGroupIds: [sg-a, sg-b]
          """;

  @Test
  void anInstanceAsDeclaredIsLeftAloneWhateverTheOrderOfItsGroups() {
    assertThat(web(Map.of()).drifts()).isEmpty();
  }

  @Test
  void lostAndExtraGroupsAreSetBackByOneCallSoThatNoMomentHasTooFew() {
    var look = web(Map.of("SecurityGroupIds", members("sg-a", "sg-x")));

    var call = look.call();

    assertThat(call.operation()).isEqualTo("ModifyInstanceAttribute");
    assertThat(call.phase()).isEqualTo(Phase.CHANGE);
    assertThat(call.fingerprints()).hasSize(2);
    assertThat(call.arguments())
        .isEqualTo(Map.of("instance", List.of("i-web"), "groups", List.of("sg-a", "sg-b")));
  }

  @Test
  void anExtraGroupThatIsNotToBeTakenAwayStaysWhenALostOneIsGivenBack() {
    var look = web(Map.of("SecurityGroupIds", members("sg-a", "sg-x")));
    var lost = look.drifts().stream().filter(d -> d.sort().equals("MISSING")).toList();

    var step = look.kind().repair(Deployed.STACK, look.desired(), look.live(), lost).getFirst();

    assertThat(((Step.Call) step).phase()).isEqualTo(Phase.RESTORE);
    assertThat(((Step.Call) step).arguments().get("groups"))
        .containsExactly("sg-a", "sg-b", "sg-x");
  }

  @Test
  void aLostGroupThatIsNotToBeGivenBackStaysAwayWhenAnExtraOneIsTaken() {
    var look = web(Map.of("SecurityGroupIds", members("sg-a", "sg-x")));
    var extra = look.drifts().stream().filter(d -> d.sort().equals("EXTRA")).toList();

    var step = look.kind().repair(Deployed.STACK, look.desired(), look.live(), extra).getFirst();

    assertThat(((Step.Call) step).arguments().get("groups")).containsExactly("sg-a");
  }

  @Test
  void withSeveralInterfacesGroupsAreReported() {
    var look = web(Map.of("SecurityGroupIds", members("sg-a"), "Interfaces", scalar("2")));

    assertThat(look.report().why()).contains("several interfaces");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SubnetId: !Ref Private",
        "SecurityGroupIds: []",
        "SecurityGroups: [by-name]",
        "NetworkInterfaces: [{DeviceIndex: 0, NetworkInterfaceId: eni-1}]"
      })
  void groupsThatTheTemplateLeavesToEc2AreNotCompared(String properties) {
    assertThat(instance(properties, "").properties()).doesNotContainKey("SecurityGroupIds");
  }

  @Test
  void groupsOfSeveralDeclaredInterfacesAreComparedTogetherAsTheApiGivesThem() {
    var groups =
        groups(
            "NetworkInterfaces: [{DeviceIndex: 0, GroupSet: [sg-a]}, {GroupSet: [sg-b, sg-a]}]",
            "");

    assertThat(((Property.Members) groups).items())
        .extracting(Item::key)
        .containsExactly("sg-a", "sg-b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NetworkInterfaces: [{GroupSet: [sg-a]}, {NetworkInterfaceId: eni-1}]",
        "NetworkInterfaces: [{GroupSet: [sg-a]}, !ImportValue interface]",
      })
  void whereAnInterfaceDoesNotSayItsGroupsNothingIsCertain(String properties) {
    assertThat(certain(groups(properties, ""))).isFalse();
  }

  @Test
  void groupsOfAnInterfaceThatTheStackAttachesAreNoDrift() {
    var attachment =
        """
        Second:
          Type: AWS::EC2::NetworkInterfaceAttachment
          Properties: {InstanceId: !Ref Web, NetworkInterfaceId: eni-1, DeviceIndex: 1}
        """;

    assertThat(groups("SecurityGroupIds: [sg-a]", attachment)).isInstanceOf(Property.Unknown.class);
    assertThat(groups("SecurityGroupIds: [sg-a]", attachment.replace("!Ref Web", "i-other")))
        .isInstanceOf(Property.Members.class);
  }

  @Test
  void aGroupThatIsUnknownMakesTheListUnsure() {
    assertThat(certain(groups("SecurityGroupIds: [sg-a, !ImportValue group]", ""))).isFalse();
  }

  @Test
  void aPublicAddressOnAPrivateInstanceIsTakenAway() {
    var call = web(Map.of("PublicAddress", address("eipassoc-1"))).call();

    assertThat(call.operation()).isEqualTo("DisassociateAddress");
    assertThat(call.phase()).isEqualTo(Phase.REMOVE);
    assertThat(call.arguments()).isEqualTo(Map.of("association", List.of("eipassoc-1")));
  }

  @Test
  void anAddressThatWasAssignedAtLaunchIsReported() {
    assertThat(web(Map.of("PublicAddress", address(null))).report().why()).contains("at launch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SubnetId: !Ref Public",
        "NetworkInterfaces: [{SubnetId: !Ref Private, AssociatePublicIpAddress: true}]",
        "NetworkInterfaces: [{SubnetId: !Ref Public}]"
      })
  void anInstanceThatTheTemplateMakesPublicMayHaveAnAddress(String properties) {
    assertThat(instance(properties, "").properties()).doesNotContainKey("PublicAddress");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SubnetId: !Ref Private",
        "NetworkInterfaces: [{SubnetId: !Ref Private}]",
        "NetworkInterfaces: [{SubnetId: !Ref Public, AssociatePublicIpAddress: false}]",
        "NetworkInterfaces: [{SubnetId: subnet-elsewhere, AssociatePublicIpAddress: 'false'}]"
      })
  void anInstanceThatTheTemplateMakesPrivateMayHaveNone(String properties) {
    assertThat(instance(properties, "").properties().get("PublicAddress"))
        .isInstanceOfSatisfying(
            Property.Members.class,
            none -> {
              assertThat(none.items()).isEmpty();
              assertThat(none.openBecause()).isNull();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SubnetId: subnet-elsewhere",
        "SubnetId: !ImportValue subnet",
        "ImageId: ami-1",
        "NetworkInterfaces: [{SubnetId: !Ref Private, AssociatePublicIpAddress: !ImportValue"
            + " flag}]",
        "NetworkInterfaces: [!ImportValue interface]",
        "{SubnetId: !Ref Private, LaunchTemplate: {LaunchTemplateId: lt-1, Version: 1}}"
      })
  void whereItIsNotKnownWhetherAnInstanceIsPrivateAnAddressIsNotCompared(String properties) {
    assertThat(instance(properties, "").properties().get("PublicAddress"))
        .isInstanceOf(Property.Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        Address:
          Type: AWS::EC2::EIP
          Properties: {InstanceId: !Ref Web}
        """,
        """
        Address:
          Type: AWS::EC2::EIPAssociation
          Properties: {InstanceId: !Ref Web, AllocationId: eipalloc-1}
        """
      })
  void anAddressThatTheStackGivesIsLeftAlone(String address) {
    assertThat(instance("SubnetId: !Ref Private", address).properties())
        .doesNotContainKey("PublicAddress");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        Address:
          Type: AWS::EC2::EIP
          Properties: {InstanceId: !ImportValue instance}
        """,
        """
        Address:
          Type: AWS::EC2::EIPAssociation
          Properties: {InstanceId: !ImportValue instance}
        """,
        """
        Address:
          Type: AWS::EC2::EIPAssociation
          Properties: {NetworkInterfaceId: eni-1, AllocationId: eipalloc-1}
        """
      })
  void anAddressThatTheStackMayGiveIsNeverTakenAway(String address) {
    assertThat(instance("SubnetId: !Ref Private", address).properties().get("PublicAddress"))
        .isInstanceOfSatisfying(
            Property.Members.class, m -> assertThat(m.openBecause()).contains("Address"));
  }

  @Test
  void anAddressWhoseVeryPresenceIsUnknownIsNeverTakenAway() {
    var stack = Deployed.undecided(Deployed.stack(WEB), "AWS::EC2::EIPAssociation");

    assertThat(Deployed.resource(stack, "Web").properties().get("PublicAddress"))
        .isInstanceOfSatisfying(
            Property.Members.class, m -> assertThat(m.openBecause()).contains("Perhaps"));
  }

  @Test
  void theAddressOfAnotherInstanceDoesNotMatter() {
    var address =
        """
        Address:
          Type: AWS::EC2::EIP
          Properties: {InstanceId: i-another}
        """;

    assertThat(
            certain(instance("SubnetId: !Ref Private", address).properties().get("PublicAddress")))
        .isTrue();
  }

  @Test
  void aStoppedInstanceIsStartedOnlyIfThePolicySaysSo() {
    var look = web(Map.of("State", scalar("stopped")));

    assertThat(look.kind().requiresOptIn(look.drifts().getFirst())).isTrue();
    assertThat(look.call().operation()).isEqualTo("StartInstances");
    assertThat(look.call().phase()).isEqualTo(Phase.RESTORE);
    assertThat(look.call().arguments()).isEqualTo(Map.of("instance", List.of("i-web")));
    assertThat(exposure(look)).isEqualTo(Exposure.OUTAGE);
    assertThat(look.afterAll().drifts()).isEmpty();
  }

  @Test
  void anInstanceThatIsStillStoppingCannotBeStarted() {
    assertThat(web(Map.of("State", scalar("stopping"))).report().remediation())
        .isEqualTo("aws ec2 start-instances --instance-ids i-web --region us-east-1");
  }

  @Test
  void anInstanceThatWasStartedIsNotStoppedToTakeThatBack() {
    var web = web(Map.of());
    var stopped = new Resource(web.desired().ref(), Map.of("State", scalar("stopped")));

    assertThat(new Look(stopped, web.live()).report().remediation())
        .isEqualTo("aws ec2 stop-instances --instance-ids i-web --region us-east-1");
  }

  @Test
  void aRepairOfGroupsAndAddressCanBeTakenBack() {
    var look =
        web(
            Map.of(
                "SecurityGroupIds", members("sg-a", "sg-x"),
                "PublicAddress", address("eipassoc-1")));

    assertThat(look.afterAll().drifts()).isEmpty();
    var rolledBack = ((Observed.Found) look.rolledBack()).properties();
    assertThat(keys(rolledBack.get("SecurityGroupIds"))).containsExactlyInAnyOrder("sg-a", "sg-x");
    assertThat(keys(rolledBack.get("PublicAddress"))).containsExactly("203.0.113.9");
  }

  @Test
  void anElasticAddressThatWasTakenAwayIsGivenBack() {
    var web = web(Map.of());
    var before = new Resource(web.desired().ref(), Map.of("PublicAddress", address("eipassoc-1")));
    var back = new Look(before, web.live());

    assertThat(back.call().operation()).isEqualTo("AssociateAddress");
    assertThat(back.call().phase()).isEqualTo(Phase.RESTORE);
    assertThat(back.call().arguments())
        .isEqualTo(Map.of("instance", List.of("i-web"), "address", List.of("203.0.113.9")));
  }

  @Test
  void anAddressOfTheLaunchCannotBeGivenBack() {
    var web = web(Map.of());
    var before = new Resource(web.desired().ref(), Map.of("PublicAddress", address(null)));

    assertThat(new Look(before, web.live()).report().why())
        .isEqualTo("an address that is assigned at launch cannot be given back");
  }

  @Test
  void aTerminatedInstanceIsReported() {
    var look = new Look(Deployed.resource(Deployed.stack(WEB), "Web"), new Observed.Gone());

    assertThat(look.report().remediation()).contains("REVERT_DRIFT");
  }

  private static Look web(Map<String, Property> changes) {
    var live = new HashMap<String, Property>();
    live.put("SecurityGroupIds", members("sg-b", "sg-a"));
    live.put("State", scalar("running"));
    live.put("PublicAddress", members());
    live.put("Interfaces", scalar("1"));
    live.put("SourceDestCheck", scalar("true"));
    live.putAll(changes);
    return Look.at(Deployed.stack(WEB), "Web", live);
  }

  private static List<String> keys(@Nullable Property property) {
    return ((Property.Members) Objects.requireNonNull(property)).keys();
  }

  private static Property address(@Nullable String association) {
    return Property.Members.of(List.of(new Item("203.0.113.9", new TreeMap<>(), association)));
  }

  private static Resource instance(String properties, String others) {
    var flow = properties.startsWith("{") ? " " + properties : "\n    " + properties;
    var stack = SUBNET + "Web:\n  Type: AWS::EC2::Instance\n  Properties:" + flow + "\n" + others;
    return Deployed.resource(Deployed.stack(stack), "Web");
  }

  private static Property groups(String properties, String others) {
    return Objects.requireNonNull(
        instance(properties, others).properties().get("SecurityGroupIds"));
  }

  private static boolean certain(@Nullable Property property) {
    return property instanceof Property.Members m && m.openBecause() == null;
  }

  private static Exposure exposure(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure();
  }
}
