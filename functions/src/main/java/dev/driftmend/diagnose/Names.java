package dev.driftmend.diagnose;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.ResourceNames;
import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.ResourceNames.Source;
import dev.driftmend.model.stack.ResourceRef;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What resources are called in front of people. Ids that nobody can look up are never shown. */
public final class Names {
  private static final String GROUP = ":targetgroup/";

  private final Scene scene;
  private final Map<String, ResourceRef> byId = new HashMap<>();
  private final ResourceNames names;

  public Names(Scene scene) {
    this.scene = scene;
    scene.declared().resources().forEach(r -> byId.put(r.ref().physicalId(), r.ref()));
    this.names = read(scene);
  }

  /** What is on the path and not of the stack was read under its own id. */
  private static ResourceNames read(Scene scene) {
    var others = new HashMap<String, Name>(scene.network().names());
    scene
        .live()
        .resources()
        .forEach(
            (id, observed) -> {
              if (observed instanceof Observed.Found(_, var name) && name != null) {
                others.put(id, new Name(name, Source.TAG));
              }
            });
    var stack = scene.declared().stack();
    others.put(stack.id(), new Name(stack.name(), Source.STACK));
    return ResourceNames.of(
        scene.declared().resources().stream().map(Declared::ref).toList(), others);
  }

  public String of(ResourceRef ref) {
    return of(ref.physicalId());
  }

  /** E.g. {@code WebSecurityGroup (sg-0abc)}; the id alone of what nobody knows by name. */
  public String of(String id) {
    var given = scene.names().get(id);
    if (given != null) {
      return given;
    }
    var ref = byId.get(id);
    if (ref != null && !ref.logicalId().equals(id)) {
      return id.startsWith("arn:") || !scene.deployed()
          ? ref.logicalId()
          : ref.logicalId() + " (" + id + ")";
    }
    var said = names.among(List.of(id)).sayBeside(id);
    return id.startsWith("arn:") && !said.equals(id) ? titled(id, said) : said;
  }

  /** What is not of the stack has its name before its ARN. */
  private static String titled(String arn, String name) {
    return (arn.contains(GROUP) ? "the target group " : "") + name + " (" + arn + ")";
  }

  /** The logical id, or the id itself of what is not of the stack. */
  public String key(String id) {
    var ref = byId.get(id);
    return ref == null ? id : ref.logicalId();
  }

  /** A text in which ids may stand, a rule say. */
  public String say(String text) {
    var said = text;
    for (var id : scene.names().keySet().stream().sorted(LONGEST).toList()) {
      said = said.replace(id, scene.names().get(id));
    }
    return scene.deployed() ? names.among(List.of(said)).sayBeside(said) : said;
  }

  private static final Comparator<String> LONGEST =
      Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder());
}
