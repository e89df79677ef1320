import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DirectMethodHandleDesc.Kind;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The class of the function objects that one class makes: an object knows which of the places it
 * was made at, and keeps what was captured there.
 */
final class FunctionClass {
  /** Between the names of the class that makes the objects and of this one. */
  static final String AFTER_HOST = "$$";

  private static final String WHICH = "which";

  private final ClassDesc name;
  private final ClassModel host;

  /** By the method that an object is called by. */
  private final Map<Method, List<Site>> sites = new LinkedHashMap<>();

  private record Method(String name, MethodTypeDesc type) {
    static Method of(Site site) {
      return new Method(site.as().method(), site.as().erased());
    }
  }

  FunctionClass(ClassModel host, String role) {
    this.host = host;
    name = ClassDesc.ofInternalName(Access.internalName(host) + AFTER_HOST + role);
  }

  /**
   * The interfaces of java.util.function are what one class may be all of at once: their methods
   * differ, and nobody asks which of them an object is.
   */
  static String role(Site.Type as) {
    return as.of().packageName().equals("java.util.function")
        ? "Functions"
        : as.of().displayName().replace('.', '$');
  }

  String internalName() {
    return Access.internalName(name);
  }

  /** In place of the instruction that links the site: takes the same, leaves the same. */
  void make(CodeBuilder code, Site site) {
    var alike = sites.computeIfAbsent(Method.of(site), m -> new ArrayList<>());
    if (!alike.contains(site)) {
      alike.add(site);
    }
    code.loadConstant(alike.indexOf(site));
    code.invokestatic(name, "of", factory(site));
  }

  private static MethodTypeDesc factory(Site site) {
    return constructor(site.captured().size()).changeReturnType(site.as().of());
  }

  private static MethodTypeDesc constructor(int kept) {
    var taken = new ArrayList<>(Collections.nCopies(kept, CD_Object));
    taken.add(CD_int);
    return MethodTypeDesc.of(CD_void, taken);
  }

  byte[] bytes(ClassFile file) {
    var all = sites.values().stream().flatMap(List::stream).toList();
    int kept = all.stream().mapToInt(site -> site.captured().size()).max().orElse(0);
    return file.build(
        name,
        type -> {
          type.withVersion(ClassFile.JAVA_8_VERSION, 0);
          type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC);
          type.withInterfaceSymbols(all.stream().map(site -> site.as().of()).distinct().toList());
          int field = ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL;
          type.withField(WHICH, CD_int, field);
          IntStream.range(0, kept).forEach(i -> type.withField(kept(i), CD_Object, field));
          type.withMethodBody(INIT_NAME, constructor(kept), 0, code -> construct(code, kept));
          all.stream()
              .map(FunctionClass::factory)
              .distinct()
              .forEach(
                  factory ->
                      type.withMethodBody(
                          "of",
                          factory,
                          ClassFile.ACC_STATIC,
                          code -> make(code, factory.parameterCount() - 1, kept)));
          sites.forEach(
              (method, alike) ->
                  type.withMethodBody(
                      method.name(),
                      method.type(),
                      ClassFile.ACC_PUBLIC,
                      code -> choose(code, alike)));
        });
  }

  private void make(CodeBuilder code, int captured, int kept) {
    code.new_(name).dup();
    IntStream.range(0, captured).forEach(code::aload);
    IntStream.range(captured, kept).forEach(i -> code.aconst_null());
    code.iload(captured).invokespecial(name, INIT_NAME, constructor(kept)).areturn();
  }

  private static String kept(int i) {
    return "kept" + i;
  }

  private void construct(CodeBuilder code, int kept) {
    code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void);
    for (int i = 0; i < kept; i++) {
      code.aload(0).aload(1 + i).putfield(name, kept(i), CD_Object);
    }
    code.aload(0).iload(1 + kept).putfield(name, WHICH, CD_int).return_();
  }

  private void choose(CodeBuilder code, List<Site> alike) {
    var labels = alike.stream().map(site -> code.newLabel()).toList();
    if (alike.size() > 1) {
      code.aload(0).getfield(name, WHICH, CD_int);
      code.tableswitch(0, alike.size() - 1, labels.getLast(), cases(labels));
    }
    for (int i = 0; i < alike.size(); i++) {
      code.labelBinding(labels.get(i));
      call(code, alike.get(i));
    }
  }

  private static List<SwitchCase> cases(List<Label> labels) {
    return IntStream.range(0, labels.size())
        .mapToObj(i -> SwitchCase.of(i, labels.get(i)))
        .toList();
  }

  private void call(CodeBuilder code, Site site) {
    var called = site.called();
    var type = MethodTypeDesc.ofDescriptor(called.lookupDescriptor());
    if (called.kind() == Kind.CONSTRUCTOR) {
      code.new_(called.owner()).dup();
    }
    var taken = site.taken();
    for (int i = 0; i < site.captured().size(); i++) {
      code.aload(0).getfield(name, kept(i), CD_Object);
      convert(code, CD_Object, taken.get(i));
    }
    for (int i = 0; i < site.given().parameterCount(); i++) {
      var from = site.as().erased().parameterType(i);
      code.loadLocal(TypeKind.from(from), code.parameterSlot(i));
      convert(code, from, taken.get(site.captured().size() + i));
    }
    if (Access.becomesStatic(host, site)) {
      var owner = host.thisClass().asSymbol();
      code.invokestatic(owner, called.methodName(), type.insertParameterTypes(0, owner));
    } else {
      call(code, called, type);
    }
    var wanted = site.as().erased().returnType();
    if (wanted.equals(CD_void)) {
      drop(code, site.returned());
    } else {
      convert(code, site.returned(), wanted);
    }
    code.return_(TypeKind.from(wanted));
  }

  private static void call(CodeBuilder code, DirectMethodHandleDesc called, MethodTypeDesc type) {
    switch (called.kind()) {
      case STATIC -> code.invokestatic(called.owner(), called.methodName(), type);
      case INTERFACE_STATIC -> code.invokestatic(called.owner(), called.methodName(), type, true);
      case VIRTUAL -> code.invokevirtual(called.owner(), called.methodName(), type);
      case INTERFACE_VIRTUAL -> code.invokeinterface(called.owner(), called.methodName(), type);
      case CONSTRUCTOR -> code.invokespecial(called.owner(), INIT_NAME, type);
      default -> throw new IllegalStateException("cannot call " + called);
    }
  }

  private static void drop(CodeBuilder code, ClassDesc left) {
    switch (TypeKind.from(left).slotSize()) {
      case 0 -> {}
      case 1 -> code.pop();
      default -> code.pop2();
    }
  }

  private static void convert(CodeBuilder code, ClassDesc from, ClassDesc to) {
    if (from.equals(to) || to.equals(CD_Object) && !from.isPrimitive()) {
      return;
    }
    if (from.isPrimitive()) {
      var box = Site.box(from);
      code.invokestatic(box, "valueOf", MethodTypeDesc.of(box, from));
    } else if (to.isPrimitive()) {
      var box = Site.box(to);
      code.checkcast(box);
      code.invokevirtual(box, to.displayName() + "Value", MethodTypeDesc.of(to));
    } else {
      code.checkcast(to);
    }
  }
}
