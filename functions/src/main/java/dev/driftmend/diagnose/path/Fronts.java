package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.scene.Front;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What stands before the app on the targets, so that clients need not meet the app itself. */
public final class Fronts {
  private final Path path;

  public Fronts(Path path) {
    this.path = path;
  }

  /** In words; null if nothing is seen to. */
  public @Nullable String of(PathTarget target) {
    var name = path.name(target.id());
    if (!target.isMachine()) {
      return target.backend() == null
          ? null
          : "what runs in the tasks of " + name + " is not known";
    }
    var launch = path.launch(target);
    if (launch == null || !launch.script().there()) {
      return null;
    }
    var front = Front.of(launch.script());
    return front == null ? null : "the user data of " + name + " " + front;
  }

  /** Of any target of a group. */
  public @Nullable String any(String group) {
    return path.targets().stream()
        .filter(t -> t.group().equals(group))
        .map(this::of)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** Of any target. */
  public @Nullable String any() {
    return path.targets().stream().map(this::of).filter(Objects::nonNull).findFirst().orElse(null);
  }
}
