package dev.driftmend.shrink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build does to lambdas and method references changes nothing but how many classes. */
class FunctionObjectsTest {
  private static final String SAMPLE = "dev/driftmend/shrink/Functions.class";

  @TempDir static Path compiled;

  private static SortedMap<String, byte[]> gathered = new TreeMap<>();

  @BeforeAll
  static void gather() throws Exception {
    var plain = new TreeMap<String, byte[]>();
    for (var name : List.of(SAMPLE, SAMPLE.replace(".class", "$Three.class"))) {
      plain.put(name, bytes(name));
    }
    gathered = gathered(plain);
  }

  private static byte[] bytes(String name) throws IOException {
    try (var stream = ClassLoader.getSystemResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }

  /** By what the build itself runs: it is in no package, and no part of what ships. */
  @SuppressWarnings("unchecked")
  private static SortedMap<String, byte[]> gathered(SortedMap<String, byte[]> plain)
      throws Exception {
    var sources = Path.of("functions", "shrink");
    var arguments =
        List.of("FunctionObjects", "FunctionClass", "Site", "Access").stream()
            .map(name -> sources.resolve(name + ".java").toString());
    var all = new ArrayList<>(List.of("-d", compiled.toString()));
    arguments.forEach(all::add);
    int failed =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, all.toArray(String[]::new));
    assertThat(failed).isZero();
    try (var loader = new URLClassLoader(new URL[] {compiled.toUri().toURL()})) {
      var type = loader.loadClass("FunctionObjects");
      var constructor = type.getDeclaredConstructor(SortedMap.class, ClassLoader.class);
      constructor.setAccessible(true);
      var method = type.getDeclaredMethod("gathered");
      method.setAccessible(true);
      return (SortedMap<String, byte[]>)
          method.invoke(constructor.newInstance(plain, ClassLoader.getSystemClassLoader()));
    }
  }

  /** Sees the gathered classes before those that were compiled. */
  private static Class<?> sample() throws ClassNotFoundException {
    return new ClassLoader(ClassLoader.getSystemClassLoader()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        var bytes = gathered.get(name.replace('.', '/') + ".class");
        var found = findLoadedClass(name);
        return bytes == null
            ? super.loadClass(name, resolve)
            : found != null ? found : defineClass(name, bytes, 0, bytes.length);
      }
    }.loadClass("dev.driftmend.shrink.Functions");
  }

  private static Object call(String method) throws ReflectiveOperationException {
    var found = sample().getDeclaredMethod(method);
    found.setAccessible(true);
    return found.invoke(null);
  }

  private static long linked(byte[] bytes) {
    ClassModel model = ClassFile.of().parse(bytes);
    return StreamSupport.stream(model.constantPool().spliterator(), false)
        .filter(InvokeDynamicEntry.class::isInstance)
        .map(e -> ((InvokeDynamicEntry) e).bootstrap().bootstrapMethod().reference().owner())
        .filter(owner -> owner.asInternalName().equals("java/lang/invoke/LambdaMetafactory"))
        .count();
  }

  @Test
  void functionObjectsOfEveryShapeDoWhatTheyDidBefore() throws Exception {
    assertThat(call("results")).isEqualTo(Functions.results());
  }

  @Test
  void whatIsGivenAWrongObjectStillRefusesIt() {
    assertThatThrownBy(Functions::wrong).isInstanceOf(ClassCastException.class);
    assertThatThrownBy(() -> call("wrong"))
        .isInstanceOf(InvocationTargetException.class)
        .hasCauseInstanceOf(ClassCastException.class);
  }

  @Test
  void theyAreOfOneClassForJavaUtilFunctionAndOneForEachOtherInterface() {
    assertThat(gathered.keySet().stream().filter(name -> name.contains("$$")))
        .containsExactlyInAnyOrder(
            SAMPLE.replace(".class", "$$Functions.class"),
            SAMPLE.replace(".class", "$$Runnable.class"),
            SAMPLE.replace(".class", "$$Functions$Three.class"));
  }

  @Test
  void onlyWhatNoOtherClassMayCallIsLeftAsItWasCompiled() throws IOException {
    assertThat(linked(bytes(SAMPLE))).isGreaterThan(20);
    assertThat(linked(gathered.get(SAMPLE)))
        .as("this::withMine, a call of super, what keeps a number")
        .isEqualTo(3);
  }
}
