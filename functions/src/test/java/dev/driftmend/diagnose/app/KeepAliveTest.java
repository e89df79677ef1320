package dev.driftmend.diagnose.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.diagnose.Stage;
import dev.driftmend.diagnose.Walk;
import dev.driftmend.testing.Golden;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeepAliveTest {
  private static final String APP = "@app.route('/')\n@app.route('/health')\n";

  @ParameterizedTest
  @CsvSource({
    "gunicorn --threads 4 app:app, 2",
    "gunicorn -k gthread -b 0.0.0.0:5000 app:app, 2",
    "/opt/venv/bin/gunicorn --worker-class=gevent app:app, 2",
    "gunicorn --threads 4 --keep-alive 75 app:app, 75",
    "gunicorn --threads 4 --keep-alive=5 app:app, 5",
    "uvicorn app:app --host 0.0.0.0, 5",
    "uvicorn app:app --timeout-keep-alive 90, 90",
  })
  void theServersCommandLineTells(String command, int seconds) {
    var kept = KeepAlive.of(Map.of("app.service", "ExecStart=" + command + "\n"));

    assertThat(kept).isNotNull().extracting(KeepAlive::seconds).isEqualTo(seconds);
  }

  @ParameterizedTest
  @CsvSource({
    "gunicorn app:app",
    "gunicorn --workers 4 --threads 1 app:app",
    "gunicorn -k sync app:app",
    "python3 app.py",
    "# gunicorn --threads 4 app:app",
    "pip install gunicorn==27.0.1"
  })
  void whatKeepsNoConnectionOrIsNotStartedTellsNothing(String line) {
    assertThat(KeepAlive.of(Map.of("start.sh", line + "\n"))).isNull();
  }

  @Test
  void soDoesItsOwnFileOfSettings() {
    var files =
        Map.of(
            "start.sh",
            "gunicorn -c gunicorn.conf.py app:app\n",
            "gunicorn.conf.py",
            "threads = 8\nkeepalive = 30\n");

    assertThat(KeepAlive.of(files)).isNotNull().extracting(KeepAlive::seconds).isEqualTo(30);
  }

  @Test
  void anAppThatClosesBeforeItsLoadBalancerDoesGetsAdvice() {
    var said = advice("gunicorn --threads 4 app:app");

    assertThat(said)
        .contains("after 2 s", "LoadBalancer only after 60 s", "gets 502", "keep them for 75 s");
  }

  @Test
  void oneThatWaitsLongerGetsNone() {
    assertThat(advice("gunicorn --threads 4 --keep-alive 75 app:app")).isEmpty();
    assertThat(advice("gunicorn --threads 4 --keep-alive 60 app:app")).isNotEmpty();
  }

  @Test
  void ourOwnWorkloadGetsNone() {
    var unit = Golden.read(Path.of("workload/driftmend-web.service"));

    assertThat(KeepAlive.of(Map.of("driftmend-web.service", unit)))
        .isNotNull()
        .extracting(KeepAlive::seconds)
        .isEqualTo(75);
  }

  private static String advice(String command) {
    var app = AppFiles.read(Map.of("app.py", APP, "start.sh", "PORT=5000 " + command + "\n"));
    return Walk.of(Stage.planned(Stage.OWN, Map.of(), app)).advice().stream()
        .filter(a -> a.about().equals("keep-alive"))
        .map(a -> a.text())
        .findFirst()
        .orElse("");
  }
}
