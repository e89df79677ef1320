package dev.driftmend.diagnose.app;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the app's own files tell; no code of it is run.
 *
 * @param port where it listens; null if that is not known
 * @param onlyLocal whether it listens on the loopback interface alone
 * @param routes the paths that it answers a GET of, in Flask's form; null if they are not known
 * @param source where this was found, e.g. {@code app.py: app.run(port=8080)}
 * @param keepAlive for how long it keeps idle connections; null if it keeps none or that is not
 *     known
 */
public record AppFacts(
    @Nullable Integer port,
    boolean onlyLocal,
    @Nullable Set<String> routes,
    String source,
    @Nullable KeepAlive keepAlive) {
  private static final Pattern VARIABLE = Pattern.compile("<(?:(\\w+)(?:\\([^>]*\\))?:)?\\w+>");

  public AppFacts {
    routes = routes == null ? null : Set.copyOf(routes);
  }

  /** Whether its server speaks HTTP/1.1 and nothing newer, as those of Flask and gunicorn do. */
  public boolean isHttp1() {
    return port != null || routes != null;
  }

  /** Whether it has a route for this path; null if that is not known. */
  public @Nullable Boolean answers(String path) {
    var bare = path.contains("?") ? path.substring(0, path.indexOf('?')) : path;
    return routes == null ? null : routes.stream().anyMatch(r -> regex(r).matcher(bare).matches());
  }

  /**
   * A variable stands for one segment, one of the type {@code path} for any.
   *
   * @see <a href="https://flask.palletsprojects.com/en/stable/quickstart/#variable-rules">Variable
   *     rules</a>
   */
  private static Pattern regex(String route) {
    var regex = new StringBuilder();
    var variable = VARIABLE.matcher(route);
    var from = 0;
    while (variable.find()) {
      regex.append(Pattern.quote(route.substring(from, variable.start())));
      regex.append("path".equals(variable.group(1)) ? ".+" : "[^/]+");
      from = variable.end();
    }
    return Pattern.compile(regex + Pattern.quote(route.substring(from)));
  }
}
