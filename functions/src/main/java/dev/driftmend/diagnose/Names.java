package dev.driftmend.diagnose;

import dev.driftmend.model.stack.ResourceRef;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** What resources are called in front of people. Ids that nobody can look up are never shown. */
public final class Names {
  private static final String GROUP = ":targetgroup/";

  private final Scene scene;
  private final Map<String, ResourceRef> byId = new HashMap<>();

  public Names(Scene scene) {
    this.scene = scene;
    scene.declared().resources().forEach(r -> byId.put(r.ref().physicalId(), r.ref()));
  }

  public String of(ResourceRef ref) {
    return of(ref.physicalId());
  }

  /** E.g. {@code WebSecurityGroup (sg-0abc)}; the id alone if the stack has no such resource. */
  public String of(String id) {
    var given = scene.names().get(id);
    if (given != null) {
      return given;
    }
    var ref = byId.get(id);
    if (ref == null || ref.logicalId().equals(id)) {
      return titled(say(id));
    }
    return id.startsWith("arn:") || !scene.deployed()
        ? ref.logicalId()
        : ref.logicalId() + " (" + id + ")";
  }

  /** A target group that is not of the stack has its name before its ARN. */
  private static String titled(String id) {
    var at = id.startsWith("arn:") ? id.indexOf(GROUP) : -1;
    var end = id.indexOf('/', at + GROUP.length());
    return at < 0 || end < 0
        ? id
        : "the target group " + id.substring(at + GROUP.length(), end) + " (" + id + ")";
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
    return said;
  }

  private static final Comparator<String> LONGEST =
      Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder());
}
