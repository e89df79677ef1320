import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is left of the classes when those go that are named by nothing but each other: ProGuard
 * keeps whatever overrides a method that is called, the builders of all requests among them.
 */
final class Reached {
  private static final Pattern KEPT =
      Pattern.compile("^-keep class (\\w[\\w.$]+) ?", Pattern.MULTILINE);

  private final SortedMap<String, byte[]> shipped;
  private final Set<String> reached = new HashSet<>();
  private final Queue<ClassModel> open = new ArrayDeque<>();

  /**
   * @param shipped entries of the archive, by name
   */
  Reached(SortedMap<String, byte[]> shipped) {
    this.shipped = shipped;
  }

  /** From our own classes, and from what the rules keep by name. */
  SortedMap<String, byte[]> from(OwnClasses own, Path rules) throws IOException {
    own.models().forEach(open::add);
    KEPT.matcher(Files.readString(rules))
        .results()
        .map(kept -> kept.group(1).replace('.', '/'))
        .forEach(this::reach);
    while (!open.isEmpty()) {
      var references = References.in(open.remove());
      Stream.of(references.classes(), references.types(), references.texts())
          .flatMap(List::stream)
          .forEach(this::reach);
    }
    var left = new TreeMap<>(shipped);
    left.keySet()
        .removeIf(
            name ->
                name.endsWith(".class")
                    && !reached.contains(name.substring(0, name.length() - ".class".length())));
    return left;
  }

  private void reach(String name) {
    var bytes = shipped.get(name + ".class");
    if (bytes != null && reached.add(name)) {
      open.add(ClassFile.of().parse(bytes));
    }
  }
}
