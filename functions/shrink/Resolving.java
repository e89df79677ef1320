import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * That nothing which ships names what was shrunk away: no class, no field or method, and no class
 * by a text. What the whole libraries lack as well is an option that is not taken.
 */
final class Resolving {
  /**
   * Who looks for classes by texts and does without them: Jackson's handlers of SQL's types and
   * XML's, and the SDK's event streams.
   */
  private static final Set<String> DO_WITHOUT =
      Set.of(
          "com/fasterxml/jackson/databind/ext/OptionalHandlerFactory",
          "software/amazon/awssdk/http/auth/aws/internal/signer/util/OptionalDependencyLoaderUtil");

  private static final Set<String> OF_ANY_OBJECT =
      Arrays.stream(Object.class.getDeclaredMethods())
          .map(m -> m.getName())
          .collect(Collectors.toSet());

  private final ZipFile whole;
  private final List<ClassModel> shipped = new ArrayList<>();
  private final Map<String, ClassModel> byName = new HashMap<>();

  Resolving(OwnClasses own, SortedMap<String, byte[]> libraries, ZipFile whole) throws IOException {
    this.whole = whole;
    shipped.addAll(own.models());
    libraries.forEach(
        (name, bytes) -> {
          if (name.endsWith(".class")) {
            shipped.add(ClassFile.of().parse(bytes));
          }
        });
    shipped.forEach(model -> byName.put(model.thisClass().asInternalName(), model));
  }

  /**
   * @throws IllegalStateException if anything is missing, naming it and who names it
   */
  void check() {
    var missing = new LinkedHashSet<String>();
    for (var model : shipped) {
      var references = References.in(model);
      var by = " of " + model.thisClass().asInternalName();
      references.classes().stream().filter(this::lost).forEach(n -> missing.add(n + by));
      references.members().stream().filter(this::lost).forEach(m -> missing.add(m + by));
      if (!DO_WITHOUT.contains(model.thisClass().asInternalName())) {
        references.texts().stream()
            .filter(this::lost)
            .forEach(text -> missing.add("\"" + text + "\"" + by));
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "what ships needs what was shrunk away. Keep it in rules.pro or, if it is looked for and"
              + " done without, name who does in Resolving:\n  "
              + String.join("\n  ", missing));
    }
  }

  private boolean lost(String name) {
    return !byName.containsKey(name) && whole.getEntry(name + ".class") != null;
  }

  private boolean lost(References.Member member) {
    return byName.containsKey(member.owner())
        && !resolves(member, member.owner(), byName::get)
        && resolves(member, member.owner(), this::whole);
  }

  /** Upwards through all that the owner extends and implements. What is the JDK's has it. */
  private static boolean resolves(
      References.Member member, String owner, Function<String, ClassModel> classes) {
    if (owner.equals("java/lang/Object")) {
      return OF_ANY_OBJECT.contains(member.name());
    }
    var model = classes.apply(owner);
    return model == null
        || References.declared(model).contains(member.name() + member.type())
        || Stream.concat(model.superclass().stream(), model.interfaces().stream())
            .anyMatch(above -> resolves(member, above.asInternalName(), classes));
  }

  private ClassModel whole(String name) {
    var entry = whole.getEntry(name + ".class");
    try {
      return entry == null
          ? byName.get(name)
          : ClassFile.of().parse(whole.getInputStream(entry).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
