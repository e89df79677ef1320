import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DirectMethodHandleDesc.Kind;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a lambda or a method reference becomes an object, as {@link
 * java.lang.invoke.LambdaMetafactory#metafactory} is told it.
 *
 * @param as what the object is seen as
 * @param captured the types of what it keeps
 * @param called what it calls: with what it keeps, then with what it is given
 * @param given the types of what it is given, as the functional interface's type arguments say
 */
record Site(
    Type as, List<ClassDesc> captured, DirectMethodHandleDesc called, MethodTypeDesc given) {
  private static final Map<ClassDesc, ClassDesc> BOXES =
      Map.of(
          ConstantDescs.CD_boolean, ConstantDescs.CD_Boolean,
          ConstantDescs.CD_byte, ConstantDescs.CD_Byte,
          ConstantDescs.CD_char, ConstantDescs.CD_Character,
          ConstantDescs.CD_short, ConstantDescs.CD_Short,
          ConstantDescs.CD_int, ConstantDescs.CD_Integer,
          ConstantDescs.CD_long, ConstantDescs.CD_Long,
          ConstantDescs.CD_float, ConstantDescs.CD_Float,
          ConstantDescs.CD_double, ConstantDescs.CD_Double);

  /** A functional interface and its method, erased. */
  record Type(ClassDesc of, String method, MethodTypeDesc erased) {}

  /** Empty for an instruction that makes no such object. */
  static Optional<Site> of(InvokeDynamicInstruction instruction) {
    var linked = instruction.invokedynamic().asSymbol();
    var bootstrap = (DirectMethodHandleDesc) linked.bootstrapMethod();
    if (!bootstrap.owner().equals(ClassDesc.of("java.lang.invoke.LambdaMetafactory"))
        || !bootstrap.methodName().equals("metafactory")) {
      return Optional.empty();
    }
    var arguments = linked.bootstrapArgs();
    var made = linked.invocationType();
    return Optional.of(
        new Site(
            new Type(made.returnType(), linked.invocationName(), (MethodTypeDesc) arguments[0]),
            made.parameterList(),
            (DirectMethodHandleDesc) arguments[1],
            (MethodTypeDesc) arguments[2]));
  }

  static ClassDesc box(ClassDesc primitive) {
    return BOXES.get(primitive);
  }

  /** What the called method takes, the object that it is called on first. */
  List<ClassDesc> taken() {
    var taken = new ArrayList<ClassDesc>();
    switch (called.kind()) {
      case STATIC, INTERFACE_STATIC, CONSTRUCTOR -> {}
      default -> taken.add(called.owner());
    }
    taken.addAll(MethodTypeDesc.ofDescriptor(called.lookupDescriptor()).parameterList());
    return taken;
  }

  /** What the called method gives back; of a constructor, the new object. */
  ClassDesc returned() {
    return called.kind() == Kind.CONSTRUCTOR
        ? called.owner()
        : MethodTypeDesc.ofDescriptor(called.lookupDescriptor()).returnType();
  }

  /** Whether to cast, to box and to drop is enough to call the method. */
  boolean isSimple() {
    var taken = taken();
    if (called.owner().isArray()
        || taken.size() != captured.size() + given.parameterCount()
        || captured.stream().anyMatch(ClassDesc::isPrimitive)
        || taken.stream().limit(captured.size()).anyMatch(ClassDesc::isPrimitive)) {
      return false;
    }
    for (int i = 0; i < given.parameterCount(); i++) {
      var to = taken.get(captured.size() + i);
      if (!isSimple(as.erased().parameterType(i), given.parameterType(i), to)) {
        return false;
      }
    }
    var wanted = as.erased().returnType();
    return wanted.equals(CD_void) || isSimple(returned(), returned(), wanted);
  }

  /** Alike, or both objects, or the one the other's box. */
  private static boolean isSimple(ClassDesc from, ClassDesc known, ClassDesc to) {
    if (from.equals(CD_void)) {
      return false;
    }
    if (!from.isPrimitive() && !to.isPrimitive()) {
      return true;
    }
    if (from.isPrimitive() && to.isPrimitive()) {
      return from.equals(to);
    }
    return from.isPrimitive()
        ? to.equals(CD_Object) || to.equals(box(from))
        : known.equals(box(to));
  }
}
