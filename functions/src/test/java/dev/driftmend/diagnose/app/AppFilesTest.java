package dev.driftmend.diagnose.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.diagnose.Stage;
import dev.driftmend.diagnose.Walk;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppFilesTest {
  private static final String APP =
      """
      from flask import Flask
      app = Flask(__name__)

      @app.route("/")
      def hello():
          return "hello"

      @app.get('/health')
      def health():
          return "ok"

      @app.route("/orders", methods=["POST"])
      def order():
          return "done"

      @app.get("/items/<int:number>")
      def item(number):
          return str(number)
      """;

  @Test
  void routesAreThoseThatAnswerAGet() {
    var facts = AppFiles.read(Map.of("app.py", APP));

    assertThat(facts.answers("/")).isTrue();
    assertThat(facts.answers("/health")).isTrue();
    assertThat(facts.answers("/health?deep=1")).isTrue();
    assertThat(facts.answers("/items/7")).isTrue();
    assertThat(facts.answers("/items/7/parts")).isFalse();
    assertThat(facts.answers("/orders")).isFalse();
    assertThat(facts.port()).isNull();
  }

  @Test
  void aPathVariableStandsForManySegments() {
    var facts = AppFiles.read(Map.of("app.py", "@app.route('/<path:rest>')\n"));

    assertThat(facts.answers("/a/b/c")).isTrue();
  }

  @Test
  void whatIsNotWrittenAsTextIsNotKnown() {
    assertThat(AppFiles.read(Map.of("app.py", "@app.route(HOME)\n")).routes()).isNull();
    assertThat(AppFiles.read(Map.of("main.go", "http.ListenAndServe()")).routes()).isNull();
    assertThat(
            AppFiles.read(Map.of("app.py", "bp = Blueprint('a', url_prefix='/v1')\n@bp.get('/')\n"))
                .routes())
        .isNull();
  }

  @Test
  void testsAreNotTheApp() {
    assertThat(AppFiles.read(Map.of("test_app.py", "@app.route('/')\n")).routes()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "|app.run(host='0.0.0.0', port=8080)|, 8080, false",
        "|app.run(host='0.0.0.0')|, 5000, false",
        "app.run(port=8080), 8080, true",
        "app.run(), 5000, true",
        "|    app.run(host=\"127.0.0.1\", port=8080)|, 8080, true",
        "|app.run(host='0.0.0.0', port=int(os.environ.get('PORT', 9000)))|, 9000, false",
      })
  void runTellsPortAndHost(String run, int port, boolean onlyLocal) {
    var facts = AppFiles.read(Map.of("app.py", APP + run + "\n"));

    assertThat(facts.port()).isEqualTo(port);
    assertThat(facts.onlyLocal()).isEqualTo(onlyLocal);
  }

  @Test
  void aServersOwnSettingOutweighsRun() {
    var facts =
        AppFiles.read(
            Map.of(
                "app.py",
                APP + "app.run(port=1)\n",
                "web.service",
                "ExecStart=/opt/venv/bin/gunicorn --bind 0.0.0.0:8000 app:app\n"));

    assertThat(facts.port()).isEqualTo(8000);
    assertThat(facts.onlyLocal()).isFalse();
    assertThat(facts.source()).contains("web.service", "--bind 0.0.0.0:8000");
  }

  @Test
  void aLocalBindIsReported() {
    var facts =
        AppFiles.read(Map.of("app.py", APP, "start.sh", "gunicorn -b 127.0.0.1:8000 app:app\n"));

    assertThat(facts.onlyLocal()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "cd /srv && flask run --host 0.0.0.0 --port 80; 80; false",
        "flask --app app run -h 0.0.0.0 -p 8080 &; 8080; false",
        "python3 -m flask run; 5000; true",
        "export FLASK_RUN_PORT=80 FLASK_RUN_HOST=0.0.0.0\\nflask run; 80; false",
        "uvicorn app:app --host 0.0.0.0 --port=8000; 8000; false",
        "ExecStart=/venv/bin/uvicorn --port 81 app:app; 81; true",
        "waitress-serve --listen=*:80 app:app; 80; false",
        "waitress-serve app:app; 8080; false",
        "CMD [\"flask\", \"run\", \"--host=0.0.0.0\", \"--port\", \"80\"]; 80; false",
        "hypercorn --bind 0.0.0.0:443 app:app; 443; false",
        "flask run --host 0.0.0.0 --port $WEB_PORT; ; false",
      })
  void theCommandOfAServerOutweighsRun(String command, Integer port, boolean onlyLocal) {
    var facts =
        AppFiles.read(
            Map.of("app.py", APP + "app.run(port=1)\n", "start", command.replace("\\n", "\n")));

    assertThat(facts.port()).isEqualTo(port);
    assertThat(facts.onlyLocal()).isEqualTo(onlyLocal);
    assertThat(facts.source()).startsWith("start: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# flask run --port 80",
        "pip3 install flask uvicorn waitress",
        "uvicorn==0.30.1",
        "echo flask-run; python3 app.py",
        "docker run flask"
      })
  void whatOnlyNamesAServerStartsNone(String text) {
    var facts = AppFiles.read(Map.of("app.py", APP + "app.run(port=8080)\n", "start", text));

    assertThat(facts.port()).isEqualTo(8080);
  }

  @Test
  void gunicornBindsThePortOfItsEnvironment() {
    var facts =
        AppFiles.read(
            Map.of(
                "web.env", "PORT=5000\n",
                "web.service",
                    "EnvironmentFile=/etc/web.env\nExecStart=/venv/bin/gunicorn app:app\n"));

    assertThat(facts.port()).isEqualTo(5000);
  }

  @Test
  void userDataTellsWhereTheAppListens() {
    var declared = Stage.planned(Stage.OWN, Map.of("AppPort", "6000"), null).declared();

    assertThat(AppFiles.read(Map.of("app.py", APP), declared).port()).isEqualTo(6000);
  }

  @Test
  void anAppOnAnotherPortIsReportedBeforeItIsDeployed() {
    var facts = AppFiles.read(Map.of("app.py", APP + "app.run(host='0.0.0.0', port=8080)\n"));
    var diagnosis = Walk.of(Stage.planned(Stage.OWN, Map.of(), facts));

    assertThat(Stage.broken(diagnosis).keySet()).containsExactly("target-group");
    assertThat(Stage.hop(diagnosis, "target-group").evidence().getFirst())
        .contains("on 5000, the app listens on 8080 (app.py: app.run(");
  }

  @Test
  void anAppThatListensForItselfOnlyIsReportedBeforeItIsDeployed() {
    var facts = AppFiles.read(Map.of("app.py", APP + "app.run(port=5000)\n"));

    assertThat(Stage.broken(Walk.of(Stage.planned(Stage.OWN, Map.of(), facts))).keySet())
        .containsExactly("app");
  }
}
