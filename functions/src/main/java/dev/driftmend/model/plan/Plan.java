package dev.driftmend.model.plan;

import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Fingerprint;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.ResourceNames;
import dev.driftmend.model.stack.StackRef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The steps that bring live to desired, in order: the only thing that execution reads.
 *
 * @param permission whether any of it may be written now
 * @param notCovered what was not compared
 * @param hash what a person accepts: {@link #hash(List)} of all calls that would be made if nothing
 *     was held
 * @param held whether a person's acceptance would have more of it done
 * @param names of what its texts name by id; no part of what a person accepts
 */
public record Plan(
    StackRef stack,
    WritePermission permission,
    List<Finding> findings,
    List<Step> steps,
    List<NotCovered> notCovered,
    String hash,
    boolean held,
    ResourceNames names) {
  public Plan {
    findings = List.copyOf(findings);
    steps = List.copyOf(steps);
    notCovered = List.copyOf(notCovered);
  }

  /** A plan of which nothing is held. */
  public Plan(
      StackRef stack,
      WritePermission permission,
      List<Finding> findings,
      List<Step> steps,
      List<NotCovered> notCovered) {
    this(
        stack,
        permission,
        findings,
        steps,
        notCovered,
        hash(stack, steps),
        false,
        ResourceNames.NONE);
  }

  /** The same plan, of which less is done than that other plan's hash stands for. */
  public Plan held(WritePermission permission, String hash) {
    return new Plan(stack, permission, findings, steps, notCovered, hash, true, names);
  }

  /** The same plan, of which nothing may be written now. */
  public Plan standingAside(String why) {
    return new Plan(
        stack, WritePermission.withheld(why), findings, steps, notCovered, hash, held, names);
  }

  /** The same plan, with what a person can do instead of a call put otherwise. */
  public Plan remediations(UnaryOperator<String> put) {
    var reworded =
        steps.stream()
            .<Step>map(
                s ->
                    switch (s) {
                      case Step.Call c -> c;
                      case Step.Report r ->
                          new Step.Report(
                              r.fingerprints(), r.resource(), r.why(), put.apply(r.remediation()));
                    })
            .toList();
    return new Plan(stack, permission, findings, reworded, notCovered, hash, held, names);
  }

  /** The same plan, without what it does not compare and something else did. */
  public Plan withoutUncovered(Predicate<NotCovered> compared) {
    var left = notCovered.stream().filter(n -> !compared.test(n)).toList();
    return new Plan(stack, permission, findings, steps, left, hash, held, names);
  }

  /** The same plan, whose texts call resources by these names. */
  public Plan named(ResourceNames all) {
    var texts = new ArrayList<String>();
    findings.forEach(f -> texts.addAll(f.texts()));
    steps.forEach(s -> texts.addAll(s.texts()));
    notCovered.forEach(n -> texts.add(n.why()));
    return new Plan(stack, permission, findings, steps, notCovered, hash, held, all.among(texts));
  }

  public List<Step.Call> calls() {
    return calls(steps);
  }

  /** How many drifts its calls undo: one call may revoke fifty rules. */
  public int writes() {
    return calls().stream().mapToInt(c -> Math.max(1, c.fingerprints().size())).sum();
  }

  /**
   * 16 hexadecimal digits over operation, resource and arguments of the calls, in whatever order
   * the services listed what they are about; not over any wording.
   */
  private static String hash(StackRef stack, List<Step> steps) {
    var calls = calls(steps).stream().map(Plan::identity).sorted();
    return Fingerprint.of(Stream.concat(Stream.of(stack.uuid()), calls).toArray(String[]::new));
  }

  private static String identity(Step.Call call) {
    var parts = new ArrayList<String>();
    parts.add(call.operation());
    parts.add(call.resource().logicalId());
    parts.add(call.resource().physicalId());
    call.arguments()
        .forEach(
            (name, values) -> {
              parts.add(name + "=" + values.size());
              values.stream().sorted().forEach(parts::add);
            });
    return Fingerprint.of(parts.toArray(String[]::new));
  }

  private static List<Step.Call> calls(List<Step> steps) {
    return steps.stream().filter(Step.Call.class::isInstance).map(Step.Call.class::cast).toList();
  }
}
