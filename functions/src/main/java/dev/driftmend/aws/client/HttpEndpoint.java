package dev.driftmend.aws.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.driftmend.port.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Every request has a connection of its own, as a new client would, so that none survives a
 * snapshot either.
 */
public final class HttpEndpoint implements Endpoint {
  private static final int MOST_BODY = 2_048;

  @Override
  public Answer get(URI uri, Duration timeout) {
    var begin = System.nanoTime();
    try {
      if (!(uri.toURL().openConnection() instanceof HttpURLConnection connection)) {
        return new Answer.Broken("not an HTTP address: " + uri);
      }
      connection.setConnectTimeout((int) timeout.toMillis());
      connection.setReadTimeout((int) timeout.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setRequestProperty("Connection", "close");
      connection.setRequestProperty("User-Agent", "driftmend-probe");
      try {
        var code = connection.getResponseCode();
        var body = body(code < 400 ? connection.getInputStream() : connection.getErrorStream());
        return new Answer.Status(code, body, Duration.ofNanos(System.nanoTime() - begin));
      } finally {
        connection.disconnect();
      }
    } catch (UnknownHostException e) {
      return new Answer.NoName(uri.getHost());
    } catch (SocketTimeoutException e) {
      return new Answer.TimedOut(timeout);
    } catch (ConnectException e) {
      return new Answer.Refused();
    } catch (IOException | IllegalArgumentException e) {
      return new Answer.Broken(String.valueOf(e.getMessage()));
    }
  }

  private static String body(@Nullable InputStream stream) throws IOException {
    if (stream == null) {
      return "";
    }
    try (stream) {
      return new String(stream.readNBytes(MOST_BODY), UTF_8);
    }
  }
}
