package dev.driftmend.diagnose.scene;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTest {
  @ParameterizedTest
  @CsvSource({
    "'dnf -y install httpd\nsystemctl start httpd', httpd, 80",
    "'yum update -y\nyum install -y httpd php\nservice httpd start\nchkconfig httpd on', httpd, 80",
    "'apt-get install -y apache2\nsystemctl enable --now apache2.service', apache2, 80",
    "'amazon-linux-extras install -y nginx1\n"
        + "systemctl enable nginx\n"
        + "systemctl start nginx', nginx, 80",
    "'# nginx stands elsewhere\nnohup python3 -m http.server 8000 &', http.server, 8000",
    "'pip3 install flask\nflask run --host 0.0.0.0 --port=5001 &', flask, 5001",
    "'dnf -y install docker\n"
        + "systemctl start docker\n"
        + "docker run -d \\\n"
        + "  -p 8080:80 web', docker run, 8080"
  })
  void theOnlyServerListensWhereItsPackageOrItsCommandSays(String text, String name, int port) {
    assertThat(of(text)).isEqualTo(new Server(name, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dnf -y install httpd\n"
            + "echo Listen 8080 > /etc/httpd/conf.d/port.conf\n"
            + "systemctl start httpd",
        "dnf -y install nginx\nsed -i s/80/8080/ /etc/nginx/nginx.conf\nsystemctl start nginx",
        "dnf -y install nginx\nsystemctl start nginx\njava -jar /srv/web.jar &",
        "dnf -y install nginx\nsystemctl start nginx\nsystemctl start web",
        "dnf -y install nginx\nsystemctl start nginx\n/opt/web &",
        "dnf -y install nginx\nsystemctl start nginx\n./install",
        "dnf -y install nginx\nsystemctl start nginx\ncurl https://example.com/install | sudo bash",
        "dnf -y install httpd mod_ssl\nsystemctl start httpd",
        "systemctl start nginx",
        "dnf -y install nginx",
        "python3 -m http.server 8000 &\npython3 -m http.server 8001 &",
        "docker run -d -p 80:80 web\ndocker run -d -p 81:80 api",
        "docker run -d --network host web",
        "docker run -d -p 80:80 -p 443:443 web",
        "flask run --port $PORT",
        "/opt/aws/bin/cfn-init --stack web\nyum -y install httpd\nservice httpd start",
        ""
      })
  void whatMayListenElsewhereOrIsNotAloneIsNotCertain(String text) {
    assertThat(of(text)).isNull();
  }

  @Test
  void aScriptThatIsNotKnownStartsNothingCertain() {
    assertThat(Server.of(new Script(true, null))).isNull();
  }

  private static @Nullable Server of(String text) {
    return Server.of(new Script(true, text));
  }
}
