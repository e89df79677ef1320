import static java.lang.invoke.MethodType.methodType;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DirectMethodHandleDesc.Kind;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** What a class in the package of another may call where that other does. */
final class Access {
  private final SortedMap<String, byte[]> compiled;
  private final ClassLoader around;
  private final Map<String, Optional<ClassModel>> models = new HashMap<>();

  Access(SortedMap<String, byte[]> compiled, ClassLoader around) {
    this.compiled = compiled;
    this.around = around;
  }

  /** Of a private method of the host: if the host opens it to its package. */
  boolean allows(ClassModel host, Site site) {
    var called = site.called();
    var owner = internalName(called.owner());
    var found = declared(owner, called.methodName(), called.lookupDescriptor()).findFirst();
    if (found.isEmpty()) {
      return called.kind() != Kind.SPECIAL && isPublic(called);
    }
    var method = found.get();
    if (method.flags().has(AccessFlag.PRIVATE)) {
      return owner.equals(internalName(host)) && canBeOpened(host, method, called.kind());
    }
    return called.kind() != Kind.SPECIAL
        && (model(owner).orElseThrow().flags().has(AccessFlag.PUBLIC) || besides(host, owner))
        && (method.flags().has(AccessFlag.PUBLIC)
            || besides(host, internalName(method.parent().orElseThrow())));
  }

  /** A static method, or the body of a lambda, which nothing else calls and nothing overrides. */
  private static boolean canBeOpened(ClassModel host, MethodModel method, Kind kind) {
    return !host.flags().has(AccessFlag.INTERFACE)
        && (kind == Kind.STATIC
            || method.flags().has(AccessFlag.SYNTHETIC)
                && method.methodName().stringValue().startsWith("lambda$")
                && method.code().orElseThrow().elementStream().noneMatch(e -> callsSuper(host, e)));
  }

  /** Whether it is the body of a lambda that must be static to be opened. */
  static boolean becomesStatic(ClassModel host, Site site) {
    var called = site.called();
    return internalName(called.owner()).equals(internalName(host))
        && methods(host, called.methodName(), called.lookupDescriptor())
            .map(MethodModel::flags)
            .anyMatch(f -> f.has(AccessFlag.PRIVATE) && !f.has(AccessFlag.STATIC))
        && called.kind() != Kind.CONSTRUCTOR;
  }

  private static boolean callsSuper(ClassModel host, CodeElement element) {
    return element instanceof InvokeInstruction invoke
        && invoke.opcode() == Opcode.INVOKESPECIAL
        && !invoke.name().equalsString("<init>")
        && !invoke.owner().equals(host.thisClass());
  }

  private static Stream<MethodModel> methods(ClassModel in, String name, String type) {
    return in.methods().stream()
        .filter(m -> m.methodName().equalsString(name) && m.methodType().equalsString(type));
  }

  /** Here or above, the nearest first. */
  private Stream<MethodModel> declared(String owner, String name, String type) {
    return model(owner).stream()
        .flatMap(
            model ->
                Stream.concat(
                    methods(model, name, type),
                    Stream.concat(model.superclass().stream(), model.interfaces().stream())
                        .flatMap(above -> declared(above.asInternalName(), name, type))));
  }

  private Optional<ClassModel> model(String name) {
    return models.computeIfAbsent(
        name,
        each -> Optional.ofNullable(compiled.get(each + ".class")).map(ClassFile.of()::parse));
  }

  /** Of what was not compiled here: the JDK's, and what is on the class path. */
  private boolean isPublic(DirectMethodHandleDesc called) {
    try {
      var owner = Class.forName(internalName(called.owner()).replace('/', '.'), false, around);
      Executable[] all =
          called.kind() == Kind.CONSTRUCTOR ? owner.getConstructors() : owner.getMethods();
      return Modifier.isPublic(owner.getModifiers())
          && Arrays.stream(all)
              .filter(m -> m instanceof Constructor || m.getName().equals(called.methodName()))
              .map(m -> methodType(void.class, m.getParameterTypes()).descriptorString())
              .anyMatch(type -> called.lookupDescriptor().startsWith(type.replaceFirst("V$", "")));
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static boolean besides(ClassModel host, String other) {
    return inPackage(internalName(host)).equals(inPackage(other));
  }

  private static String inPackage(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  static String internalName(ClassModel model) {
    return model.thisClass().asInternalName();
  }

  static String internalName(ClassDesc type) {
    var descriptor = type.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1);
  }
}
