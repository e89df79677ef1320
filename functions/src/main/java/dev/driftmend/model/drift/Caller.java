package dev.driftmend.model.drift;

import org.jspecify.annotations.Nullable;

/**
 * Who made a call.
 *
 * @param principal the ARN of the user or of the role behind the session; {@code unknown} if the
 *     event has none
 * @param invokedBy the AWS service that acted for the principal, e.g. {@code
 *     cloudformation.amazonaws.com}; with the principal's own permissions, so that what it does is
 *     the principal's deed
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html">CloudTrail
 *     userIdentity element</a>
 */
public record Caller(
    String principal,
    @Nullable String sourceIp,
    @Nullable String userAgent,
    @Nullable String invokedBy) {
  private static final String CLOUD_FORMATION = "cloudformation.amazonaws.com";

  /** Only AWS can make roles under this path, each for one service and for nobody else. */
  private static final String SERVICE_LINKED = ":role/aws-service-role/";

  /** Whether an AWS service acted for itself, and not with the permissions of a principal. */
  public boolean isService() {
    // An identity of type AWSService has no principal but the service's name.
    var byItself =
        invokedBy != null && invokedBy.endsWith(".amazonaws.com") && principal.equals(invokedBy);
    return byItself || principal.contains(SERVICE_LINKED);
  }

  /** Whether CloudFormation acted, for a stack that somebody deployed. */
  public boolean isCloudFormation() {
    return CLOUD_FORMATION.equals(invokedBy);
  }
}
