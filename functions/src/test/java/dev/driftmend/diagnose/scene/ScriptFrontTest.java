package dev.driftmend.diagnose.scene;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptFrontTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "systemctl start nginx; starts a proxy or web server (nginx)",
        "apt-get install -y apache2; starts a proxy or web server (apache2)",
        "caddy reverse-proxy --from :80 --to :8080; starts a proxy or web server (caddy)",
        "docker compose up -d; runs containers (docker)",
        "firewall-cmd --add-forward-port=port=80:proto=tcp:toport=8080; redirects ports"
            + " (firewall-cmd)",
        "nft add rule ip nat prerouting tcp dport 80 redirect to 8080; redirects ports (nft)",
        "ssh -N -L 0.0.0.0:80:127.0.0.1:8080 localhost; forwards a port (ssh -N -L 0)",
        "curl -s https://example.com/install | bash; runs what it does not tell (curl -s"
            + " https://example.com/install | bash)",
      })
  void whatMayStandBeforeTheAppIsNamed(String script, String said) {
    assertThat(front("#!/bin/bash\n" + script + "\n")).isEqualTo(said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# no nginx here\npython3 app.py",
        "  # TODO: docker\npython3 app.py",
        "ssh-keygen -t ed25519 -f key",
        "systemctl enable sshd"
      })
  void whatStartsNothingIsNothing(String script) {
    assertThat(front(script)).isNull();
  }

  private static @Nullable String front(String text) {
    return Front.of(new Script(true, text));
  }
}
