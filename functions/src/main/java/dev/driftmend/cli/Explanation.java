package dev.driftmend.cli;

import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.template.text.UnreadableTemplate;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What went wrong, in one sentence that names the thing and the way out. */
final class Explanation {
  private Explanation() {}

  static String of(Throwable failure) {
    return switch (failure) {
      case Refusal r -> String.valueOf(r.getMessage());
      case UnreadableTemplate u -> String.valueOf(u.getMessage());
      case DeniedFailure d -> denied(d);
      case TransientFailure t -> passing(t);
      default ->
          "unexpected "
              + failure.getClass().getSimpleName()
              + ": "
              + failure.getMessage()
              + "; --debug shows where it comes from";
    };
  }

  private static String denied(DeniedFailure failure) {
    var words = words(failure);
    return says(failure, "InvalidClientTokenId", "UnrecognizedClient", "SignatureDoesNotMatch")
            || says(failure, "security token included in the request is invalid")
        ? "AWS does not know these credentials (" + words + "): check AWS_PROFILE or your keys"
        : words + "; use credentials that may call " + failure.call() + ", or allow it to these";
  }

  private static String passing(TransientFailure failure) {
    if (says(failure, "Unable to load credentials", "Profile file contained no credentials")) {
      return "no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and"
          + " AWS_SECRET_ACCESS_KEY, or sign in (aws sso login)";
    }
    if (says(failure, "expired", "Expired")) {
      return "the AWS credentials have expired: renew them (aws sso login, say) and run it again";
    }
    var host = cause(failure, UnknownHostException.class::isInstance);
    if (host.isPresent()) {
      return "there is no host "
          + host.get().getMessage()
          + ": check --region, AWS_ENDPOINT_URL and the network";
    }
    if (cause(failure, ConnectException.class::isInstance).isPresent()) {
      return "nothing answers where AWS should be: check AWS_ENDPOINT_URL (is the local AWS"
          + " running?) and the network";
    }
    return words(failure) + "; run it again in a minute";
  }

  /** Without the SDK's trailer of service, status and request id. */
  private static String words(RuntimeException failure) {
    return String.valueOf(failure.getMessage())
        .replaceAll(" \\(Service: [^)]*\\).*", "")
        .replaceAll("[.\\s]+$", "");
  }

  private static boolean says(Throwable failure, String... words) {
    return cause(
            failure,
            f -> Stream.of(words).anyMatch(word -> String.valueOf(f.getMessage()).contains(word)))
        .isPresent();
  }

  private static Optional<Throwable> cause(Throwable failure, Predicate<Throwable> is) {
    return Stream.<Throwable>iterate(failure, f -> f != null, Throwable::getCause)
        .limit(20)
        .filter(is)
        .findFirst();
  }
}
