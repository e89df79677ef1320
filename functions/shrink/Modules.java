import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The JDK's classes that libraries may extend or override; a JDK need not have jmods. */
final class Modules {
  private static final List<String> NAMES =
      List.of(
          "java.base",
          "java.desktop",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.sql",
          "java.xml");

  private Modules() {}

  /** A jar of each. */
  static List<Path> extracted(Path directory) throws IOException {
    var image = FileSystems.getFileSystem(URI.create("jrt:/"));
    var jars = new ArrayList<Path>();
    for (var module : NAMES) {
      var root = image.getPath("modules", module);
      var jar = directory.resolve(module + ".jar");
      try (var zip = new ZipOutputStream(Files.newOutputStream(jar));
          var files = Files.walk(root)) {
        zip.setLevel(0);
        for (var file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
          var name = root.relativize(file).toString();
          if (!name.equals("module-info.class") && wanted(name)) {
            zip.putNextEntry(new ZipEntry(name));
            Files.copy(file, zip);
          }
        }
      }
      jars.add(jar);
    }
    return jars;
  }

  private static boolean wanted(String name) {
    return name.startsWith("java/") || name.startsWith("javax/") || name.startsWith("org/");
  }
}
