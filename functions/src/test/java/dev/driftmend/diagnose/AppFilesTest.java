package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void aLocalBindIsTold() {
    var facts =
        AppFiles.read(Map.of("app.py", APP, "start.sh", "gunicorn -b 127.0.0.1:8000 app:app\n"));

    assertThat(facts.onlyLocal()).isTrue();
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
  void anAppOnAnotherPortIsToldBeforeItIsDeployed() {
    var facts = AppFiles.read(Map.of("app.py", APP + "app.run(host='0.0.0.0', port=8080)\n"));
    var diagnosis = Walk.of(Stage.planned(Stage.OWN, Map.of(), facts));

    assertThat(Stage.broken(diagnosis).keySet()).containsExactly("target-group");
    assertThat(Stage.hop(diagnosis, "target-group").evidence().getFirst())
        .contains("on 5000, the app listens on 8080 (app.py: app.run(");
  }

  @Test
  void anAppThatListensForItselfOnlyIsToldBeforeItIsDeployed() {
    var facts = AppFiles.read(Map.of("app.py", APP + "app.run(port=5000)\n"));

    assertThat(Stage.broken(Walk.of(Stage.planned(Stage.OWN, Map.of(), facts))).keySet())
        .containsExactly("app");
  }
}
