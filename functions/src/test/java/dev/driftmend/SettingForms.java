package dev.driftmend;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the value of a compared setting is known by, where it may be written in several ways: the
 * ways, what is another value, and what makes it unknown. The table in {@code docs/drifts.md} is
 * made of these rows, and each cell is tried out.
 *
 * @param resources with {@code HERE} for what is declared; {@code It} has the setting
 * @param same each as it stands in the template, and the live value that it equals
 * @param other live values that it does not equal, each a drift of the first of {@code same}
 * @param unknown as it stands in a template that does not tell all: nothing is compared
 */
record SettingForms(
    String setting,
    String knownBy,
    String resources,
    String property,
    List<Same> same,
    List<String> other,
    List<String> unknown) {

  /**
   * @param live as the adapters read it
   */
  record Same(String declared, String live) {}

  private static final String SUBNET =
      """
      It:
        Type: AWS::EC2::Subnet
        Properties: {VpcId: vpc-1, CidrBlock: 10.0.0.0/24}
      Vpc:
        Type: AWS::EC2::VPC
        Properties: {CidrBlock: 10.0.0.0/16}
      """;

  static List<SettingForms> all() {
    return List.of(conditions(), actions(), certificates(), routeTable(), acl(), address());
  }

  private static SettingForms conditions() {
    return new SettingForms(
        "conditions of a listener rule",
        "field and values; order and case of hosts do not count, nor where the values stand",
        """
        It:
          Type: AWS::ElasticLoadBalancingV2::ListenerRule
          Properties: {Priority: 1, Conditions: HERE}
        """,
        "Conditions",
        List.of(
            new Same("[{Field: path-pattern, Values: [/b, /a]}]", "path-pattern=/a,/b"),
            new Same(
                "[{Field: path-pattern, PathPatternConfig: {Values: [/a, /b]}}]",
                "path-pattern=/a,/b"),
            new Same(
                "[{Field: path-pattern, Values: [/a]}, {Field: host-header, Values:"
                    + " [WWW.Example.com]}]",
                "host-header=www.example.com; path-pattern=/a"),
            new Same(
                "[{Field: source-ip, SourceIpConfig: {Values: [10.1.2.3/8]}}]",
                "source-ip=10.0.0.0/8"),
            new Same(
                "[{Field: http-header, HttpHeaderConfig: {HttpHeaderName: X-Key, Values: [One]}}]",
                "http-header:x-key=One")),
        List.of("path-pattern=/A,/b", "path-pattern=/a"),
        List.of(
            "[{Field: path-pattern, Values: [!ImportValue a]}]",
            "[{Field: path-pattern, Values: !ImportValue a}]",
            "!ImportValue a"));
  }

  private static SettingForms actions() {
    return new SettingForms(
        "actions of a listener or a rule",
        "order, type and settings; one group is a list of one, and what is left out is the"
            + " service's default",
        """
        It:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: {LoadBalancerArn: lb, Port: 80, Protocol: HTTP, DefaultActions: HERE}
        """,
        "DefaultActions",
        List.of(
            new Same("[{Type: forward, TargetGroupArn: tg-1}]", "forward to=tg-1"),
            new Same(
                "[{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: tg-1, Weight:"
                    + " 5}]}}]",
                "forward to=tg-1"),
            new Same(
                "[{Type: redirect, RedirectConfig: {Protocol: HTTPS, StatusCode: HTTP_301}}]",
                "redirect host=#{host} path=/#{path} port=#{port} protocol=HTTPS query=#{query}"
                    + " status=HTTP_301"),
            new Same(
                "[{Type: authenticate-oidc, Order: 1, AuthenticateOidcConfig: {Issuer: !ImportValue"
                    + " a}}, {Type: forward, Order: '2', TargetGroupArn: tg-1}]",
                "authenticate-oidc; forward to=tg-1")),
        List.of(
            "forward to=tg-2", "forward to=tg-1:1,tg-2:1", "authenticate-oidc; forward to=tg-1"),
        List.of("[{Type: forward, TargetGroupArn: !ImportValue a}]", "!ImportValue a"));
  }

  private static SettingForms certificates() {
    return new SettingForms(
        "certificate of a listener",
        "ARN; others, of `AWS::ElasticLoadBalancingV2::ListenerCertificate`, are not compared",
        """
        It:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: {LoadBalancerArn: lb, Port: 443, Protocol: HTTPS, Certificates: HERE}
        """,
        "Certificates",
        List.of(new Same("[{CertificateArn: arn-1}]", "arn-1")),
        List.of("arn-2"),
        List.of("[{CertificateArn: !ImportValue a}]", "!ImportValue a"));
  }

  private static SettingForms routeTable() {
    return new SettingForms(
        "route table of a subnet",
        "the table's id, whichever association gives it",
        SUBNET
            + """
            Association:
              Type: AWS::EC2::SubnetRouteTableAssociation
              Properties: {HERE}
            """,
        "RouteTable",
        List.of(new Same("SubnetId: !Ref It, RouteTableId: rtb-1", "rtb-1")),
        List.of("rtb-2", "main"),
        List.of(
            "SubnetId: !Ref It, RouteTableId: !ImportValue a",
            "SubnetId: !ImportValue a, RouteTableId: rtb-1"));
  }

  private static SettingForms acl() {
    return new SettingForms(
        "network ACL of a subnet",
        "the ACL's id, whichever association gives it; the VPC's default one by that word",
        SUBNET
            + """
            Association:
              Type: AWS::EC2::SubnetNetworkAclAssociation
              Properties: {HERE}
            """,
        "NetworkAcl",
        List.of(
            new Same("SubnetId: !Ref It, NetworkAclId: acl-1", "acl-1"),
            new Same("SubnetId: !Ref It, NetworkAclId: !GetAtt Vpc.DefaultNetworkAcl", "default")),
        List.of("acl-2", "default"),
        List.of(
            "SubnetId: !Ref It, NetworkAclId: !ImportValue a",
            "SubnetId: !ImportValue a, NetworkAclId: acl-1"));
  }

  private static SettingForms address() {
    return new SettingForms(
        "instance of an elastic address",
        "the instance's id, said by the address itself or by an association with its address or"
            + " allocation id",
        """
        It:
          Type: AWS::EC2::EIP
          Properties: {Domain: vpc}
        Association:
          Type: AWS::EC2::EIPAssociation
          Properties: {HERE}
        """,
        "InstanceId",
        List.of(
            new Same("AllocationId: !GetAtt It.AllocationId, InstanceId: i-1", "i-1"),
            new Same("EIP: !Ref It, InstanceId: i-1", "i-1")),
        List.of("i-2", ""),
        List.of(
            "EIP: !Ref It, InstanceId: !ImportValue a",
            "AllocationId: !ImportValue a, InstanceId: i-1"));
  }

  static String table() {
    return """

    ## What a setting is known by

    Where the value of a setting may be written in several ways, each is brought into one form, which is what alerts and plans show. A value of which the
    template does not tell all (`?`: what a secret or another stack says) is not compared as a whole, and listed under "Not compared". Each cell is tried out by
    `SettingFormsTest`.

    | setting | known by | the same | another value than the first | not compared |
    |---|---|---|---|---|
    """
        + all().stream().map(SettingForms::row).collect(Collectors.joining());
  }

  private String row() {
    return "| %s | %s | %s | %s | %s |\n"
        .formatted(
            setting,
            knownBy,
            cells(same.stream().map(s -> s.declared() + " = " + s.live()).toList()),
            cells(other.stream().map(o -> o.isEmpty() ? "none" : o).toList()),
            cells(unknown));
  }

  private static String cells(List<String> texts) {
    return texts.stream()
        .map(t -> "`" + t.replace("!ImportValue a", "?") + "`")
        .collect(Collectors.joining("<br>"));
  }
}
