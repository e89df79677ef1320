package dev.driftmend.model.plan;

import java.util.List;

/**
 * What the repairing role may touch where no tag tells whose it is: CloudFormation tags neither
 * listeners nor rules, and AWS's own default lists and addresses carry no stack's tag.
 *
 * @param loadBalancers whose listeners and rules, by the end of their ARNs: {@code
 *     app/NAME/50dc6c495c0c9188}
 * @param vpcs whose default network ACL, and in which a public address
 */
public record Reach(List<String> loadBalancers, List<String> vpcs) {
  public Reach {
    loadBalancers = List.copyOf(loadBalancers);
    vpcs = List.copyOf(vpcs);
  }
}
