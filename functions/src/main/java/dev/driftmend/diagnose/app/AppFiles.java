package dev.driftmend.diagnose.app;

import dev.driftmend.diagnose.scene.Launch;
import dev.driftmend.diagnose.scene.Script;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an app's files tell of where it listens and what it answers: Flask's routes, its
 * {@code run}, gunicorn's {@code --bind}, the flags of other servers and {@code PORT}. Nothing is
 * run.
 *
 * @see <a href="https://flask.palletsprojects.com/en/stable/api/#flask.Flask.route">Flask.route</a>
 * @see <a href="https://gunicorn.org/reference/settings/#bind">gunicorn: bind</a>
 */
public final class AppFiles {
  private static final int FLASKS = 5000;

  private static final Pattern ROUTE =
      Pattern.compile(
          "(?m)^\\s*@\\w+\\.(route|get|post|put|delete|patch)\\(\\s*(?:rule\\s*=\\s*)?(?:f?(['\"])(.*?)\\2|([^)\\s]))([^\\n"
              + "]*)");
  private static final Pattern RULE =
      Pattern.compile("\\.add_url_rule\\(\\s*(?:rule\\s*=\\s*)?(['\"])(.*?)\\1");
  private static final Pattern RUN = Pattern.compile("(?m)^\\s*\\w+\\.run\\(([^#\\n]*)\\)");
  private static final Pattern BIND =
      Pattern.compile(
          "(?:--bind[ =]|-b["
              + " =]?|(?m:^)\\s*bind\\s*=\\s*)[\"']?(\\[[^\\]]*\\]|[\\w.${}*-]*):(\\d{1,5}|\\$\\{?PORT\\}?)");
  private static final Pattern PORT =
      Pattern.compile("(?m)(?:^|[\\s;\"'])(?:export\\s+)?PORT=[\"']?(\\d{1,5})");
  private static final Pattern RUN_PORT = Pattern.compile("\\bport\\s*=\\s*([^,]+)");
  private static final Pattern RUN_HOST = Pattern.compile("\\bhost\\s*=\\s*['\"]([^'\"]*)['\"]");
  private static final Pattern DEFAULT_PORT =
      Pattern.compile("['\"]PORT['\"]\\s*,\\s*['\"]?(\\d{1,5})");

  private AppFiles() {}

  /**
   * @param files text by name, relative to the app's directory
   */
  public static AppFacts read(Map<String, String> files) {
    var listens = listens(files);
    return new AppFacts(
        listens == null ? null : listens.port,
        listens != null && listens.onlyLocal,
        routes(files),
        listens == null ? "its files" : listens.source,
        KeepAlive.of(files));
  }

  /**
   * The same, and beside the app's own files what the user data of the stack's instances tells of
   * where it listens.
   */
  public static AppFacts read(Map<String, String> files, DeclaredStack stack) {
    var all = new LinkedHashMap<>(files);
    stack
        .ofType("AWS::EC2::Instance")
        .forEach(i -> put(all, i, Launch.ofInstance(i, stack).script()));
    stack
        .ofType("AWS::AutoScaling::AutoScalingGroup")
        .forEach(f -> put(all, f, Launch.ofFleet(f, stack).script()));
    return read(all);
  }

  private static void put(Map<String, String> files, Declared starts, Script script) {
    var text = script.text();
    if (text != null) {
      files.put("user data of " + starts.ref().logicalId(), text);
    }
  }

  private record Listens(@Nullable Integer port, boolean onlyLocal, String source) {}

  private static boolean isCode(String name) {
    return name.endsWith(".py") && !name.contains("test");
  }

  /** Null if none is written down as text. */
  private static @Nullable Set<String> routes(Map<String, String> files) {
    var routes = new LinkedHashSet<String>();
    var seen = false;
    for (var file : files.entrySet()) {
      if (!isCode(file.getKey())) {
        continue;
      }
      var route = ROUTE.matcher(file.getValue());
      while (route.find()) {
        seen = true;
        if (route.group(3) == null || file.getValue().contains("url_prefix")) {
          return null;
        }
        if (answersGet(route)) {
          routes.add(route.group(3));
        }
      }
      var rule = RULE.matcher(file.getValue());
      while (rule.find()) {
        seen = true;
        routes.add(rule.group(2));
      }
    }
    return seen ? routes : null;
  }

  private static boolean answersGet(Matcher route) {
    var methods = route.group(5).contains("methods");
    return switch (route.group(1)) {
      case "get" -> true;
      case "route" -> !methods || route.group(5).contains("GET");
      default -> false;
    };
  }

  /** A server's own setting outweighs what the app would do if it were run by hand. */
  private static @Nullable Listens listens(Map<String, String> files) {
    var settings = new LinkedHashMap<>(files);
    settings.keySet().removeIf(name -> name.endsWith(".py") && !name.contains("gunicorn"));
    settings.keySet().removeIf(name -> name.endsWith(".md"));
    var port = port(settings);
    for (var file : settings.entrySet()) {
      var bind = BIND.matcher(file.getValue());
      if (file.getValue().contains("gunicorn") && bind.find()) {
        var own = bind.group(2).matches("\\d+") ? Integer.valueOf(bind.group(2)) : port;
        return new Listens(
            own, isLocal(bind.group(1)), file.getKey() + ": " + bind.group().strip());
      }
    }
    for (var file : settings.entrySet()) {
      if (file.getValue().contains("bin/gunicorn") || file.getValue().contains("gunicorn ")) {
        // It binds PORT on all addresses, if there is one; else its own default.
        return new Listens(
            port,
            false,
            port == null ? file.getKey() + ": gunicorn, port not known" : "PORT=" + port);
      }
    }
    for (var file : settings.entrySet()) {
      var command = ServerCommand.of(file.getValue());
      if (command != null) {
        return new Listens(
            command.port(), command.onlyLocal(), file.getKey() + ": " + command.text());
      }
    }
    return run(files, port);
  }

  private static @Nullable Integer port(Map<String, String> files) {
    for (var text : files.values()) {
      var port = PORT.matcher(text);
      if (port.find()) {
        return Integer.valueOf(port.group(1));
      }
    }
    return null;
  }

  private static @Nullable Listens run(Map<String, String> files, @Nullable Integer environment) {
    for (var file : files.entrySet()) {
      if (!isCode(file.getKey())) {
        continue;
      }
      var run = RUN.matcher(file.getValue());
      if (run.find()) {
        var host = RUN_HOST.matcher(run.group(1));
        var named = run.group(1).contains("host");
        var local = named ? host.find() && isLocal(host.group(1)) : true;
        return new Listens(
            runPort(run.group(1), environment), local, file.getKey() + ": " + run.group().strip());
      }
    }
    return null;
  }

  private static @Nullable Integer runPort(String arguments, @Nullable Integer environment) {
    var port = RUN_PORT.matcher(arguments);
    if (!port.find()) {
      return FLASKS;
    }
    var text = port.group(1).strip();
    if (text.matches("\\d{1,5}")) {
      return Integer.valueOf(text);
    }
    var otherwise = DEFAULT_PORT.matcher(arguments);
    return environment != null
        ? environment
        : otherwise.find() ? Integer.valueOf(otherwise.group(1)) : null;
  }

  private static boolean isLocal(String host) {
    return host.equals("127.0.0.1") || host.equals("localhost") || host.equals("[::1]");
  }
}
