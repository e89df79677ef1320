package dev.driftmend.kind;

import dev.driftmend.kind.securitygroup.RuleQuota;
import java.util.Map;
import java.util.Set;

/**
 * What the services answer where a quota leaves no room for a repair, and how a person makes some.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html">Error
 *     codes of EC2</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html">Errors
 *     of RegisterTargets</a>
 * @see <a href="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html">Quotas of
 *     VPC</a>
 */
public final class Quotas {
  private static final Map<String, String> WAYS_OUT =
      Map.of(
          "RulesPerSecurityGroupLimitExceeded",
          RuleQuota.WAY_OUT,
          "NetworkAclEntryLimitExceeded",
          "the network ACL has as many rules as its account may give it (Service Quotas,"
              + " L-2AEEBF1A: 20 per direction and address family unless raised, 40 at most): have"
              + " the quota raised, or declare fewer rules",
          "RouteLimitExceeded",
          "the table has as many routes as its account may give it (Service Quotas, L-93826ACB: 500"
              + " per address family unless another was granted, 50 before June 2025; a prefix list"
              + " counts as many as it may have): have the quota raised, or declare fewer routes",
          "SecurityGroupsPerInterfaceLimitExceeded",
          "the network interface has as many security groups as its account may give it (Service"
              + " Quotas, L-2AFB9258: 5 unless raised): have the quota raised, or take a group off",
          "TooManyTargets",
          "the target group or its load balancer has as many targets as Elastic Load Balancing's"
              + " quotas allow (aws elbv2 describe-account-limits): have the quota raised, or"
              + " deregister targets that are not needed",
          "TooManyRegistrationsForTargetId",
          "the target is registered as often as Elastic Load Balancing allows: deregister it from"
              + " target groups or on ports where it is not needed");

  private Quotas() {}

  /** The codes of a service's refusal for want of room. */
  public static Set<String> codes() {
    return WAYS_OUT.keySet();
  }

  /**
   * How a person makes room, as a clause.
   *
   * @param code one of {@link #codes}
   */
  public static String wayOut(String code) {
    return WAYS_OUT.getOrDefault(code, "a quota is met");
  }
}
