package dev.driftmend;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of packages in {@code docs/architecture.md}, held. */
class ArchitectureTest {
  private static final Path SOURCES = Path.of("functions/src/main/java/dev/driftmend");
  private static final String ROOT = "dev.driftmend.";

  /** Own packages that each package may import, beside itself. */
  private static final Map<String, Set<String>> OWN =
      Map.ofEntries(
          Map.entry("model", Set.of()),
          Map.entry("kind", Set.of("model", "json")),
          Map.entry("template", Set.of("model", "kind")),
          Map.entry("network", Set.of("model")),
          Map.entry("json", Set.of("model")),
          Map.entry("event", Set.of("model", "json")),
          Map.entry("port", Set.of("model")),
          Map.entry("route", Set.of("model", "port")),
          Map.entry("incident", Set.of("model", "port")),
          Map.entry("drift", Set.of("model", "kind", "template", "network", "port")),
          Map.entry("plan", Set.of("model", "kind", "template", "network", "port", "drift")),
          Map.entry(
              "reconcile",
              Set.of("model", "kind", "template", "network", "port", "incident", "drift", "plan")),
          Map.entry("diagnose", Set.of("model", "kind", "template", "network", "port", "drift")),
          Map.entry("probe", Set.of("model", "port", "network", "incident", "diagnose")),
          Map.entry("doctor", Set.of("model", "port", "template", "json")),
          Map.entry("render", Set.of("model")),
          Map.entry("aws", Set.of("model", "kind", "port", "json", "render")),
          Map.entry("lambda", allBut("cli", "doctor", "lambda")),
          Map.entry("cli", allBut("lambda", "cli")));

  /** Libraries and the only packages that may use them; beside these the JDK and JSpecify. */
  private static final Map<String, Set<String>> LIBRARIES =
      Map.of(
          "com.fasterxml.jackson",
              Set.of("json", "event", "template", "doctor", "render", "aws", "lambda", "cli"),
          "org.snakeyaml.engine", Set.of("template"),
          "software.amazon.awssdk", Set.of("aws"),
          "com.amazonaws.services.lambda", Set.of("lambda"),
          "picocli", Set.of("cli"),
          "org.slf4j", Set.of("aws", "lambda", "cli"));

