import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The jars of the libraries, in one directory. */
record Libraries(Path directory) {
  /** Those of their resources that are read. */
  private static final Set<String> READ =
      Set.of(
          "META-INF/services/org.slf4j.spi.SLF4JServiceProvider",
          "META-INF/services/software.amazon.awssdk.http.SdkHttpService");

  private List<Path> jars() throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /** All their classes in one jar. */
  void merged(Path out) throws IOException {
    var seen = new HashSet<String>();
    try (var to = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(out)))) {
      to.setLevel(0);
      for (var jar : jars()) {
        try (var from = new ZipFile(jar.toFile())) {
          for (var entry : Collections.list(from.entries())) {
            var name = entry.getName();
            if (isClass(name) && seen.add(name)) {
              to.putNextEntry(new ZipEntry(name));
              to.write(withoutListOfInnerClasses(from.getInputStream(entry).readAllBytes()));
            }
          }
        }
      }
    }
  }

  private static boolean isClass(String name) {
    return name.endsWith(".class")
        && !name.endsWith("module-info.class")
        && !name.startsWith("META-INF/");
  }

  /**
   * ProGuard takes what is in that list for reached: of a client's interface, the builders of all
   * its requests. Only compilers and debuggers read it.
   */
  private static byte[] withoutListOfInnerClasses(byte[] bytes) {
    var file = ClassFile.of();
    return file.transformClass(
        file.parse(bytes), ClassTransform.dropping(InnerClassesAttribute.class::isInstance));
  }

  /**
   * What ships of them: the classes that are reached, the resources that are read, the licences.
   */
  SortedMap<String, byte[]> shipped(ZipFile reached) throws IOException {
    var shipped = new TreeMap<String, byte[]>();
    for (var entry : Collections.list(reached.entries())) {
      if (isClass(entry.getName()) && !entry.getName().startsWith("dev/driftmend/")) {
        shipped.put(entry.getName(), reached.getInputStream(entry).readAllBytes());
      }
    }
    var licences = new HashSet<String>();
    for (var jar : jars()) {
      try (var from = new ZipFile(jar.toFile())) {
        for (var entry : Collections.list(from.entries())) {
          var name = entry.getName();
          var bytes = from.getInputStream(entry).readAllBytes();
          if (READ.contains(name)) {
            shipped.put(name, bytes);
          } else if (isLicence(name) && licences.add(new String(bytes, ISO_8859_1))) {
            shipped.put(name.replace("META-INF", "META-INF/" + jar.getFileName()), bytes);
          }
        }
      }
    }
    return shipped;
  }

  private static boolean isLicence(String name) {
    return name.startsWith("META-INF/")
        && (name.contains("LICENSE") || name.contains("NOTICE"))
        && !name.endsWith("/");
  }
}
