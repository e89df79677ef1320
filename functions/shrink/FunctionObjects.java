import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.MethodParametersAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Has the lambdas and method references of a class be objects of one class beside it. Without that
 * the JVM makes a class for each of them at run time, before the first event: the SDK's models name
 * a getter and a setter for each of their fields.
 *
 * <p>What such an object does is what {@link java.lang.invoke.LambdaMetafactory} says of the place
 * where it is made. A place that needs more than a {@link Site} does is left as it was compiled.
 */
final class FunctionObjects {
  private final SortedMap<String, byte[]> compiled;
  private final Access access;
  private final ClassFile file;

  /**
   * @param compiled what is to be rewritten, by the names of its files
   * @param around finds what else it names, but for what is nowhere
   */
  FunctionObjects(SortedMap<String, byte[]> compiled, ClassLoader around) {
    this.compiled = compiled;
    access = new Access(compiled, around);
    file =
        ClassFile.of(
            ClassFile.ConstantPoolSharingOption.NEW_POOL,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(this::bytes)
                    .orElse(ClassHierarchyResolver.ofResourceParsing(around))
                    .orElse(_ -> ClassHierarchyResolver.ClassHierarchyInfo.ofInterface())));
  }

  private InputStream bytes(ClassDesc type) {
    var found = compiled.get(Access.internalName(type) + ".class");
    return found == null ? null : new ByteArrayInputStream(found);
  }

  /**
   * What was compiled, and the classes of the function objects.
   *
   * @throws IllegalStateException if the JVM would refuse one of the classes
   */
  SortedMap<String, byte[]> gathered() {
    var all = new TreeMap<>(compiled);
    compiled.forEach(
        (name, bytes) -> {
          if (name.endsWith(".class")) {
            var host = file.parse(bytes);
            var sites = sites(host);
            if (!sites.isEmpty()) {
              gather(host, sites, all);
            }
          }
        });
    return all;
  }

  /** Those that can be gathered. A method that another place calls as it is stays what it is. */
  private Set<Site> sites(ClassModel host) {
    var gathered = new HashSet<Site>();
    var left = new HashSet<ConstantDesc>();
    for (var method : host.methods()) {
      for (var element : method.code().map(CodeModel::elementList).orElse(List.of())) {
        if (element instanceof InvokeDynamicInstruction instruction) {
          Site.of(instruction)
              .filter(site -> site.isSimple() && access.allows(host, site))
              .ifPresentOrElse(
                  gathered::add,
                  () ->
                      left.addAll(List.of(instruction.invokedynamic().asSymbol().bootstrapArgs())));
        }
      }
    }
    gathered.removeIf(site -> left.contains(site.called()));
    return gathered;
  }

  private void gather(ClassModel host, Set<Site> sites, Map<String, byte[]> all) {
    var classes = new LinkedHashMap<String, FunctionClass>();
    var called =
        sites.stream()
            .map(Site::called)
            .filter(c -> Access.internalName(c.owner()).equals(Access.internalName(host)))
            .map(c -> c.methodName() + c.lookupDescriptor())
            .collect(Collectors.toSet());
    CodeTransform code =
        (builder, element) -> {
          var site =
              element instanceof InvokeDynamicInstruction instruction
                  ? Site.of(instruction).filter(sites::contains)
                  : Optional.<Site>empty();
          site.ifPresentOrElse(
              each ->
                  classes
                      .computeIfAbsent(
                          FunctionClass.role(each.as()), role -> new FunctionClass(host, role))
                      .make(builder, each),
              () -> builder.with(element));
        };
    var rewritten =
        file.build(
            host.thisClass().asSymbol(),
            builder -> host.forEach(element -> rewrite(builder, element, called, code)));
    all.put(Access.internalName(host) + ".class", sound(rewritten));
    for (var each : classes.values()) {
      var before = all.put(each.internalName() + ".class", sound(each.bytes(file)));
      if (before != null) {
        throw new IllegalStateException(
            "two classes would be " + each.internalName() + ": run mvn clean, then build again");
      }
    }
  }

  private static void rewrite(
      ClassBuilder builder, ClassElement element, Set<String> called, CodeTransform code) {
    if (!(element instanceof MethodModel method)) {
      builder.with(element);
      return;
    }
    var type = method.methodTypeSymbol();
    int flags = method.flags().flagsMask();
    if (method.flags().has(AccessFlag.PRIVATE)
        && called.contains(method.methodName().stringValue() + type.descriptorString())) {
      flags &= ~ClassFile.ACC_PRIVATE;
      if (!method.flags().has(AccessFlag.STATIC)) {
        flags |= ClassFile.ACC_STATIC;
        type = type.insertParameterTypes(0, method.parent().orElseThrow().thisClass().asSymbol());
      }
    }
    builder.withMethod(
        method.methodName().stringValue(),
        type,
        flags,
        to -> {
          for (var part : method) {
            switch (part) {
              case AccessFlags _, MethodParametersAttribute _ -> {}
              case CodeModel body -> to.transformCode(body, code);
              default -> to.with(part);
            }
          }
        });
  }

  private byte[] sound(byte[] bytes) {
    var errors = file.verify(bytes);
    if (!errors.isEmpty()) {
      throw new IllegalStateException(errors.toString());
    }
    return bytes;
  }
}
