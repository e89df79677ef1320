import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What a Java function cannot be below: the requests of one of Driftmend's events as they were
 * recorded, one after another, by the JDK alone. No SDK, no signature, no logic; the answers are read
 * and forgotten. It has greeted once in INIT, as Driftmend does.
 */
public final class Bare implements RequestStreamHandler {
  private static final String ENDPOINT = System.getenv("AWS_ENDPOINT_URL");

  private record Call(String method, String path, String service, String target, byte[] body) {}

  private final List<Call> calls = new ArrayList<>();

  /** Reads {@code calls.txt}: method, path, service, action and body in base 64, by spaces. */
  public Bare() throws IOException {
    for (var line : Files.readAllLines(Path.of("calls.txt"))) {
      var parts = line.split(" ", -1);
      var body = Base64.getDecoder().decode(parts[4]);
      calls.add(new Call(parts[0], parts[1], parts[2], parts[3], body));
    }
    send(new Call("GET", "/", "", "", new byte[0]));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    for (var call : calls) {
      send(call);
    }
    output.write("{\"calls\": %d}".formatted(calls.size()).getBytes(StandardCharsets.UTF_8));
  }

  private static void send(Call call) throws IOException {
    var connection = (HttpURLConnection) URI.create(ENDPOINT + call.path).toURL().openConnection();
    connection.setRequestMethod(call.method);
    if (!call.service.isEmpty()) {
      connection.setRequestProperty(
          "Authorization", "Credential=nobody/20260101/region/" + call.service + "/aws4_request");
    }
    if (!call.target.isEmpty()) {
      connection.setRequestProperty("X-Amz-Target", "of." + call.target);
    }
    if (call.body.length > 0) {
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(call.body.length);
      try (var to = connection.getOutputStream()) {
        to.write(call.body);
      }
    }
    int status = connection.getResponseCode();
    try (var answer = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      if (answer != null) {
        answer.readAllBytes();
      }
    }
  }
}
