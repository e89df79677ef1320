import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The SDK's tables of endpoints and regions, one class for each of AWS's 300 services and 50
 * regions: any client asks for its own service and so loads and fills them all, in every process.
 * Those of the services that have no client here are left out; the regions', which only the text of
 * an error reads, are made when they are asked for.
 */
final class RegionTables {
  private static final String TABLES = "software/amazon/awssdk/regions/Generated";
  static final String SERVICES = TABLES + "ServiceMetadataProvider.class";
  static final String REGIONS = TABLES + "RegionMetadataProvider.class";

  private RegionTables() {}

  /** The name that the service of a client has in the table, if this is a client's builder. */
  static List<String> served(ClassModel model) {
    return model.methods().stream()
        .filter(m -> m.methodName().equalsString("serviceEndpointPrefix"))
        .flatMap(m -> m.code().stream().flatMap(code -> code.elementStream()))
        .filter(ConstantInstruction.class::isInstance)
        .map(e -> (String) ((ConstantInstruction) e).constantValue())
        .toList();
  }

  /** The table is filled by one {@code put(name, new Service())} after another. */
  static byte[] onlyOf(Set<String> served, ClassModel model) {
    var kept = new ArrayList<String>();
    var transform =
        CodeTransform.ofStateful(
            () ->
                new CodeTransform() {
                  private boolean dropping;

                  @Override
                  public void accept(CodeBuilder code, CodeElement element) {
                    if (element instanceof ConstantInstruction constant) {
                      var name = (String) constant.constantValue();
                      dropping = !served.contains(name);
                      if (!dropping) {
                        kept.add(name);
                      }
                    }
                    if (!dropping) {
                      code.with(element);
                    }
                    if (element instanceof InvokeInstruction call
                        && call.name().equalsString("put")) {
                      dropping = false;
                    }
                  }
                });
    var rewritten =
        ClassFile.of(ClassFile.ConstantPoolSharingOption.NEW_POOL)
            .transformClass(
                model, ClassTransform.transformingMethodBodies(RegionTables::fills, transform));
    if (!Set.copyOf(kept).containsAll(served)) {
      throw new IllegalStateException(
          SERVICES + " lacks some of " + served + ": has the SDK changed?");
    }
    return rewritten;
  }

  private static boolean fills(MethodModel method) {
    return method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME);
  }

  /** What fills the table becomes the method that is called where the table was read. */
  static byte[] onDemand(ClassModel model) {
    var table = MethodTypeDesc.of(ConstantDescs.CD_Map);
    var file = ClassFile.of();
    return file.build(
        model.thisClass().asSymbol(),
        type -> {
          for (var element : model) {
            if (element instanceof MethodModel method && fills(method)) {
              type.withMethod(
                  "table",
                  table,
                  ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
                  to -> to.transformCode(method.code().orElseThrow(), RegionTables::giveBack));
            } else if (element instanceof MethodModel method && method.code().isPresent()) {
              type.transformMethod(
                  method,
                  MethodTransform.transformingCode(
                      (code, each) -> {
                        if (each instanceof FieldInstruction read) {
                          code.invokestatic(read.owner().asSymbol(), "table", table);
                        } else {
                          code.with(each);
                        }
                      }));
            } else {
              type.with(element);
            }
          }
        });
  }

  private static void giveBack(CodeBuilder code, CodeElement element) {
    if (element instanceof FieldInstruction field && field.opcode() == Opcode.PUTSTATIC) {
      code.areturn();
    } else if (!(element instanceof ReturnInstruction)) {
      code.with(element);
    }
  }
}
