import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a class names.
 *
 * @param classes their internal names; of an array, its elements'
 * @param types classes in the types of fields and methods, its own and those that it names
 * @param texts its texts, as if they were names of classes
 */
record References(
    List<String> classes, List<Member> members, List<String> types, List<String> texts) {
  private static final Pattern CLASS = Pattern.compile("L([^;<]+);");

  record Member(String owner, String name, String type) {
    @Override
    public String toString() {
      return owner + "." + name + type;
    }
  }

  static References in(ClassModel model) {
    var classes = new ArrayList<String>();
    var members = new ArrayList<Member>();
    var types = new ArrayList<String>();
    var texts = new ArrayList<String>();
    model.methods().forEach(method -> addAll(types, method.methodType().stringValue()));
    model.fields().forEach(field -> addAll(types, field.fieldType().stringValue()));
    for (var entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry named -> add(classes, named.asInternalName());
        case MemberRefEntry member when !member.owner().asInternalName().startsWith("[") ->
            members.add(
                new Member(
                    member.owner().asInternalName(),
                    member.name().stringValue(),
                    member.type().stringValue()));
        case NameAndTypeEntry typed -> addAll(types, typed.type().stringValue());
        case MethodTypeEntry typed -> addAll(types, typed.descriptor().stringValue());
        case StringEntry text -> texts.add(text.stringValue().replace('.', '/'));
        default -> {}
      }
    }
    return new References(classes, members, types, texts);
  }

  /** Its fields and methods, each by name and type. */
  static Set<String> declared(ClassModel model) {
    return Stream.concat(
            model.methods().stream()
                .map(m -> m.methodName().stringValue() + m.methodType().stringValue()),
            model.fields().stream()
                .map(f -> f.fieldName().stringValue() + f.fieldType().stringValue()))
        .collect(Collectors.toSet());
  }

  private static void addAll(List<String> types, String descriptor) {
    CLASS.matcher(descriptor).results().forEach(found -> types.add(found.group(1)));
  }

  private static void add(List<String> classes, String name) {
    if (!name.startsWith("[")) {
      classes.add(name);
    } else if (name.endsWith(";")) {
      classes.add(name.substring(name.indexOf('L') + 1, name.length() - 1));
    }
  }

  /** Classes and members of these owners, and whatever may be the name of one, in words. */
  List<String> of(Predicate<String> owners) {
    return Stream.of(
            Stream.concat(classes.stream(), types.stream()).filter(owners),
            members.stream().filter(m -> owners.test(m.owner())).map(Member::toString),
            texts.stream().filter(text -> text.startsWith("software/amazon/")))
        .flatMap(each -> each)
        .toList();
  }
}
