package dev.driftmend.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ListenerActionTest {
  /** Bodies of fixed responses hold anything, escapes and separators of our own among it. */
  @Provide
  static Arbitrary<String> bodies() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                " ", ";", "; ", "%", "%25", "%3B", "%20", "=", "\n", "\r", "\t", "<p>", "{}"),
            Arbitraries.strings().ascii().ofMaxLength(5),
            Arbitraries.strings().ofMaxLength(3))
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 500)
  void anActionIsReadBackFromItsText(@ForAll("bodies") String body) {
    var action = new ListenerAction("fixed-response", Map.of("body", body, "status", "503"));

    assertThat(ListenerAction.parse(action.text())).isEqualTo(action);
  }

  @Property(tries = 300)
  void severalActionsInOneLineAreDistinguished(
      @ForAll("bodies") String one, @ForAll("bodies") String two) {
    var actions =
        Stream.of(one, two)
            .map(body -> new ListenerAction("fixed-response", Map.of("body", body, "type", "")))
            .toList();
    var line = actions.stream().map(ListenerAction::text).collect(Collectors.joining("; "));

    var read = new ArrayList<ListenerAction>();
    for (var text : List.of(line.split("; "))) {
      read.add(ListenerAction.parse(text));
    }

    assertThat(read).isEqualTo(actions);
  }

  @Test
  void settingsStandInOneOrder() {
    assertThat(new ListenerAction("redirect", Map.of("status", "HTTP_301", "port", "443")).text())
        .isEqualTo("redirect port=443 status=HTTP_301");
  }

  @Test
  void whatIsNoActionIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ListenerAction.parse("forward nowhere"))
        .withMessageContaining("forward nowhere");
  }
}
