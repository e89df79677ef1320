package dev.driftmend.diagnose.scene;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server that a script puts on a machine, where it is the only one and its port is certain.
 *
 * @param name e.g. {@code nginx}
 */
public record Server(String name, int port) {
  private static final int HTTP = 80;

  /**
   * What the packages listen on as they come, and what says so where a command names a port.
   *
   * @see <a href="https://httpd.apache.org/docs/2.4/bind.html">httpd: Listen</a>
   * @see <a href="https://docs.python.org/3/library/http.server.html">http.server</a>
   */
  private static final Pattern INSTALLED =
      Pattern.compile(
          "(?m)\\b(?:yum|dnf|apt|apt-get|amazon-linux-extras)\\b[^\\n]*\\binstall\\b[^\\n]*"
              + "(?<![\\w.-])(httpd|nginx1?|apache2)(?![\\w.-])");

  private static final Pattern STARTED =
      Pattern.compile(
          "\\b(?:systemctl|service)\\b[^\\n;&|]*(?<![\\w.-])(?:httpd|nginx|apache2)(?![\\w-])");
  private static final List<Pattern> STARTED_ON =
      List.of(
          Pattern.compile("python[\\d.]*\\s+-m\\s+(?<name>http\\.server)\\s+(?<port>\\d{1,5})\\b"),
          Pattern.compile("\\b(?<name>flask)\\s+run\\b[^\\n]*--port[= ](?<port>\\d{1,5})\\b"),
          Pattern.compile(
              "\\b(?<name>docker\\s+run)\\b[^\\n]*?\\s(?:-p|--publish)[= ]?"
                  + "(?:0\\.0\\.0\\.0:)?(?<port>\\d{1,5}):\\d{1,5}\\b"));

  /** Whatever else may listen, or have the server listen elsewhere. */
  private static final Pattern MORE =
      Pattern.compile(
          "(?mi)\\blisten\\b|virtualhost|proxy|\\.conf\\b|conf\\.d|sites-(?:available|enabled)"
              + "|\\b(?:sed|iptables|nft|firewall-cmd|ufw|socat|haproxy|envoy|traefik|varnish|caddy"
              + "|lighttpd|squid|tomcat\\w*|java|node|npm|pm2|yarn|gunicorn|uvicorn|uwsgi|puma"
              + "|unicorn|rails|dotnet|supervisord?|podman|docker-compose|compose|kubectl|k3s|helm"
              + "|mod_ssl|a2enmod|certbot|mysql-server|mariadb-server|postgresql\\S*|redis\\S*"
              + "|memcached|jenkins|grafana\\S*|prometheus|vsftpd"
              + "|cfn-init|ansible\\S*|chef\\S*|puppet|salt|codedeploy\\S*|unzip|rsync)\\b|\\b(?:git\\s+clone|aws\\s+s3|php\\s+-S|go\\s+run|tar\\s+\\S*x|--net(?:work)?[="
              + " ]host)\\b|(?:curl|wget)[^\\n"
              + "|]*\\|\\s*(?:sudo\\s+)?(?:ba|z|da)?sh\\b"
              + "|(?:^|[;&|]\\s*)(?:sudo\\s+)?(?:(?:ba)?sh\\s+[\\w./-]+|\\./\\S+)");

  private static final Pattern SERVICE =
      Pattern.compile(
          "\\b(?:systemctl|service)\\s+(?:-\\S+\\s+)*(?:(?:start|restart|enable|reload)\\s+)?"
              + "(?:--now\\s+)?([\\w@-]+)");
  private static final Pattern BEHIND = Pattern.compile("(?m)^[^\\n]*(?<![&>])&[ \\t]*$");
  private static final Set<String> HARMLESS =
      Set.of(
          "httpd",
          "nginx",
          "apache2",
          "docker",
          "daemon-reload",
          "status",
          "crond",
          "amazon-ssm-agent",
          "amazon-cloudwatch-agent",
          "awslogsd",
          "sshd");

  /** Null if there is none, or more than one, or one of which the port is not certain. */
  public static @Nullable Server of(Script script) {
    if (script.text() == null) {
      return null;
    }
    var text = script.text().replaceAll("\\\\\\r?\\n", " ").replaceAll("(?m)^[ \\t]*#[^\\n]*$", "");
    var found = new LinkedHashSet<Server>();
    var installed = INSTALLED.matcher(text);
    while (installed.find()) {
      if (STARTED.matcher(text).find()) {
        found.add(new Server(installed.group(1).replace("nginx1", "nginx"), HTTP));
      }
    }
    for (var pattern : STARTED_ON) {
      var match = pattern.matcher(text);
      while (match.find()) {
        found.add(
            new Server(
                match.group("name").replaceAll("\\s+", " "),
                Integer.parseInt(match.group("port"))));
      }
    }
    return found.size() == 1 && !mayBeMore(text, found.getFirst()) ? found.getFirst() : null;
  }

  private static boolean mayBeMore(String text, Server server) {
    var contained = server.name().startsWith("docker");
    if (MORE.matcher(text).find()
        || !contained && text.contains("docker")
        || contained
            && (count(text, "docker\\s+run") > 1 || count(text, "\\s(?:-p|--publish)\\b") > 1)) {
      return true;
    }
    var service = SERVICE.matcher(text);
    while (service.find()) {
      if (!HARMLESS.contains(service.group(1))) {
        return true;
      }
    }
    var behind = BEHIND.matcher(text);
    while (behind.find()) {
      if (!behind.group().contains(server.name())) {
        return true;
      }
    }
    return false;
  }

  private static int count(String text, String regex) {
    return text.split(regex, -1).length - 1;
  }
}
