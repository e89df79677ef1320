package dev.driftmend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.template.Desireds;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of {@code docs/drifts.md} on what a setting is known by says what is so. */
class SettingFormsTest {

  static Stream<Arguments> same() {
    return SettingForms.all().stream()
        .flatMap(f -> f.same().stream().map(s -> Arguments.of(f, s.declared(), s.live())));
  }

  static Stream<Arguments> other() {
    return SettingForms.all().stream()
        .flatMap(
            f -> f.other().stream().map(o -> Arguments.of(f, f.same().getFirst().declared(), o)));
  }

  static Stream<Arguments> unknown() {
    return SettingForms.all().stream()
        .flatMap(f -> f.unknown().stream().map(u -> Arguments.of(f, u)));
  }

  @ParameterizedTest
  @MethodSource("same")
  void theSameInAnotherNotationIsNoDrift(SettingForms row, String declared, String live) {
    assertThat(look(row, declared, live).differences()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("other")
  void anotherValueIsADriftOfThatSettingAlone(SettingForms row, String declared, String live) {
    assertThat(look(row, declared, live).drifts())
        .isNotEmpty()
        .extracting(Drift::property)
        .containsOnly(row.property());
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void whatTheTemplateDoesNotTellIsNotComparedAndListed(SettingForms row, String declared) {
    var stack = Deployed.stack(row.resources().replace("HERE", declared));

    for (var live : row.other()) {
      assertThat(look(row, declared, live).differences()).isEmpty();
    }
    assertThat(Desireds.of(stack).notCovered())
        .anyMatch(n -> n.logicalId().equals("It") && n.property().equals(row.property()));
  }

  /** As declared, but for the one setting. */
  private static Look look(SettingForms row, String declared, String live) {
    var resource =
        Deployed.resource(Deployed.stack(row.resources().replace("HERE", declared)), "It");
    var properties = new LinkedHashMap<>(resource.properties());
    properties.put(row.property(), value(resource, row.property(), live));
    return new Look(resource, new Observed.Found(properties));
  }

  private static Property value(Resource resource, String property, String live) {
    return resource.properties().get(property) instanceof Property.Members
        ? Property.Members.of(List.of(Item.of(live)))
        : new Property.Scalar(live);
  }
}
