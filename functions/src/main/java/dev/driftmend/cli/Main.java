package dev.driftmend.cli;

import dev.driftmend.model.Version;
import dev.driftmend.render.Plain;
import dev.driftmend.render.json.ErrorJson;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command line, {@code driftmend}. */
@Command(
    name = "driftmend",
    description = "Keeps a deployed AWS stack true to its own CloudFormation template.",
    mixinStandardHelpOptions = true,
    version = "driftmend " + Main.VERSION,
    scope = CommandLine.ScopeType.INHERIT,
    synopsisSubcommandLabel = "(plan | apply | accept | undo | pause | diagnose | doctor | drill)",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Live equals the template, also after an apply that repaired everything; a plan accepted, a"
          + " repair taken back.",
      "1:An error: bad usage, no credentials, a refused call, a stack in motion.",
      "2:Drift, a plan that is held back, or a fault on the path."
    },
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  AWS_PROFILE, AWS_REGION and so on: as every AWS client takes them.",
      "  AWS_ENDPOINT_URL: another AWS than the real one, a local one say."
    })
public final class Main {
  static final String VERSION = Version.TEXT;
  static final int ERROR = 1;

  private Main() {}

  public static void main(String[] args) {
    var out = new PrintWriter(System.out, true);
    var err = new PrintWriter(System.err, true);
    System.exit(run(Surroundings.real(), out, err, args));
  }

  /** The exit code: 0 live equals desired, 2 drift or held, 1 error. */
  static int run(Surroundings surroundings, PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new Main())
        .addSubcommand(new PlanCommand(surroundings))
        .addSubcommand(new ApplyCommand(surroundings))
        .addSubcommand(new AcceptCommand(surroundings))
        .addSubcommand(new UndoCommand(surroundings))
        .addSubcommand(new PauseCommand(surroundings))
        .addSubcommand(new DiagnoseCommand(surroundings))
        .addSubcommand(new DoctorCommand(surroundings))
        .addSubcommand(new DrillCommand(surroundings))
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(Main::misused)
        .setExecutionExceptionHandler(Main::explain)
        .execute(args);
  }

  private static int misused(ParameterException misuse, String... args) {
    var command = misuse.getCommandLine();
    var hint = command.getCommandSpec().qualifiedName() + " --help shows how it is used";
    report(command, List.of(args), misuse.getMessage() + "; " + hint);
    return ERROR;
  }

  /** For people on the error stream; for machines that asked for it as JSON, too. */
  private static void report(CommandLine command, List<String> args, String error) {
    if (args.contains("--json")) {
      command.getOut().println(ErrorJson.write(error));
    }
    command.getErr().println(Plain.line("driftmend: " + error));
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    report(command, parsed.originalArgs(), Explanation.of(failure));
    var debug =
        switch (command.<Object>getCommand()) {
          case StackCommand c -> c.debug();
          case DiagnoseCommand d -> d.debug();
          case DoctorCommand d -> d.debug();
          default -> false;
        };
    if (debug) {
      failure.printStackTrace(command.getErr());
    }
    return ERROR;
  }
}
