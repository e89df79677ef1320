package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;

/** An elastic address for the NAT gateway. */
final class Addresses implements Matter {
  @Override
  public Says says() {
    return new Says(
        "elastic addresses",
        "The NAT gateway needs one, and a region has 5 unless more were granted.",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    if (!visit.settings().first()) {
      return List.of(says().fine("the stack has its own"));
    }
    var found = visit.account().elasticAddresses();
    var used = found.used() + " of " + found.most() + " are in use";
    return List.of(
        found.left() > 0
            ? says().fine(used)
            : says()
                .blocks(
                    used,
                    "aws ec2 release-address --allocation-id ID",
                    "aws service-quotas request-service-quota-increase --service-code ec2"
                        + " --quota-code L-0263D0A3 --desired-value "
                        + (found.most() + 1)));
  }
}
