package dev.driftmend.cli;

import dev.driftmend.cli.file.AppDirectory;
import dev.driftmend.cli.file.NestedFiles;
import dev.driftmend.cli.file.ParameterFile;
import dev.driftmend.cli.file.TextFile;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.Walk;
import dev.driftmend.diagnose.app.AppFacts;
import dev.driftmend.diagnose.app.AppFiles;
import dev.driftmend.diagnose.planned.Planned;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.render.json.DiagnosisJson;
import dev.driftmend.render.text.DiagnosisText;
import dev.driftmend.template.text.UnreadableTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Walks the path from a client to the app, of a deployed stack or of a template. */
@Command(
    name = "diagnose",
    description = {
      "Walks the path from a client to the app and names the hop that is broken, with evidence and"
          + " what to change. Writes nothing.",
      "Of a deployed stack it reads what is live and asks the endpoint; of a template it tells what"
          + " would be if it were deployed."
    },
    exitCodeList = {
      "0:OK or UNKNOWN: no fault is known on any path.",
      "1:An error: bad usage, a file that is no template, no credentials, a refused call.",
      "2:OUTAGE or DEGRADED: a fault on a path."
    })
final class DiagnoseCommand implements Callable<Integer> {
  private static final int FINE = 0;
  private static final int FAULT = 2;

  @Spec private @Nullable CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Subject subject = new Subject();

  /** One of both. */
  static final class Subject {
    @Option(
        names = "--stack",
        required = true,
        paramLabel = "NAME",
        description = "The deployed stack, by name or ARN.")
    private @Nullable String stack;

    @Option(
        names = "--template",
        required = true,
        paramLabel = "FILE",
        description = "A template, YAML or JSON, deployed or not.")
    private @Nullable Path template;
  }

  @Option(
      names = "--app",
      paramLabel = "DIR",
      description =
          "Where the app's files are: its routes and its port are read from them, and nothing is"
              + " run.")
  private @Nullable Path app;

  @Option(
      names = "--parameter",
      paramLabel = "NAME=VALUE",
      description =
          "A parameter of the template. May be repeated; others have their defaults, and what hangs"
              + " on one without is not known.")
  private Map<String, String> parameters = new HashMap<>();

  @Option(
      names = "--parameters",
      paramLabel = "FILE",
      description =
          "Values of parameters: the AWS CLI's JSON, an object of names and values, or lines"
              + " NAME=VALUE. --parameter comes before it.")
  private @Nullable Path parameterFile;

  @Option(
      names = "--guard",
      paramLabel = "NAME",
      description = "The stack that Driftmend was deployed as, which knows who is behind a drift.")
  private @Nullable String guard;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description =
          "Default: AWS_REGION, AWS_DEFAULT_REGION or your profile's; for a template without any"
              + " of them us-east-1.")
  private @Nullable String region;

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private OutputOptions.Color color = new OutputOptions.Color();

  private final Surroundings surroundings;

  DiagnoseCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  boolean debug() {
    return output.debug();
  }

  @Override
  public Integer call() {
    output.apply(surroundings);
    var diagnosis =
        subject.template == null ? Walk.all(deployed(subject.stack)) : planned(subject.template);
    if (spec == null) {
      throw new IllegalStateException("picocli injects the command's specification");
    }
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(DiagnosisJson.write(diagnosis));
    } else {
      out.print(DiagnosisText.write(diagnosis, color.isOn()));
    }
    out.flush();
    return isFine(diagnosis) ? FINE : FAULT;
  }

  /** What could not be looked at is a reason to look again, and no fault. */
  private static boolean isFine(Diagnosis diagnosis) {
    return switch (diagnosis.verdict()) {
      case OUTAGE, DEGRADED -> false;
      case OK, UNKNOWN -> true;
    };
  }

  private Scene deployed(@Nullable String stack) {
    if (!parameters.isEmpty() || parameterFile != null) {
      throw new Refusal("--parameter is for --template: a deployed stack has its parameters");
    }
    var target =
        new StackTarget(
            String.valueOf(stack), Optional.ofNullable(guard), Optional.ofNullable(region));
    try (var session = surroundings.sessions().open(target)) {
      var snapshot =
          session.templates().read(session.stack()).orElseThrow(() -> ObservedPlan.gone(session));
      var scene = session.scenes().read(snapshot);
      var facts = facts(scene.declared());
      return facts == null ? scene : scene.with(facts);
    }
  }

  private Diagnosis planned(Path template) {
    if (Files.isDirectory(template)) {
      throw new Refusal(template + " is a directory: --template takes one file of it");
    }
    if (!Files.isRegularFile(template)) {
      throw new Refusal("there is no file " + template + ": check --template");
    }
    var values =
        new HashMap<>(parameterFile == null ? Map.of() : ParameterFile.read(parameterFile));
    values.putAll(parameters);
    try {
      var file = TextFile.read(template);
      return Planned.of(
              file.text(), values, regionOfTemplate(), new NestedFiles(template), this::facts)
          .noting(file.remark().stream().toList());
    } catch (UnreadableTemplate | IllegalArgumentException e) {
      throw new Refusal(template + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new Refusal("the template " + template + " cannot be read: " + e, e);
    }
  }

  private String regionOfTemplate() {
    return region == null ? surroundings.region().get().orElse("us-east-1") : region;
  }

  private @Nullable AppFacts facts(DeclaredStack declared) {
    if (app == null) {
      return null;
    }
    if (!Files.isDirectory(app)) {
      throw new Refusal("there is no directory " + app + ": check --app");
    }
    try {
      return AppFiles.read(AppDirectory.files(app), declared);
    } catch (IOException e) {
      throw new Refusal("the directory " + app + " cannot be read: " + e, e);
    }
  }
}
