package dev.driftmend;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a member of each compared set is known by: the ways to write the same one, and the live
 * members that may be one of which the template does not tell all. The table in {@code
 * docs/drifts.md} is made of these rows, and each is tried out.
 */
record Identities(
    String set,
    String knownBy,
    String resources,
    String property,
    List<Same> same,
    List<Open> open) {

  /**
   * @param declared as it stands in the template, in place of {@code HERE}
   * @param live the member as live has it
   */
  record Same(String declared, String live) {}

  /**
   * @param declared with {@code !ImportValue}, which tests leave unresolved
   * @param taken a live member that may be it
   * @param extra one that cannot be it
   */
  record Open(String declared, String taken, String extra) {}

  private static final String GROUP =
      """
      It:
        Type: AWS::EC2::SecurityGroup
        Properties:
          GroupDescription: any
          SecurityGroupIngress: [HERE]
      """;
  private static final String VPC =
      """
      Vpc:
        Type: AWS::EC2::VPC
        Properties: {CidrBlock: 10.0.0.0/16}
      """;

  static List<Identities> all() {
    return List.of(
        rules(),
        listed(
            "groups of an instance",
            "AWS::EC2::Instance",
            "SecurityGroupIds",
            "SecurityGroupIds",
            "sg-"),
        listed(
            "groups of a load balancer",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "SecurityGroups",
            "SecurityGroups",
            "sg-"),
        listed(
            "subnets of a load balancer",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Subnets",
            "Subnets",
            "subnet-"),
        endpoints("groups", "SecurityGroupIds", "sg-"),
        endpoints("subnets", "SubnetIds", "subnet-"),
        endpoints("route tables", "RouteTableIds", "rtb-"),
        targets(),
        routes(),
        entries(),
        gateways(),
        listed(
            "managed policies of a role",
            "AWS::IAM::Role",
            "ManagedPolicyArns",
            "ManagedPolicies",
            "arn:aws:iam::aws:policy/"),
        policies(),
        addresses());
  }

  private static Identities endpoints(String what, String property, String prefix) {
    return listed(what + " of a VPC endpoint", "AWS::EC2::VPCEndpoint", property, property, prefix);
  }

  private static Identities rules() {
    return new Identities(
        "rules of a security group",
        "direction, protocol, ports and peer; not the description, not the account of a group",
        VPC + GROUP,
        "Ingress",
        List.of(
            new Same(
                "{IpProtocol: 6, FromPort: 22, ToPort: 22, CidrIp: 10.1.2.3/8}",
                "ingress tcp 22 from 10.0.0.0/8"),
            new Same(
                "{IpProtocol: TCP, FromPort: '22', ToPort: '22', CidrIpv6: '2001:DB8:0::/32'}",
                "ingress tcp 22 from 2001:db8::/32"),
            new Same(
                "{IpProtocol: '-1', FromPort: 1, ToPort: 2, CidrIp: 10.0.0.0/8}",
                "ingress all from 10.0.0.0/8"),
            new Same(
                "{IpProtocol: udp, FromPort: -1, ToPort: -1, CidrIp: 10.0.0.0/8}",
                "ingress udp 0-65535 from 10.0.0.0/8"),
            new Same(
                "{IpProtocol: 1, FromPort: -1, ToPort: -1, CidrIp: 10.0.0.0/8}",
                "ingress icmp from 10.0.0.0/8"),
            new Same(
                "{IpProtocol: icmp, FromPort: 8, CidrIp: 10.0.0.0/8}",
                "ingress icmp 8--1 from 10.0.0.0/8"),
            new Same("{IpProtocol: 58, CidrIpv6: '::/0'}", "ingress icmpv6 from ::/0"),
            new Same(
                "{IpProtocol: 50, FromPort: 1, ToPort: 2, SourcePrefixListId: pl-1}",
                "ingress 50 from pl-1"),
            new Same(
                "{IpProtocol: '-1', SourceSecurityGroupId: sg-1}",
                "ingress all from 123456789012/sg-1"),
            new Same(
                "{IpProtocol: '-1', SourceSecurityGroupId: sg-1, SourceSecurityGroupOwnerId:"
                    + " '123456789012'}",
                "ingress all from sg-1"),
            new Same(
                "{IpProtocol: '-1', SourceSecurityGroupId: !GetAtt Vpc.DefaultSecurityGroup}",
                "ingress all from sg-default")),
        List.of(
            new Open(
                "{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !ImportValue a}",
                "ingress tcp 22 from 192.0.2.0/24",
                "ingress tcp 22 from sg-1"),
            new Open(
                "{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIpv6: !ImportValue a}",
                "ingress tcp 22 from 2001:db8::/32",
                "ingress tcp 22 from 192.0.2.0/24"),
            new Open(
                "{IpProtocol: -1, SourceSecurityGroupId: !ImportValue a}",
                "ingress all from 123456789012/sg-1",
                "ingress tcp 22 from sg-1"),
            new Open(
                "{IpProtocol: tcp, FromPort: 22, ToPort: 22, SourceSecurityGroupName: other}",
                "ingress tcp 22 from sg-1",
                "ingress tcp 23 from sg-1"),
            new Open(
                "{IpProtocol: tcp, FromPort: 22, ToPort: 22, SourcePrefixListId: !ImportValue a}",
                "ingress tcp 22 from pl-1",
                "ingress tcp 22 from 0.0.0.0/0"),
            new Open(
                "{IpProtocol: tcp, FromPort: !ImportValue a, ToPort: 22, CidrIp: 192.0.2.9/24}",
                "ingress tcp 20-22 from 192.0.2.0/24",
                "ingress udp 22 from 192.0.2.0/24"),
            new Open(
                "{IpProtocol: !ImportValue a, CidrIp: 192.0.2.0/24}",
                "ingress all from 192.0.2.0/24",
                "ingress all from 198.51.100.0/24")));
  }

  /** A list of ids or ARNs: they are written in one way only. */
  private static Identities listed(
      String set, String type, String declared, String property, String prefix) {
    return new Identities(
        set,
        "id or ARN; the order does not count",
        """
        It:
          Type: %s
          Properties: {%s: [HERE]}
        """
            .formatted(type, declared),
        property,
        List.of(new Same(prefix + "1", prefix + "1")),
        List.of(new Open("!ImportValue a", prefix + "2", "another")));
  }

  private static Identities targets() {
    return new Identities(
        "targets",
        "id and port; the target group's port where the target names none",
        """
        It:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {Port: 80, Targets: [HERE]}
        """,
        "Targets",
        List.of(
            new Same("{Id: i-1}", "i-1:80"),
            new Same("{Id: i-1, Port: '81'}", "i-1:81"),
            new Same("{Id: '2001:db8::1'}", "2001:db8::1:80")),
        List.of(
            new Open("{Id: !ImportValue a}", "i-9:80", "i-9:81"),
            new Open("{Id: i-1, Port: !ImportValue a}", "i-1:81", "i-9:81")));
  }

  private static Identities routes() {
    return new Identities(
        "routes",
        "destination, a block or a prefix list; the target may change",
        """
        It:
          Type: AWS::EC2::RouteTable
          Properties: {VpcId: vpc-1}
        Route:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref It, GatewayId: local, HERE}
        """,
        "Routes",
        List.of(
            new Same("DestinationCidrBlock: 10.1.2.3/8", "10.0.0.0/8"),
            new Same("DestinationIpv6CidrBlock: '2001:DB8:0::/32'", "2001:db8::/32"),
            new Same("DestinationPrefixListId: pl-1", "pl-1")),
        List.of(
            new Open("DestinationCidrBlock: !ImportValue a", "10.0.0.0/8", "2001:db8::/32"),
            new Open("DestinationPrefixListId: !ImportValue a", "pl-1", "10.0.0.0/8")));
  }

  private static Identities entries() {
    return new Identities(
        "entries of a network ACL",
        "direction and number; its rule, in the notation of a security group's, may change",
        """
        It:
          Type: AWS::EC2::NetworkAcl
          Properties: {VpcId: vpc-1}
        Entry:
          Type: AWS::EC2::NetworkAclEntry
          Properties: {NetworkAclId: !Ref It, Protocol: !ImportValue p, HERE}
        """,
        "Entries",
        List.of(
            new Same("RuleNumber: '0100'", "ingress 100"),
            new Same("RuleNumber: 100, Egress: 'True'", "egress 100")),
        List.of(
            new Open("RuleNumber: !ImportValue a", "ingress 7", "egress 7"),
            new Open("RuleNumber: 7, Egress: !ImportValue a", "egress 7", "egress 8")));
  }

  private static Identities gateways() {
    return new Identities(
        "internet gateways of a VPC",
        "id",
        VPC.replace("Vpc:", "It:")
            + """
            Attachment:
              Type: AWS::EC2::VPCGatewayAttachment
              Properties: {VpcId: !Ref It, InternetGatewayId: HERE}
            """,
        "InternetGateways",
        List.of(new Same("igw-1", "igw-1")),
        List.of(new Open("!ImportValue a", "igw-1", "another")));
  }

  private static Identities policies() {
    return new Identities(
        "inline policies of a role",
        "name; the document is compared by meaning: order, a list of one, case of `Effect`",
        """
        It:
          Type: AWS::IAM::Role
          Properties: {Policies: [{PolicyName: HERE, PolicyDocument: !ImportValue d}]}
        """,
        "InlinePolicies",
        List.of(new Same("read", "read")),
        List.of(new Open("!ImportValue a", "any", "")));
  }

  private static Identities addresses() {
    return new Identities(
        "addresses of a NAT gateway",
        "address; an allocation id stands for the address of its `AWS::EC2::EIP`",
        """
        It:
          Type: AWS::EC2::NatGateway
          Properties: {SubnetId: subnet-1, AllocationId: HERE}
        """,
        "AllocationIds",
        List.of(new Same("203.0.113.7", "203.0.113.7")),
        List.of(new Open("!ImportValue a", "203.0.113.8", "another")));
  }

  static String table() {
    return """

    ## What a member of a set is known by

    The same thing may be written in many ways, and of some the template does not tell all: what a secret or another stack says, a group by its
    name. One such member leaves all others compared and repaired. A live member that may be it is taken for it and listed under "Not compared"; where
    there are more of that form than the template declares, each of them is reported as what may be too many, and none is removed. So is, once, a rule that is open to
    the internet where the template does not tell from where. `*` stands for what is not known. Each cell is tried out by `IdentitiesTest`.

    | set | known by | the same | not all known | may be it | is extra |
    |---|---|---|---|---|---|
    """
        + all().stream().map(Identities::row).collect(Collectors.joining());
  }

  private String row() {
    return "| %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            set,
            knownBy,
            cells(same.stream().map(s -> s.declared() + " = " + s.live()).toList()),
            cells(open.stream().map(Open::declared).toList()),
            cells(open.stream().map(Open::taken).toList()),
            cells(open.stream().map(Open::extra).toList()));
  }

  private static String cells(List<String> texts) {
    return texts.stream()
        .filter(t -> !t.isEmpty())
        .map(t -> "`" + t.replace("!ImportValue a", "?").replace("!ImportValue", "?") + "`")
        .collect(Collectors.joining("<br>"));
  }
}
