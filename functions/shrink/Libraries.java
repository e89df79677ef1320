import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.classfile.Attribute;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.FieldTransform;
import java.lang.classfile.MethodTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  /**
   * What only compilers and debuggers read. It would keep much: every client's interface lists the
   * builders of all its requests as inner classes that it names, and whatever is named counts.
   */
  private static final Set<String> UNREAD =
      Set.of(
          "InnerClasses",
          "EnclosingMethod",
          "Signature",
          "RuntimeInvisibleAnnotations",
          "RuntimeInvisibleParameterAnnotations");

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

  URLClassLoader loader() throws IOException {
    var urls = new ArrayList<URL>();
    for (var jar : jars()) {
      urls.add(jar.toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  /** All their classes, without what nobody reads, in one jar. */
  void plain(Path out) throws IOException {
    var seen = new HashSet<String>();
    var served = served();
    try (var to = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(out)))) {
      to.setLevel(0);
      for (var jar : jars()) {
        try (var from = new ZipFile(jar.toFile())) {
          for (var entry : Collections.list(from.entries())) {
            var name = entry.getName();
            if (isClass(name) && seen.add(name)) {
              to.putNextEntry(new ZipEntry(name));
              to.write(plain(name, from.getInputStream(entry).readAllBytes(), served));
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

  /** The services that there are clients of. */
  private Set<String> served() throws IOException {
    var served = new HashSet<String>();
    for (var jar : jars()) {
      try (var from = new ZipFile(jar.toFile())) {
        for (var entry : Collections.list(from.entries())) {
          if (entry.getName().endsWith("BaseClientBuilder.class")) {
            var bytes = from.getInputStream(entry).readAllBytes();
            served.addAll(RegionTables.served(ClassFile.of().parse(bytes)));
          }
        }
      }
    }
    return served;
  }

  private static byte[] plain(String name, byte[] bytes, Set<String> served) {
    var file = ClassFile.of();
    var model = file.parse(bytes);
    var lean =
        switch (name) {
          case RegionTables.SERVICES -> file.parse(RegionTables.onlyOf(served, model));
          case RegionTables.REGIONS -> file.parse(RegionTables.onDemand(model));
          default -> model;
        };
    return file.transformClass(
        lean,
        ClassTransform.dropping(Libraries::unread)
            .andThen(
                ClassTransform.transformingMethods(MethodTransform.dropping(Libraries::unread)))
            .andThen(
                ClassTransform.transformingFields(FieldTransform.dropping(Libraries::unread))));
  }

  private static boolean unread(Object element) {
    return element instanceof Attribute<?> attribute
        && UNREAD.contains(attribute.attributeName().stringValue());
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
