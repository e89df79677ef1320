package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Declared;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What registers targets by itself once a template is deployed.
 *
 * @param by the Auto Scaling group or the ECS service
 * @param port on which its targets are asked; null if that is not known
 * @param dynamic whether each target has a port of its own, out of {@link #FIRST_DYNAMIC} and up
 * @param groups of its targets
 * @param subnets in which they may stand; empty if they are not known
 * @param publicAddress whether they get one; null if their subnet decides, or it is not known
 * @param script that its instances run at their first boot
 * @param idle why there may be none of them for now; null if there is one
 */
public record Backend(
    Declared by,
    Kind kind,
    @Nullable Integer port,
    boolean dynamic,
    Groups groups,
    List<String> subnets,
    @Nullable Boolean publicAddress,
    Script script,
    @Nullable String idle) {
  /**
   * The first port that a container may be given on its instance by Docker and the kernel's
   * defaults.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html">hostPort:
   *     dynamic ports</a>
   */
  public static final int FIRST_DYNAMIC = 32_768;

  public enum Kind {
    /** Instances of an Auto Scaling group. */
    FLEET,
    /** Tasks with interfaces of their own. */
    TASKS,
    /** Tasks on ports of the instances that they run on. */
    TASKS_ON_INSTANCES
  }

  public Backend {
    subnets = List.copyOf(subnets);
  }
}
