package dev.driftmend.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RequestConditionTest {
  @Test
  void conditionsAndValuesHaveNoOrder() {
    var paths = RequestCondition.of("path-pattern", null, false, List.of("/b", "/a", "/b"));
    var hosts = RequestCondition.of("host-header", null, false, List.of("Shop.Example.com"));

    assertThat(RequestCondition.text(List.of(paths, hosts)))
        .isEqualTo(RequestCondition.text(List.of(hosts, paths)))
        .isEqualTo("host-header=shop.example.com; path-pattern=/a,/b");
  }

  @Test
  void blocksOfAddressesHaveOneForm() {
    var sources =
        RequestCondition.of(
            "source-ip", null, false, List.of("192.0.2.7/24", "2001:DB8:0::/32", "odd"));

    assertThat(sources.text()).isEqualTo("source-ip=192.0.2.0/24,2001:db8::/32,odd");
  }

  @Test
  void aHeaderIsNamedInLowerCaseAndItsExpressionsAreMarked() {
    var header = RequestCondition.of("http-header", "X-~Canary", true, List.of("^y.*"));

    assertThat(header.text()).isEqualTo("http-header~:x-~canary=^y.*");
    assertThat(header.name()).isEqualTo("http-header");
    assertThat(header.header()).isEqualTo("x-~canary");
    assertThat(header.isRegex()).isTrue();
  }

  @Test
  void aPathWithATildeIsNoExpression() {
    var path = RequestCondition.of("path-pattern", null, false, List.of("/~ops"));

    assertThat(path.isRegex()).isFalse();
    assertThat(path.header()).isNull();
  }

  @Test
  void aQueryHasKeysOrNone() {
    var query =
        RequestCondition.ofQuery(
            List.of(
                new RequestCondition.Pair("version", "v1=2"),
                new RequestCondition.Pair(null, "a=b")));

    assertThat(query.text()).isEqualTo("query-string=a%3Db,version=v1%3D2");
    assertThat(query.pairs())
        .containsExactly(
            new RequestCondition.Pair(null, "a=b"), new RequestCondition.Pair("version", "v1=2"));
  }

  @Property(tries = 200)
  void whatIsWrittenIsReadAgain(@ForAll @Size(min = 1, max = 4) List<@NotEmpty String> values) {
    var path = RequestCondition.of("path-pattern", null, false, values);
    var header = RequestCondition.of("http-header", "X-A", false, values);

    assertThat(RequestCondition.parse(RequestCondition.text(List.of(path, header))))
        .containsExactlyInAnyOrder(path, header);
    assertThat(path.plain())
        .containsExactlyInAnyOrderElementsOf(List.copyOf(new TreeSet<>(values)));
  }

  @Test
  void noConditionIsNoText() {
    assertThat(RequestCondition.parse(RequestCondition.text(List.of()))).isEmpty();
  }

  @Test
  void textThatIsNoConditionIsRefused() {
    assertThatThrownBy(() -> RequestCondition.parse("path"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("path");
  }
}
