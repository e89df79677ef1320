package dev.driftmend.diagnose;

import dev.driftmend.diagnose.app.AppFacts;
import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one stack when its path is walked.
 *
 * @param deployed false for a template that was never deployed: then live is what it declares
 * @param live also what is not of the stack, but on the path, under its own physical id
 * @param network with all resources of live laid onto it; a subnet that is not in it, or of which
 *     the table is not in it, was not read
 * @param names what an id is called in front of people, where that is not the id itself
 * @param given the values of the stack's parameters
 * @param endpoint what clients ask; null if nobody knows
 * @param asked what clients were answered, the app's own page first; empty if nobody asked
 * @param app null if its files were not given
 * @param drifts of the stack, with who made them
 */
public record Scene(
    boolean deployed,
    DeclaredStack declared,
    Desired desired,
    Live live,
    Network network,
    Map<String, String> names,
    Set<String> given,
    @Nullable URI endpoint,
    List<Asked> asked,
    @Nullable AppFacts app,
    List<Because> drifts) {
  public Scene {
    names = Map.copyOf(names);
    given = Set.copyOf(given);
    asked = List.copyOf(asked);
    drifts = List.copyOf(drifts);
  }

  /**
   * @param cause null if nobody knows
   */
  public record Because(Drift drift, @Nullable Cause cause) {}

  public Scene asking(List<Asked> answers) {
    return new Scene(
        deployed, declared, desired, live, network, names, given, endpoint, answers, app, drifts);
  }

  /** As nobody has asked it yet, and it is not known where clients would. */
  public Scene unasked() {
    return new Scene(
        deployed, declared, desired, live, network, names, given, null, List.of(), app, drifts);
  }

  public Scene because(List<Because> causes) {
    return new Scene(
        deployed, declared, desired, live, network, names, given, endpoint, asked, app, causes);
  }

  public Scene with(AppFacts facts) {
    return new Scene(
        deployed, declared, desired, live, network, names, given, endpoint, asked, facts, drifts);
  }
}
