import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Our own classes, but for the command line's: it runs on the libraries as they are. */
record OwnClasses(Path directory) {
  /** As ProGuard writes it. */
  static final String FILTER =
      "(!dev/driftmend/cli/**,!dev/driftmend/aws/AwsAccount*,dev/**.class)";

  /** Beginnings of the names of files that the functions never load. */
  private static final List<String> CLI_ONLY =
      List.of("dev/driftmend/cli/", "dev/driftmend/aws/AwsAccount");

  private SortedMap<String, byte[]> files() throws IOException {
    var found = new TreeMap<String, byte[]>();
    try (var files = Files.walk(directory.resolve("dev"))) {
      for (var file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        var name = directory.relativize(file);
        if (CLI_ONLY.stream().noneMatch(name.toString()::startsWith)) {
          found.put(name.toString(), Files.readAllBytes(file));
        }
      }
    }
    return found;
  }

  /**
   * Has {@link FunctionObjects} rewrite what the compiler wrote anew, in its place.
   *
   * @param around finds the classes of the libraries
   */
  void gather(ClassLoader around) throws IOException {
    var found = files();
    var compiled = new TreeMap<>(found);
    compiled.keySet().removeIf(name -> isOutdated(name, found));
    var gathered = new FunctionObjects(compiled, around).gathered();
    for (var each : gathered.entrySet()) {
      if (!Arrays.equals(each.getValue(), found.remove(each.getKey()))) {
        Files.write(directory.resolve(each.getKey()), each.getValue());
      }
    }
    for (var outdated : found.keySet()) {
      Files.delete(directory.resolve(outdated));
    }
  }

  /** The class of function objects of a class that is gone, or that was compiled again since. */
  private static boolean isOutdated(String file, SortedMap<String, byte[]> found) {
    int end = file.indexOf(FunctionClass.AFTER_HOST);
    if (end < 0) {
      return false;
    }
    var host = found.get(file.substring(0, end) + ".class");
    var name = file.substring(0, file.length() - ".class".length());
    return host == null || !References.in(ClassFile.of().parse(host)).classes().contains(name);
  }

  List<ClassModel> models() throws IOException {
    var models = new ArrayList<ClassModel>();
    files().values().forEach(bytes -> models.add(ClassFile.of().parse(bytes)));
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
