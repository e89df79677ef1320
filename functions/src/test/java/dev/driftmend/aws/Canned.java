package dev.driftmend.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.FreshCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;

/**
 * The wire under the real SDK clients: gives prepared answers, each once and in order, and keeps
 * the requests. A request that no answer was prepared for fails the test.
 */
public final class Canned implements SdkHttpClient {
  private final List<Answer> answers = new ArrayList<>();
  private final Map<String, Function<Request, String>> standing = new HashMap<>();
  private final List<Request> requests = new ArrayList<>();
  private @Nullable Function<Request, String> otherwise;

  /** Real clients over this wire that try once. */
  public Clients clients() {
    var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"));
    return new Clients(
        Region.EU_WEST_1,
        Optional.empty(),
        "0.0-test",
        this,
        new FreshCredentials(() -> credentials),
        Clients.attempts(1));
  }

  public Canned answer(String action, String body) {
    return answer(action, r -> true, body);
  }

  public Canned answer(String action, Predicate<Request> to, String body) {
    answers.add(new Answer(action, to, 200, body, null));
    return this;
  }

  /** The answer of a call that has one of these parameters. */
  public Canned answer(String action, String parameter, String value, String body) {
    return answer(action, r -> value.equals(r.parameters().get(parameter)), body);
  }

  /** The answer of every call for which no other one is left. */
  public Canned always(String action, Function<Request, String> body) {
    standing.put(action, body);
    return this;
  }

  /** The answer of every call that none was prepared for. */
  public Canned otherwise(Function<Request, String> body) {
    otherwise = body;
    return this;
  }

  public Canned fail(String action, int status, String body) {
    answers.add(new Answer(action, r -> true, status, body, null));
    return this;
  }

  public Canned breaks(String action, IOException with) {
    answers.add(new Answer(action, r -> true, 0, "", with));
    return this;
  }

  /** How EC2 words an error. */
  public Canned failEc2(String action, int status, String code, String message) {
    return fail(
        action,
        status,
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors>\
        <RequestID>0f4ff3a1-7f9d-4a83-a7f6-000000000000</RequestID></Response>\
        """
            .formatted(code, message));
  }

  /** How the query protocol of CloudFormation, ELB and SNS words an error. */
  public Canned failQuery(String action, int status, String code, String message) {
    return fail(
        action,
        status,
        """
        <ErrorResponse xmlns="http://example.invalid/doc/"><Error><Type>Sender</Type>\
        <Code>%s</Code><Message>%s</Message></Error>\
        <RequestId>0f4ff3a1-7f9d-4a83-a7f6-000000000000</RequestId></ErrorResponse>\
        """
            .formatted(code, message));
  }

  /** How the JSON protocols word an error. */
  public Canned failJson(String action, int status, String code, String message) {
    return fail(
        action,
        status,
        "{\"__type\":\"com.amazonaws.service#%s\",\"message\":\"%s\"}".formatted(code, message));
  }

  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  public List<Request> requests(String action) {
    return requests().stream().filter(r -> r.action().equals(action)).toList();
  }

  public List<String> actions() {
    return requests().stream().map(Request::action).toList();
  }

  public Request only(String action) {
    var all = requests(action);
    if (all.size() != 1) {
      throw new AssertionError("expected one " + action + ", saw " + actions());
    }
    return all.getFirst();
  }

  /** What was prepared and never asked for. */
  public synchronized List<String> leftOver() {
    return answers.stream().map(Answer::action).toList();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return answerTo(Request.of(request));
      }

      @Override
      public void abort() {}
    };
  }

  private synchronized HttpExecuteResponse answerTo(Request request) throws IOException {
    requests.add(request);
    for (Iterator<Answer> i = answers.iterator(); i.hasNext(); ) {
      var answer = i.next();
      if (answer.action().equals(request.action()) && answer.to().test(request)) {
        i.remove();
        if (answer.breaks() != null) {
          throw answer.breaks();
        }
        return response(answer.status(), answer.body());
      }
    }
    var always = standing.getOrDefault(request.action(), otherwise);
    if (always != null) {
      return response(200, always.apply(request));
    }
    throw new AssertionError("no answer prepared for " + request.action() + " " + request.body());
  }

  private static HttpExecuteResponse response(int status, String body) {
    return HttpExecuteResponse.builder()
        .response(SdkHttpResponse.builder().statusCode(status).build())
        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body.getBytes(UTF_8))))
        .build();
  }

  @Override
  public void close() {}

  private record Answer(
      String action,
      Predicate<Request> to,
      int status,
      String body,
      @Nullable IOException breaks) {}

  /**
   * @param action e.g. {@code DescribeStacks}; for REST, method and path
   * @param parameters of a query request; empty for the JSON protocols
   */
  public record Request(
      String action, Map<String, String> parameters, String body, SdkHttpRequest http) {

    static Request of(HttpExecuteRequest request) {
      var body =
          request
              .contentStreamProvider()
              .map(
                  p -> {
                    try (var in = p.newStream()) {
                      return new String(in.readAllBytes(), UTF_8);
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  })
              .orElse("");
      var http = request.httpRequest();
      var target = http.firstMatchingHeader("X-Amz-Target");
      if (target.isPresent()) {
        var name = target.get();
        return new Request(name.substring(name.lastIndexOf('.') + 1), Map.of(), body, http);
      }
      if (body.startsWith("Action=")) {
        var form = form(body);
        return new Request(form.getOrDefault("Action", ""), form, body, http);
      }
      return new Request(http.method() + " " + http.encodedPath(), Map.of(), body, http);
    }

    private static Map<String, String> form(String body) {
      var form = new HashMap<String, String>();
      for (var pair : body.split("&")) {
        var equals = pair.indexOf('=');
        form.put(
            URLDecoder.decode(pair.substring(0, equals), UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), UTF_8));
      }
      return form;
    }

    public JsonNode json() {
      try {
        return new ObjectMapper().readTree(body);
      } catch (JsonProcessingException e) {
        throw new AssertionError("not JSON: " + body, e);
      }
    }

    /** The parameters without those that every query request has. */
    public Map<String, String> arguments() {
      var arguments = new TreeMap<>(parameters);
      arguments.remove("Action");
      arguments.remove("Version");
      return arguments;
    }
  }
}
