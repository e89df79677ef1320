package dev.driftmend.cli;

import dev.driftmend.doctor.Doctor;
import dev.driftmend.doctor.Settings;
import dev.driftmend.doctor.Visit;
import dev.driftmend.model.incident.Preflight;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.render.json.PreflightJson;
import dev.driftmend.render.text.PreflightText;
import dev.driftmend.template.text.UnreadableTemplate;
import dev.driftmend.template.undeployed.Defaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks whether Driftmend can be deployed, or works, in an account and region. */
@Command(
    name = "doctor",
    description = {
      "Looks whether Driftmend can be deployed in this account and region, or, once it is, whether"
          + " anything there leaves it without effect. Writes nothing to AWS.",
      "Each finding comes with the reason, the document that says so, and the parameter or command"
          + " that fixes it. What could not be looked at is unknown: neither fine nor to be fixed."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Nothing to fix.",
      "1:It could not look: bad usage, no credentials.",
      "2:Something has to be fixed before a deployment, or for the guard to work."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final int FINE = 0;
  private static final int MEND = 2;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"--stack", "--stack-name"},
      paramLabel = "NAME",
      defaultValue = "driftmend",
      description =
          "The stack that Driftmend is or will be deployed as. Default: @|bold ${DEFAULT-VALUE}|@.")
  private String stack = "";

  @Option(
      names = "--parameter-overrides",
      arity = "1..*",
      paramLabel = "NAME=VALUE",
      description = "Parameters of the template that the deployment would be given.")
  private Map<String, String> given = new LinkedHashMap<>();

  @Option(
      names = "--template",
      paramLabel = "FILE",
      description = "Default: the template beside this program.")
  private @Nullable Path template;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Default: AWS_REGION, AWS_DEFAULT_REGION or your profile's.")
  private @Nullable String region;

  @Option(
      names = "--write-parameters",
      paramLabel = "FILE",
      description =
          "Write there, one NAME=VALUE a line, what a deployment should be given: what was given"
              + " here, and what was looked up for a first deployment.")
  private @Nullable Path parameters;

  @Option(
      names = "--before-deployment",
      description = "End with 2 only for what a deployment would fail for.")
  private boolean before;

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private OutputOptions.Color color = new OutputOptions.Color();

  private final Surroundings surroundings;

  DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  boolean debug() {
    return output.debug();
  }

  @Override
  public Integer call() {
    output.apply(surroundings);
    if (spec == null) {
      throw new IllegalStateException("picocli injects the command's specification");
    }
    var preflight = look();
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(PreflightJson.write(preflight));
    } else {
      out.print(PreflightText.write(preflight, color.isOn()));
    }
    out.flush();
    write(preflight);
    return (before ? preflight.deployable() : preflight.fine()) ? FINE : MEND;
  }

  private Preflight look() {
    var body = body();
    try (var premises = surroundings.premises().find(Optional.ofNullable(region))) {
      // First, for without credentials nothing can be looked at.
      var who = premises.account().identity();
      var found = premises.templates().find(stack);
      var snapshot = found.flatMap(premises.templates()::read).orElse(null);
      return Doctor.look(
          new Visit(premises.account(), who, stack, snapshot, body, settings(body, snapshot)));
    } catch (UnreadableTemplate | IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()), e);
    }
  }

  private Settings settings(String body, @Nullable StackSnapshot snapshot) {
    var first =
        snapshot == null
            || snapshot.status().startsWith("REVIEW")
            || snapshot.status().startsWith("ROLLBACK")
            || snapshot.status().startsWith("CREATE_FAILED");
    return new Settings(
        Defaults.of(body),
        first || snapshot == null ? Map.of() : snapshot.parameters(),
        given,
        first);
  }

  private String body() {
    var file = template == null ? surroundings.template() : template;
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new Refusal("the template " + file + " cannot be read: check --template", e);
    }
  }

  private void write(Preflight preflight) {
    if (parameters == null) {
      return;
    }
    var lines =
        preflight.parameters().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue());
    try {
      Files.write(parameters, lines.toList());
    } catch (IOException e) {
      throw new Refusal("the file " + parameters + " cannot be written: " + e, e);
    }
  }
}
