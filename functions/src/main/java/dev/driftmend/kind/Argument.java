package dev.driftmend.kind;

/**
 * The arguments of calls ({@link dev.driftmend.model.plan.Step.Call}) by name: a kind writes them
 * into its steps, its adapter reads them, and so does whatever plays the service in tests. What is
 * set to the value of one property of the template is called as that property, see {@link
 * NormalForms#argument}.
 */
public final class Argument {
  /** The id of a network ACL. */
  public static final String ACL = "acl";

  /** Actions of a listener or a rule, one each, as {@code ListenerAction} writes them. */
  public static final String ACTIONS = "actions";

  /** The allocation or the public address that an instance gets. */
  public static final String ADDRESS = "address";

  /** The id of an association, or what stands for the one that a resource has. */
  public static final String ASSOCIATION = "association";

  /** The certificates of a listener, the default one first. */
  public static final String CERTIFICATES = "certificates";

  /** The conditions of a listener rule, as one text. */
  public static final String CONDITIONS = "conditions";

  /** The description of a security group rule; absent for none. */
  public static final String DESCRIPTION = "description";

  /** The destination of a route. */
  public static final String DESTINATION = "destination";

  /** The key of an entry of a network ACL, e.g. {@code ingress 100}. */
  public static final String ENTRY = "entry";

  /** The id of an internet gateway. */
  public static final String GATEWAY = "gateway";

  /** The id of the security group that a rule is of. */
  public static final String GROUP = "group";

  /** All security groups that something carries from then on. */
  public static final String GROUPS = "groups";

  /** The id of an instance. */
  public static final String INSTANCE = "instance";

  /** The ARN of a listener. */
  public static final String LISTENER = "listener";

  /** The ARN of a load balancer. */
  public static final String LOAD_BALANCER = "loadBalancer";

  /** The id of a route table. */
  public static final String ROUTE_TABLE = "routeTable";

  /** A rule: its key in a group or an ACL, the ARN of one of a listener. */
  public static final String RULE = "rule";

  /** The id of the security group rule that is described. */
  public static final String RULE_ID = "ruleId";

  /** The ids of the security group rules that are revoked. */
  public static final String RULE_IDS = "ruleIds";

  /** Whether an instance drops what is not from or to it. */
  public static final String SOURCE_DEST_CHECK = "sourceDestCheck";

  /** The id of a subnet. */
  public static final String SUBNET = "subnet";

  /** All subnets of a load balancer from then on. */
  public static final String SUBNETS = "subnets";

  /** Where a route leads to. */
  public static final String TARGET = "target";

  /** The ARN of a target group. */
  public static final String TARGET_GROUP = "targetGroup";

  /** The targets that are registered or deregistered, as {@code id:port}. */
  public static final String TARGETS = "targets";

  /** The id of a VPC. */
  public static final String VPC = "vpc";

  private Argument() {}
}
