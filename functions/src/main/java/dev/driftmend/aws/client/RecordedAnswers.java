package dev.driftmend.aws.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;

/**
 * Answers that AWS once gave, in the place of the network: whatever its clients write, nothing is
 * written. A request gets the next answer to the same request; one that says something else, of a
 * time or a random id, gets the next to that action.
 */
public final class RecordedAnswers implements SdkHttpClient {
  private final List<Recorded> left = new ArrayList<>();
  private final List<Recorded> given = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();

  /**
   * @param call the action's name or, for REST, method and path
   * @param sum of the request's body
   */
  private record Recorded(String call, long sum, int status, String body) {}

  /**
   * @param recorded {@code {"answers": [{"call", "sum", "status", "body"}], "bodies": ["…"]}}, each
   *     answer's body by its place among the bodies
   */
  public RecordedAnswers(JsonNode recorded) {
    for (var each : recorded.path("answers")) {
      left.add(
          new Recorded(
              each.path("call").asText(),
              each.path("sum").asLong(),
              each.path("status").asInt(),
              recorded.path("bodies").path(each.path("body").asInt()).asText()));
    }
  }

  /** Clients that get these answers and nothing else. */
  public Clients clients(String region, String version) {
    var nobody = StaticCredentialsProvider.create(AwsBasicCredentials.create("none", "none"));
    return new Clients(
        Region.of(region),
        Optional.empty(),
        version,
        this,
        new FreshCredentials(() -> nobody),
        Clients.attempts(1));
  }

  /** The calls that were answered, in order. */
  public synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  /** The calls whose answers nobody asked for. */
  public synchronized List<String> unasked() {
    return left.stream().map(Recorded::call).toList();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        var answer = answer(request);
        return HttpExecuteResponse.builder()
            .response(SdkHttpResponse.builder().statusCode(answer.status()).build())
            .responseBody(
                AbortableInputStream.create(
                    new ByteArrayInputStream(answer.body().getBytes(UTF_8))))
            .build();
      }

      @Override
      public void abort() {}
    };
  }

  private synchronized Recorded answer(HttpExecuteRequest request) throws IOException {
    var body = body(request);
    var call = call(request, body);
    var sum = sum(body);
    Predicate<Recorded> action = r -> r.call().equals(call);
    Predicate<Recorded> same = action.and(r -> r.sum() == sum);
    var answer =
        first(left, same)
            .or(() -> first(given.reversed(), same))
            .or(() -> first(left, action))
            .or(() -> first(given.reversed(), action))
            .orElseThrow(() -> new IllegalStateException("no answer was recorded to " + call));
    asked.add(call);
    left.remove(answer);
    given.add(answer);
    return answer;
  }

  private static Optional<Recorded> first(List<Recorded> among, Predicate<Recorded> wanted) {
    return among.stream().filter(wanted).findFirst();
  }

  private static String call(HttpExecuteRequest request, String body) {
    var http = request.httpRequest();
    var target = http.firstMatchingHeader("X-Amz-Target");
    if (target.isPresent()) {
      return target.get().substring(target.get().lastIndexOf('.') + 1);
    }
    for (var parameter : body.split("&")) {
      if (parameter.startsWith("Action=")) {
        return URLDecoder.decode(parameter.substring("Action=".length()), UTF_8);
      }
    }
    return http.method() + " " + http.encodedPath();
  }

  /** The same in whatever order parameters and members come: that differs from run to run. */
  private static long sum(String body) {
    var sum = new CRC32();
    sum.update(
        Arrays.stream(body.split("[,&{}]"))
            .filter(piece -> !piece.isEmpty())
            .sorted()
            .collect(Collectors.joining("\n"))
            .getBytes(UTF_8));
    return sum.getValue();
  }

  private static String body(HttpExecuteRequest request) throws IOException {
    if (request.contentStreamProvider().isEmpty()) {
      return "";
    }
    try (var body = request.contentStreamProvider().get().newStream()) {
      return new String(body.readAllBytes(), UTF_8);
    }
  }

  @Override
  public void close() {}
}
