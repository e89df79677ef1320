import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Our own classes, but for the command line's: it runs on the libraries as they are. */
record OwnClasses(Path directory) {
  /** As ProGuard writes it. */
  static final String FILTER = "(!dev/driftmend/cli/**,dev/**.class)";

  List<ClassModel> models() throws IOException {
    var models = new ArrayList<ClassModel>();
    try (var files = Files.walk(directory.resolve("dev"))) {
      for (var file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        if (!directory.relativize(file).startsWith(Path.of("dev", "driftmend", "cli"))) {
          models.add(ClassFile.of().parse(file));
        }
      }
    }
    return models;
  }

  private static boolean ofLibraries(String name) {
    return !name.startsWith("dev/driftmend/") && !name.startsWith("java/");
  }

  /** All that they name of the libraries' classes and members. */
  SortedSet<String> references() throws IOException {
    var found = new TreeSet<String>();
    for (var model : models()) {
      found.addAll(References.in(model).of(OwnClasses::ofLibraries));
    }
    return found;
  }
}
