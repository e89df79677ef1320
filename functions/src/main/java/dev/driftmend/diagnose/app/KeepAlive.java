package dev.driftmend.diagnose.app;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.model.incident.Diagnosis.Advice;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * For how long the app's server keeps an idle connection. If that is no longer than its load
 * balancer's idle timeout, now and then a request goes out on a connection that the app is just
 * closing, and its client gets 502 although every health check passes.
 *
 * @param seconds for how long
 * @param source where this was found, e.g. {@code app.service: gunicorn without --keep-alive}
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html">Connection
 *     idle timeout</a>
 * @see <a href="https://gunicorn.org/reference/settings/#keepalive">gunicorn: keepalive</a>
 * @see <a href="https://www.uvicorn.org/settings/#timeouts">uvicorn: timeouts</a>
 */
public record KeepAlive(int seconds, String source) {
  private static final String IDLE_TIMEOUT = "Attributes.idle_timeout.timeout_seconds";
  private static final int BALANCERS = 60;
  private static final int GUNICORNS = 2;
  private static final int UVICORNS = 5;

  private static final Pattern STARTS =
      Pattern.compile("(?m)^(?!\\s*#).*?\\b(gunicorn|uvicorn)\\s+([^#\\n]*\\w:\\w[^#\\n]*)");
  private static final Pattern GUNICORN_SETTING =
      Pattern.compile("--keep-alive[ =](\\d+)|(?m:^)\\s*keepalive\\s*=\\s*(\\d+)");
  private static final Pattern UVICORN_SETTING = Pattern.compile("--timeout-keep-alive[ =](\\d+)");

  /** gunicorn's default worker closes each connection after its answer. */
  private static final Pattern KEEPS =
      Pattern.compile(
          "--threads[ =](?!1\\b)\\d+|(?:-k|--worker-class)[ =]?[\"']?(?!sync\\b)[\\w.]+"
              + "|(?m:^)\\s*threads\\s*=\\s*(?!1\\b)\\d+|(?m:^)\\s*worker_class\\s*=\\s*[\"'](?!sync\\b)");

  /** Null if no file tells which server keeps connections. */
  static @Nullable KeepAlive of(Map<String, String> files) {
    var settings = String.join("\n", files.values());
    for (var file : files.entrySet()) {
      var start = file.getKey().endsWith(".md") ? null : STARTS.matcher(file.getValue());
      if (start != null && start.find()) {
        return start.group(1).equals("uvicorn")
            ? configured(UVICORN_SETTING, settings, file.getKey(), "uvicorn", UVICORNS)
            : KEEPS.matcher(settings).find()
                ? configured(GUNICORN_SETTING, settings, file.getKey(), "gunicorn", GUNICORNS)
                : null;
      }
    }
    return null;
  }

  private static KeepAlive configured(
      Pattern setting, String settings, String file, String server, int otherwise) {
    var configured = setting.matcher(settings);
    if (!configured.find()) {
      return new KeepAlive(otherwise, file + ": " + server + " as it is by default");
    }
    var seconds = configured.group(1) != null ? configured.group(1) : configured.group(2);
    return new KeepAlive(Integer.parseInt(seconds), file + ": " + configured.group().strip());
  }

  /** What to say of it in front of the load balancer of a path; nothing if the app waits longer. */
  public static Optional<Advice> advice(Scene scene, Path path) {
    var app = scene.app();
    var kept = app == null ? null : app.keepAlive();
    var balancer = path.balancer();
    if (kept == null || balancer == null || !path.protocol().startsWith("HTTP")) {
      return Optional.empty();
    }
    var set = Read.text(path.byId(balancer.physicalId()), IDLE_TIMEOUT);
    var idle = set == null ? BALANCERS : Integer.parseInt(set);
    return kept.seconds() > idle
        ? Optional.empty()
        : Optional.of(
            new Advice(
                "keep-alive",
                "the app closes idle connections after %d s (%s), %s only after %d s: a request that meets the close gets 502; let the app keep them for %d s"
                    .formatted(
                        kept.seconds(),
                        kept.source(),
                        path.name(balancer.physicalId()),
                        idle,
                        idle + 15)));
  }
}
