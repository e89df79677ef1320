package dev.driftmend.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands have in common: one stack, looked at in one session. */
abstract class StackCommand implements Callable<Integer> {
  static final int IN_SYNC = 0;
  static final int DRIFT = 2;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--stack",
      required = true,
      paramLabel = "NAME",
      description = "The stack, by name or ARN.")
  private String stack = "";

  @Option(
      names = "--guard",
      paramLabel = "NAME",
      description =
          "The stack that Driftmend was deployed as. Default: the stack itself if it is one, else"
              + " @|bold driftmend|@.")
  private @Nullable String guard;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Default: AWS_REGION, AWS_DEFAULT_REGION or your profile's.")
  private @Nullable String region;

  @Mixin private OutputOptions output = new OutputOptions();

  private final Surroundings surroundings;

  StackCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public final Integer call() {
    output.apply(surroundings);
    try (var session = surroundings.sessions().open(target())) {
      return run(session);
    } finally {
      out().flush();
    }
  }

  /** The exit code. */
  abstract int run(Session session);

  private StackTarget target() {
    return new StackTarget(stack, Optional.ofNullable(guard), Optional.ofNullable(region));
  }

  /**
   * Whether the person wants it; without {@code --yes} that takes a terminal.
   *
   * @param what the question, e.g. {@code Accept it?}
   * @param verb for the one who cannot be asked: look first, then do this with --yes
   * @throws Refusal if there is nobody to ask
   */
  final boolean isAgreed(boolean yes, String what, String verb) {
    if (yes) {
      return true;
    }
    var question = System.lineSeparator() + what + " Only yes is taken for it: ";
    var answer = output.json() ? Optional.<String>empty() : surroundings.ask().apply(question);
    return answer
        .map(a -> a.strip().equals("yes"))
        .orElseThrow(
            () ->
                new Refusal(
                    "there is nobody to ask: look at the plan, then " + verb + " with --yes"));
  }

  final boolean json() {
    return output.json();
  }

  final boolean debug() {
    return output.debug();
  }

  final Surroundings surroundings() {
    return surroundings;
  }

  final PrintWriter out() {
    if (spec == null) {
      throw new IllegalStateException("picocli injects the command's specification");
    }
    return spec.commandLine().getOut();
  }
}