  private static final DescribedPredicate<JavaClass> PRIMITIVE =
      DescribedPredicate.describe("primitive", c -> c.getBaseComponentType().isPrimitive());

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.driftmend");
  }

  /** An importer that cannot read the class files' version finds nothing, and every rule holds. */
  @ParameterizedTest
  @MethodSource("packages")
  void everySourceFileWasSeen(String name) throws IOException {
    try (var files = Files.walk(SOURCES.resolve(name))) {
      var sources =
          files
              .map(f -> f.getFileName().toString())
              .filter(f -> f.endsWith(".java"))
              .map(f -> f.substring(0, f.length() - ".java".length()))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(in(name).map(JavaClass::getSimpleName)).containsAll(sources);
    }
  }

  @Test
  void theTableNamesEveryPackageAndNoOther() throws IOException {
    assertThat(packages()).containsExactlyInAnyOrderElementsOf(OWN.keySet());
    assertThat(classes).isNotEmpty().allMatch(c -> OWN.containsKey(slice(c)));
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageImportsOnlyItsOwnRow(String name) {
    var forbidden =
        OWN.keySet().stream()
            .filter(p -> !p.equals(name) && !OWN.getOrDefault(name, Set.of()).contains(p))
            .map(p -> ROOT + p + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .allowEmptyShould(true)
        .check(classes);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesOnlyTheLibrariesThatAreItsOwn(String name) {
    var allowed =
        Stream.concat(
                LIBRARIES.entrySet().stream()
                    .filter(e -> e.getValue().contains(name))
                    .map(Map.Entry::getKey),
                Stream.of("dev.driftmend", "java", "javax", "org.jspecify"))
            .map(p -> p + "..")
            .toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(PRIMITIVE))
        .allowEmptyShould(true)
        .check(classes);
  }

  /** A change set is a deployment, and deploying is what people do. */
  @Test
  void nothingThatRunsByItselfMakesChangeSets() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "cli..", ROOT + "aws..", ROOT + "port..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(".*ChangeSets(\\$.*)?")
        .check(classes);
  }

  /** Who may name a single kind beside {@code kind} and {@code aws}, and why. */
  private static final Map<String, String> KNOW_TYPES =
      Map.of(
          "RepairDestinations", "what it takes to work differs by type of destination",
          "TargetGroupFitness", "is about target groups, whose health nobody knows while idle",
          "ListenerExposures", "is about listeners",
          "Containment", "what incident response takes away differs by type",
          "IntentionalChanges", "what deployment services move differs by type",
          "RoleReach", "listeners and default network ACLs carry no tag that the role could need",
          "Attribution", "policies of a role are distinguished by names in calls",
          "ForeignMembers", "policies of other stacks name a role in their own way",
          "DrillCommand", "drills are held on security groups");

  /**
   * A new kind is one class in {@code kind} and one in {@code aws}. Read from the sources: javac
   * inlines constants, so a class file does not tell of them.
   */
  @Test
  void nothingElseNamesAKind() throws IOException {
    try (var files = Files.walk(SOURCES)) {
      var naming =
          files
              .filter(f -> f.toString().endsWith(".java"))
              .filter(f -> !Set.of("kind", "aws", "diagnose").contains(area(f)))
              .filter(f -> IMPORTS_A_KIND.matcher(read(f)).find())
              .map(f -> f.getFileName().toString().replace(".java", ""));
      assertThat(naming).containsExactlyInAnyOrderElementsOf(KNOW_TYPES.keySet());
    }
  }

  private static final Pattern IMPORTS_A_KIND =
      Pattern.compile("import (?:static )?dev\\.driftmend\\.kind\\.(?!any\\.)[a-z]+\\.");

  private static String area(Path file) {
    return SOURCES.relativize(file).getName(0).toString();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it needs of the SDK does not ship with the functions. */
  @Test
  void onlyTheCommandLineAsksWhatTheAccountMayHave() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "cli..")
        .and()
        .doNotHaveSimpleName("AwsAccount")
        .should()
        .dependOnClassesThat()
        .haveSimpleName("AwsAccount")
        .check(classes);
  }

  @Test
  void noPackagesDependOnEachOtherInACircle() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(classes);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyPackageIsNullMarked(String name) throws ClassNotFoundException {
    assertThat(Class.forName(ROOT + name + ".package-info").isAnnotationPresent(NullMarked.class))
        .as(name)
        .isTrue();
  }

  /** Whoever opens a folder reads its list at a glance. */
  @ParameterizedTest
  @MethodSource("folders")
  void noFolderHasMoreThanSomeTwentyFiles(String name) throws IOException {
    try (var files = Files.list(SOURCES.resolve(name.replace('.', '/')))) {
      assertThat(files.filter(Files::isRegularFile)).hasSizeLessThanOrEqualTo(24);
    }
  }

  /** Two classes of one name are two meanings of one word. */
  @Test
  void noTwoClassesHaveTheSameName() throws IOException {
    try (var files = Files.walk(SOURCES)) {
      assertThat(
              files
                  .map(f -> f.getFileName().toString())
                  .filter(f -> f.endsWith(".java") && !f.equals("package-info.java")))
          .doesNotHaveDuplicates();
    }
  }

  static Set<String> folders() throws IOException {
    try (var all = Files.walk(SOURCES)) {
      return all.filter(f -> Files.isDirectory(f) && !f.equals(SOURCES))
          .map(f -> SOURCES.relativize(f).toString().replace('/', '.'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  static Set<String> packages() throws IOException {
    try (var folders = Files.list(SOURCES)) {
      return folders
          .filter(Files::isDirectory)
          .map(f -> f.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Stream<JavaClass> in(String name) {
    return classes.stream().filter(c -> slice(c).equals(name));
  }

  /** A package within a package is a part of it: the row is the outer one's. */
  private static String slice(JavaClass c) {
    var name = c.getPackageName().substring(ROOT.length());
    var dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static Set<String> allBut(String... without) {
    var all =
        new TreeSet<>(
            List.of(
                "model",
                "kind",
                "template",
                "network",
                "json",
                "event",
                "port",
                "route",
                "incident",
                "drift",
                "plan",
                "reconcile",
                "diagnose",
                "probe",
                "doctor",
                "render",
                "aws",
                "lambda",
                "cli"));
    List.of(without).forEach(all::remove);
    return all;
  }
}
