package dev.driftmend.aws.client;

import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * Sorts what the SDK throws into what passes by itself and what a person must change.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html">EC2's
 *     error codes</a>
 */
public final class Failures {
  private static final int SERVER_ERROR = 500;
  private static final int TOO_MANY_REQUESTS = 429;

  /** Parts of the codes by which services say "not now", some of them with status 400. */
  private static final List<String> NOT_NOW =
      List.of(
          "throttl",
          "requestlimitexceeded",
          "toomanyrequests",
          "provisionedthroughputexceeded",
          "slowdown",
          "priorrequestnotcomplete",
          "transactioninprogress",
          "transactioncanceled",
          "transactionconflict",
          "internalerror",
          "internalfailure",
          "internalserver",
          "serviceunavailable",
          "requesttimeout",
          "requestexpired",
          "expiredtoken",
          "requesttimetooskewed");

  private Failures() {}

  /**
   * @param call {@code service:Operation}
   */
  static RuntimeException sort(String call, SdkException failure) {
    return failure instanceof SdkServiceException s && !passes(s)
        ? new DeniedFailure(call, s)
        : new TransientFailure(call, failure);
  }

  private static boolean passes(SdkServiceException failure) {
    return failure.isThrottlingException()
        || failure.isClockSkewException()
        || failure.statusCode() >= SERVER_ERROR
        || failure.statusCode() == TOO_MANY_REQUESTS
        || passes(codeOf(failure));
  }

  /** Whether an error code that came in a successful answer (of a batch, say) passes by itself. */
  public static boolean passes(String code) {
    var lower = code.toLowerCase(Locale.ROOT);
    return NOT_NOW.stream().anyMatch(lower::contains);
  }

  /** The service's own error code, e.g. {@code InvalidGroup.NotFound}; empty if it gave none. */
  public static String code(DeniedFailure failure) {
    return failure.getCause() instanceof SdkServiceException s ? codeOf(s) : "";
  }

  public static boolean is(DeniedFailure failure, Set<String> codes) {
    return codes.contains(code(failure));
  }

  /** The service's own words. */
  public static String message(DeniedFailure failure) {
    return failure.getCause() instanceof AwsServiceException s
            && s.awsErrorDetails() != null
            && s.awsErrorDetails().errorMessage() != null
        ? s.awsErrorDetails().errorMessage()
        : String.valueOf(failure.getMessage());
  }

  /** What was refused and why, for a person; without EC2's encoded message, which is for none. */
  public static String explain(DeniedFailure failure) {
    var message = message(failure);
    var encoded = message.indexOf(" Encoded authorization failure message");
    return failure.call()
        + " was refused: "
        + (encoded < 0 ? message : message.substring(0, encoded));
  }

  private static String codeOf(SdkServiceException failure) {
    return failure instanceof AwsServiceException s
            && s.awsErrorDetails() != null
            && s.awsErrorDetails().errorCode() != null
        ? s.awsErrorDetails().errorCode()
        : "";
  }
}
