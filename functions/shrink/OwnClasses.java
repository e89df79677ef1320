import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Our own classes, but for the command line's: it runs on the libraries as they are. */
record OwnClasses(Path directory) {
  /** Beginnings of the names of files that the functions never load. */
  private static final List<String> CLI_ONLY =
      List.of(
          "dev/driftmend/cli/",
          "dev/driftmend/aws/guard/AwsAccount",
          "dev/driftmend/aws/resource/CloudControl");

  /** Which files of the directory they are, as ProGuard reads it. */
  static String filter() {
    return CLI_ONLY.stream().map(name -> "!" + name + "**,").collect(Collectors.joining())
        + "dev/**.class";
  }

  List<ClassModel> models() throws IOException {
    var models = new ArrayList<ClassModel>();
    try (var files = Files.walk(directory.resolve("dev"))) {
      for (var file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        var name = directory.relativize(file).toString();
        if (CLI_ONLY.stream().noneMatch(name::startsWith)) {
          models.add(ClassFile.of().parse(file));
        }
      }
    }
    return models;
  }

  /** All that they name of the libraries' classes and members. */
  SortedSet<String> references() throws IOException {
    var found = new TreeSet<String>();
    for (var model : models()) {
      found.addAll(References.in(model).of(OwnClasses::ofLibraries));
    }
    return found;
  }

  private static boolean ofLibraries(String name) {
    return !name.startsWith("dev/driftmend/") && !name.startsWith("java/");
  }
}
