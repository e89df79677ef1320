import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.zip.ZipFile;
import proguard.Configuration;
import proguard.ConfigurationParser;
import proguard.ProGuard;

/**
 * What the functions need of their libraries, and nothing else: {@code Shrink RULES CLASSES JARS
 * KEPT OUT}. The build runs it on the JDK that the functions run on, with ProGuard on the class
 * path.
 *
 * <p>The same input gives the same bytes, so what was made is left in KEPT with a digest of what it
 * was made of, and made again only if that changes. Of our own classes nothing counts but what of
 * the libraries they name: all of them are taken for reached, and ship as they were compiled.
 */
final class Shrink {
  private Shrink() {}

  public static void main(String[] arguments) throws Exception {
    var rules = Path.of(arguments[0]);
    var own = new OwnClasses(Path.of(arguments[1]));
    var libraries = new Libraries(Path.of(arguments[2]));
    var kept = Path.of(arguments[3]);
    var out = Path.of(arguments[4]);
    Files.createDirectories(kept);
    var jar = kept.resolve("shrunk.jar");
    var made = kept.resolve("made-of");
    var inputs = new Digest().files(rules.getParent()).files(libraries.directory());
    inputs.texts(own.references()).texts(List.of(Runtime.version().toString()));
    var digest = inputs.hex();
    if (!Files.exists(jar) || !Files.exists(made) || !Files.readString(made).equals(digest)) {
      Files.deleteIfExists(made);
      shrink(rules, own, libraries, jar);
      Files.writeString(made, digest);
    }
    Files.createDirectories(out.getParent());
    Files.write(out, Files.readAllBytes(jar));
  }

  private static void shrink(Path rules, OwnClasses own, Libraries libraries, Path jar)
      throws Exception {
    var work = Files.createTempDirectory("shrink");
    try {
      var whole = work.resolve("whole.jar");
      libraries.merged(whole);
      var shrunk = work.resolve("shrunk.jar");
      run(rules, own, whole, Modules.extracted(work), shrunk);
      try (var reached = new ZipFile(shrunk.toFile());
          var all = new ZipFile(whole.toFile())) {
        var shipped = libraries.shipped(reached);
        new Resolving(own, shipped, all).check();
        Archive.write(shipped, jar);
      }
    } finally {
      try (var left = Files.walk(work)) {
        for (var path : left.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void run(Path rules, OwnClasses own, Path whole, List<Path> modules, Path out)
      throws Exception {
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("-injars", quoted(whole)));
    arguments.addAll(List.of("-injars", quoted(own.directory()) + "(" + OwnClasses.filter() + ")"));
    arguments.addAll(List.of("-outjars", quoted(out)));
    for (var module : modules) {
      arguments.addAll(List.of("-libraryjars", quoted(module)));
    }
    arguments.add("@" + quoted(rules));
    var configuration = new Configuration();
    try (var parser = new ConfigurationParser(arguments.toArray(String[]::new), new Properties())) {
      parser.parse(configuration);
    }
    new ProGuard(configuration).execute();
  }

  private static String quoted(Path path) {
    return "'" + path.toAbsolutePath() + "'";
  }
}
