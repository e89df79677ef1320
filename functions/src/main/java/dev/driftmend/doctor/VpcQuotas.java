package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;

/** A VPC, and the internet gateway that goes with it. EC2 does not tell the quota. */
final class VpcQuotas implements Matter {
  private static final int USUAL = 5;

  @Override
  public Says says() {
    return new Says(
        "VPCs",
        "The template makes one, and a region has " + USUAL + " unless more were granted.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    if (!visit.settings().first()) {
      return List.of(says().fine("the stack has its own"));
    }
    var vpcs = visit.account().vpcs();
    return List.of(
        vpcs < USUAL
            ? says().fine(vpcs + " are there, " + USUAL + " may be")
            : says()
                .unknown(
                    vpcs
                        + " are there: one more needs a quota that is higher than the usual "
                        + USUAL,
                    "aws service-quotas get-service-quota --service-code vpc --quota-code"
                        + " L-F678F1CE",
                    "aws service-quotas request-service-quota-increase --service-code vpc"
                        + " --quota-code L-F678F1CE --desired-value "
                        + (vpcs + 1)));
  }
}
