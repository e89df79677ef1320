package dev.driftmend;

import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kind.Coverage;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.watch.IdForm;
import dev.driftmend.model.watch.WatchedCalls;
import dev.driftmend.testing.Golden;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/drifts.md} says of every property what the code does about it. */
class KindsDocumentTest {
  private static final String HEAD =
      """
      # Kinds

      Every property of every guarded type, by CloudFormation's resource schema, and what Driftmend does about it; below each kind the
      drifts that it can have: what makes them, what is done (the call with its phase; every call remembers its inverse, which `driftmend undo` makes), and
      how bad each is where the network does not say more. Written by \
      `KindsDocumentTest` from the code: `mvn test -Dtest=KindsDocumentTest -Ddriftmend.golden=write`.

      A type that is not here is not compared: `driftmend plan` lists it under "Not compared". So is a property whose value
      cannot be known (a secret, a parameter without a version), and it is never repaired. Undeclared is not compared, except
      where an addition is the drift: rules, targets, other listeners of a load balancer, public addresses on a private
      instance.
      """;

  private static final KindDrifts DRIFTS =
      new KindDrifts(Golden.read(Path.of("local/score/every-kind.yaml")));

  @Test
  void everyPropertyIsInTheDocument() {
    var text =
        HEAD
            + Identities.table()
            + SettingForms.table()
            + Kinds.all().stream().map(KindsDocumentTest::section).collect(Collectors.joining());
    Golden.check(Path.of("docs/drifts.md"), text);
  }

  private static String section(Kind kind) {
    var types = new LinkedHashSet<>(List.of(kind.type()));
    kind.parts().stream().sorted().forEach(types::add);
    return types.stream().map(t -> table(t, kind)).collect(Collectors.joining())
        + "\n### Drifts of "
        + kind.type()
        + "\n"
        + DRIFTS.table(kind)
        + watched(kind);
  }

  private static String watched(Kind kind) {
    return WatchedCalls.all().stream()
        .filter(type -> type.type().equals(kind.type()))
        .map(
            type ->
                "\nLooked at after %s of %s; named there by %s.\n"
                    .formatted(
                        code(type.calls().stream().sorted()),
                        type.service().eventSource(),
                        code(type.ids().stream().map(IdForm::form))))
        .collect(Collectors.joining());
  }

  private static String code(Stream<String> words) {
    return words.map(word -> "`" + word + "`").collect(Collectors.joining(", "));
  }

  private static String table(String type, Kind kind) {
    var rows = new LinkedHashMap<String, List<Coverage>>();
    for (var how : Coverage.How.values()) {
      kind.coverage().stream()
          .filter(c -> c.type().equals(type) && c.how() == how)
          .collect(Collectors.groupingBy(Coverage::why, LinkedHashMap::new, Collectors.toList()))
          .forEach((why, covered) -> rows.put(word(how) + " | " + why, covered));
    }
    var merged = type.equals(kind.type()) ? "" : " (part of " + kind.type() + ")";
    var text =
        new StringBuilder("\n## " + type + merged + "\n\n| what | why, how | properties |\n");
    text.append("|---|---|---|\n");
    rows.forEach((row, covered) -> text.append("| %s | %s |\n".formatted(row, names(covered))));
    return text.toString();
  }

  private static String names(List<Coverage> covered) {
    return covered.stream().map(c -> "`" + c.property() + "`").collect(Collectors.joining(", "));
  }

  private static String word(Coverage.How how) {
    return switch (how) {
      case COMPARED -> "compared";
      case REPORT_ONLY -> "only reported";
      case NOT_COVERED -> "not compared";
    };
  }
}
