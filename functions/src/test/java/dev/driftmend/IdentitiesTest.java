package dev.driftmend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.drift.Comparison;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.template.Desireds;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of {@code docs/drifts.md} on what a member of a set is known by says what is so. */
class IdentitiesTest {

  static Stream<Arguments> same() {
    return Identities.all().stream().flatMap(i -> i.same().stream().map(s -> Arguments.of(i, s)));
  }

  static Stream<Arguments> open() {
    return Identities.all().stream().flatMap(i -> i.open().stream().map(o -> Arguments.of(i, o)));
  }

  @ParameterizedTest
  @MethodSource("same")
  void theSameInAnotherNotationIsNoDrift(Identities row, Identities.Same same) {
    assertThat(look(row, same.declared(), same.live()).drifts())
        .noneMatch(d -> d instanceof Drift.Extra || d instanceof Drift.Missing);
  }

  @ParameterizedTest
  @MethodSource("open")
  void whatMayBeAMemberThatIsNotKnownIsTakenForItAndListed(Identities row, Identities.Open open) {
    var look = look(row, open.declared(), open.taken());

    assertThat(look.drifts())
        .noneMatch(d -> d instanceof Drift.Extra || d instanceof Drift.Missing);
    assertThat(
            Comparison.open(
                Desireds.of(Deployed.stack(row.resources().replace("HERE", open.declared()))),
                new Live(Deployed.STACK, Map.of("It", look.live()))))
        .anyMatch(n -> n.why().contains(open.taken() + " is taken for "));
  }

  @ParameterizedTest
  @MethodSource("open")
  void whatCannotBeItIsExtraForSureAndMayBeReverted(Identities row, Identities.Open open) {
    if (!open.extra().isEmpty()) {
      var extras = extras(look(row, open.declared(), open.extra(), open.taken()));

      assertThat(extras).singleElement().satisfies(e -> assertThat(e.doubt()).isNull());
      assertThat(extras.getFirst().item().key()).isEqualTo(open.extra());
    }
  }

  @ParameterizedTest
  @MethodSource("open")
  void ofMoreThanTheTemplateDeclaresAnyMayBeTooMany(Identities row, Identities.Open open) {
    var another = open.taken().replaceFirst("\\d(?=\\D*$)", "3");
    var look = look(row, open.declared(), open.taken(), another);

    if (another.equals(open.taken()) || !mayBe(look, another) || isList(look)) {
      return;
    }
    assertThat(extras(look))
        .extracting(e -> e.item().key())
        .containsExactlyInAnyOrder(open.taken(), another);
    assertThat(extras(look)).allMatch(e -> e.doubt() != null);
    assertThat(look.differences()).allMatch(d -> d.startsWith("EXTRA may be too many: "));
  }

  private static boolean mayBe(Look look, String key) {
    return members(look).open().stream().anyMatch(o -> o.mayBe(Item.of(key)));
  }

  private static boolean isList(Look look) {
    return members(look).open().stream().anyMatch(o -> o.many());
  }

  private static Property.Members members(Look look) {
    return look.desired().properties().values().stream()
        .filter(Property.Members.class::isInstance)
        .map(Property.Members.class::cast)
        .filter(m -> !m.open().isEmpty())
        .findFirst()
        .orElseThrow();
  }

  private static List<Drift.Extra> extras(Look look) {
    return look.drifts().stream()
        .filter(Drift.Extra.class::isInstance)
        .map(Drift.Extra.class::cast)
        .toList();
  }

  /** As declared, but for the one set. */
  private static Look look(Identities row, String declared, String... live) {
    var resource =
        Deployed.resource(Deployed.stack(row.resources().replace("HERE", declared)), "It");
    var properties = new LinkedHashMap<String, Property>();
    resource
        .properties()
        .forEach(
            (name, property) -> {
              if (!(property instanceof Property.Unknown)) {
                properties.put(name, property);
              }
            });
    properties.put(row.property(), Property.Members.of(items(resource, row.property(), live)));
    return new Look(resource, new Observed.Found(properties));
  }

  /** What is declared whole beside it is live too. */
  private static List<Item> items(Resource resource, String property, String... live) {
    var items = new ArrayList<Item>();
    for (var key : live) {
      items.add(Item.of(key));
    }
    if (resource.properties().get(property) instanceof Property.Members wanted) {
      wanted.items().stream()
          .filter(i -> items.stream().noneMatch(l -> l.identity().equals(i.identity())))
          .filter(i -> !wanted.open().isEmpty())
          .forEach(items::add);
    }
    return items;
  }
}
