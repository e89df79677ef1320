package dev.driftmend.diagnose.scene;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a script puts in front of an app on the same machine, so that clients of a port need not
 * meet the app there: a proxy, a container's published port, a redirected port, or something that
 * the script only starts and does not tell.
 */
public final class Front {
  /** By what is said of it; the first that fits counts. */
  private static final Map<String, Pattern> KINDS = new LinkedHashMap<>();

  static {
    kind(
        "starts a proxy or web server",
        "nginx|openresty|apache2|httpd|caddy|haproxy|envoy|traefik|varnish|lighttpd|squid|kong"
            + "|stunnel4?|pound|tomcat\\w*|passenger|uwsgi|iis");
    kind(
        "runs containers",
        "docker|docker-compose|podman|nerdctl|containerd|kubectl|k3s|microk8s|minikube|kubelet");
    kind(
        "redirects ports",
        "iptables(?:-restore)?|ip6tables|nft|nftables|firewall-cmd|ufw|socat|rinetd|redir|ipvsadm");
    KINDS.put(
        "forwards a port", Pattern.compile(words("(?:auto)?ssh") + "[^\\n]*\\s-\\w*[LR]\\s*\\S"));
    KINDS.put(
        "runs what it does not tell",
        Pattern.compile(
            "(?m)(?:curl|wget)[^\\n|]*\\|\\s*(?:sudo\\s+)?(?:ba|z|da)?sh\\b"
                + "|(?:^|[;&|]\\s*)(?:sudo\\s+)?(?:ba)?sh\\s+[\\w./-]+"
                + "|"
                + words("cfn-init|ansible(?:-\\w+)?|chef-\\w+|puppet|salt-\\w+")));
  }

  /** A line of remarks starts nothing; the first one of a script says what runs it. */
  private static final Pattern REMARK = Pattern.compile("(?m)^[ \\t]*#(?!include|cloud|!).*$");

  private Front() {}

  private static void kind(String said, String names) {
    KINDS.put(said, Pattern.compile(words(names)));
  }

  private static String words(String names) {
    return "(?<![\\w.-])(?:" + names + ")(?![\\w])";
  }

  /** In words, e.g. {@code starts a proxy or web server (nginx)}; null if nothing is seen. */
  public static @Nullable String of(Script script) {
    var text = script.text();
    if (text == null) {
      return "is not known";
    }
    var says = REMARK.matcher(text).replaceAll("");
    for (var kind : KINDS.entrySet()) {
      var found = kind.getValue().matcher(says);
      if (found.find()) {
        return kind.getKey() + " (" + found.group().strip() + ")";
      }
    }
    return null;
  }
}
