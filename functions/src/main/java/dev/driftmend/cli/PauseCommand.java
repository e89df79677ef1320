package dev.driftmend.cli;

import dev.driftmend.render.json.PauseJson;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops all writes of a guard, at once and without a deploy. */
@Command(
    name = "pause",
    description = {
      "Stops all writes of the guard that the stack is under, at once and without a deploy, for"
          + " every stack of that guard. It still looks, and still alerts.",
      "The pause stands until it is ended with --resume."
    })
final class PauseCommand extends StackCommand {
  @Option(names = "--resume", description = "End the pause.")
  private boolean resume;

  @Option(
      names = "--why",
      paramLabel = "TEXT",
      defaultValue = "no reason given",
      description = "Why, for whoever wonders. Default: ${DEFAULT-VALUE}.")
  private String why = "";

  PauseCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Session session) {
    var guard = session.needGuard("pause").stack().name();
    var said = resume ? end(session, guard) : begin(session, guard);
    out().println(json() ? PauseJson.write(guard, !resume) : said);
    return IN_SYNC;
  }

  private String begin(Session session, String guard) {
    var since = surroundings().clock().instant().truncatedTo(ChronoUnit.SECONDS);
    session.pause().begin(surroundings().user(), since, why);
    return guard + " writes nothing until: driftmend pause --stack " + guard + " --resume";
  }

  private static String end(Session session, String guard) {
    return guard
        + (session.pause().end() ? "" : " was not paused and")
        + " repairs what its policy allows.";
  }
}
