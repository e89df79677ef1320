package dev.driftmend.aws.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.driftmend.port.Endpoint.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** Long enough that only an answer that never comes takes it. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration IMPATIENCE = Duration.ofMillis(100);

  private final HttpEndpoint endpoint = new HttpEndpoint();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void anAnswerHasItsStatusItsBodyAndHowLongItTook() {
    answers("/health", 200, "tack, bra");
    assertThat(endpoint.get(at("/health"), PATIENCE))
        .isInstanceOfSatisfying(
            Answer.Status.class,
            s -> {
              assertThat(s.code()).isEqualTo(200);
              assertThat(s.body()).isEqualTo("tack, bra");
              assertThat(s.took()).isPositive().isLessThan(PATIENCE);
            });
    assertThat(asked).containsExactly("GET /health driftmend-probe close");
  }

  @Test
  void anErrorIsAnAnswerWithItsBody() {
    answers("/", 503, "<h1>503 Service Temporarily Unavailable</h1>");
    assertStatus("/", 503, "<h1>503 Service Temporarily Unavailable</h1>");
  }

  @Test
  void anAnswerWithoutBodyHasAnEmptyOne() {
    answers("/gone", 404, "");
    answers("/nothing", 204, "");
    assertStatus("/gone", 404, "");
    assertStatus("/nothing", 204, "");
  }

  @Test
  void ofALongBodyOnlyTheBeginningIsRead() {
    answers("/", 200, "x".repeat(100_000));
    assertStatus("/", 200, "x".repeat(2_048));
  }

  @Test
  void aRedirectIsTheAnswerAndIsNotFollowed() {
    server.createContext(
        "/old",
        exchange -> {
          exchange.getResponseHeaders().add("Location", at("/new").toString());
          reply(exchange, 301, "moved");
        });
    answers("/new", 200, "here");
    assertStatus("/old", 301, "moved");
    assertThat(asked).containsExactly("GET /old driftmend-probe close");
  }

  @Test
  void aPortOnWhichNobodyListensRefuses() {
    var nobody = at("/");
    server.stop(0);
    assertThat(endpoint.get(nobody, PATIENCE)).isEqualTo(new Answer.Refused());
  }

  /** A label of more than 63 letters has no address anywhere, so that no name server is asked. */
  @Test
  void aHostWithoutAddressHasNoName() {
    var host = "x".repeat(64) + ".invalid";
    assertThat(endpoint.get(URI.create("http://" + host + "/"), PATIENCE))
        .isEqualTo(new Answer.NoName(host));
  }

  @Test
  void aServerThatTakesTheCallAndNeverAnswersTimesOut() throws IOException {
    try (var silent = new ServerSocket(0, 1, LOOPBACK)) {
      assertThat(endpoint.get(at(silent, "/"), IMPATIENCE))
          .isEqualTo(new Answer.TimedOut(IMPATIENCE));
    }
  }

  @Test
  void anAnswerThatStopsBeforeItsBodyTimesOut() throws IOException {
    try (var stops = new ServerSocket(0, 1, LOOPBACK)) {
      var answering = speaks(stops, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", false);
      assertThat(endpoint.get(at(stops, "/"), IMPATIENCE))
          .isEqualTo(new Answer.TimedOut(IMPATIENCE));
      answering.interrupt();
    }
  }

  @Test
  void whatIsNotHttpIsBroken() throws IOException {
    for (var words :
        List.of("220 mail.example.com ESMTP\r\n\r\n", "\0\1\2\3\4\5\6\7\r\n\r\n", "")) {
      try (var other = new ServerSocket(0, 5, LOOPBACK)) {
        speaks(other, words, true);
        assertThat(endpoint.get(at(other, "/"), PATIENCE))
            .as("answer to '%s'", words)
            .isInstanceOfSatisfying(
                Answer.Broken.class, b -> assertThat(b.why()).isNotBlank().isNotEqualTo("null"));
      }
    }
  }

  @Test
  void anAddressThatCannotBeAskedIsBrokenAndNotThrown() {
    for (var uri : List.of("no-scheme", "http:///path", "gopher://192.0.2.1/", "mailto:a@b.c")) {
      assertThat(endpoint.get(URI.create(uri), PATIENCE)).as(uri).isInstanceOf(Answer.Broken.class);
    }
  }

  private void assertStatus(String path, int code, String body) {
    assertThat(endpoint.get(at(path), PATIENCE))
        .isInstanceOfSatisfying(
            Answer.Status.class,
            s -> {
              assertThat(s.code()).isEqualTo(code);
              assertThat(s.body()).isEqualTo(body);
            });
  }

  private void answers(String path, int code, String body) {
    server.createContext(path, exchange -> reply(exchange, code, body));
  }

  private void reply(HttpExchange exchange, int code, String body) throws IOException {
    var headers = exchange.getRequestHeaders();
    asked.add(
        "%s %s %s %s"
            .formatted(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                headers.getFirst("User-Agent"),
                headers.getFirst("Connection")));
    try (exchange) {
      var bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Says these bytes to everyone who calls, before or after which nothing is understood. */
  private static Thread speaks(ServerSocket server, String words, boolean hangsUp) {
    return Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try {
                  var caller = server.accept();
                  caller.getInputStream().read(new byte[4_096]);
                  caller.getOutputStream().write(words.getBytes(UTF_8));
                  caller.getOutputStream().flush();
                  if (hangsUp) {
                    caller.close();
                  }
                } catch (IOException e) {
                  return;
                }
              }
            });
  }

  private URI at(String path) {
    return URI.create(
        "http://%s:%d%s".formatted(LOOPBACK.getHostAddress(), server.getAddress().getPort(), path));
  }

  private static URI at(ServerSocket server, String path) {
    return URI.create(
        "http://%s:%d%s".formatted(LOOPBACK.getHostAddress(), server.getLocalPort(), path));
  }
}
