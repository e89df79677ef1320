package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.text.UnreadableTemplate;
import dev.driftmend.template.undeployed.Undeployed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What grows with the number of guarded stacks: policies in roles, and the policy parameter. */
final class PolicySizes implements Matter {
  private static final String GUARDED = "GuardedStacks";
  private static final String ROLE = "AWS::IAM::Role";
  private static final String POLICY = "AWS::IAM::Policy";
  private static final String PARAMETER = "AWS::SSM::Parameter";

  /** Of all inline policies of a role together, white space not counted. */
  static final int MOST_OF_ROLE = 10_240;

  /** Of a standard parameter. */
  static final int MOST_OF_PARAMETER = 4_096;

  /** More names are not looked for. */
  private static final int MOST_STACKS = 500;

  /** For what only AWS knows: the length of a function's ARN with a long name. */
  private static final int UNKNOWN = 140;

  /** A name that others are thought to be like. */
  private static final String TYPICAL = "some-stack-or-another";

  private static final String OF_ROLE = "the policies of ";

  @Override
  public Says says() {
    return new Says(
        "guarded stacks",
        "Each name makes a role's policy and the policy parameter longer: a role takes "
            + MOST_OF_ROLE
            + " characters of inline policies, a parameter "
            + MOST_OF_PARAMETER
            + ".",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var names = visit.settings().list(GUARDED);
    List<Growth> growths;
    try {
      growths = growths(visit);
    } catch (UnreadableTemplate | IllegalArgumentException e) {
      return List.of(says().unknown("the template could not be read for it: " + e.getMessage()));
    }
    for (var growth : growths) {
      if (growth.with(names) > growth.most()) {
        var fitting = most(growths, names);
        return List.of(
            says()
                .blocks(
                    growth.of()
                        + " would have "
                        + growth.with(names)
                        + " of "
                        + growth.most()
                        + " characters with "
                        + names.size()
                        + " names; "
                        + fitting
                        + " fit",
                    Says.parameters(GUARDED, String.join(",", names.subList(0, fitting))),
                    "--stack-name " + visit.stack() + "-2"));
      }
    }
    var more = new ArrayList<>(names);
    more.addAll(Collections.nCopies(MOST_STACKS, TYPICAL));
    var room = most(growths, more) - names.size();
    return List.of(
        says()
            .fine(
                names.size()
                    + " beside its own; "
                    + room
                    + " more fit with names of "
                    + TYPICAL.length()
                    + " characters"));
  }

  /** How many of the names fit, from the first on. */
  private static int most(List<Growth> growths, List<String> names) {
    var fits = 0;
    while (fits < names.size()) {
      var tried = names.subList(0, fits + 1);
      if (growths.stream().anyMatch(g -> g.with(tried) > g.most())) {
        break;
      }
      fits++;
    }
    return fits;
  }

  /**
   * What grows by every name.
   *
   * @param without characters without any name
   * @param each characters that a name brings beside its own
   */
  private record Growth(String of, int most, int without, int each) {
    int with(List<String> names) {
      return without + names.stream().mapToInt(name -> name.length() + each).sum();
    }
  }

  /** Read off the template with one name, and with two. */
  private static List<Growth> growths(Visit visit) {
    var one = sizes(visit, "a");
    var two = sizes(visit, "a,b");
    var growths = new ArrayList<Growth>();
    one.forEach(
        (what, size) -> {
          var each = two.getOrDefault(what, size) - size - 1;
          if (each >= 0) {
            var most = what.startsWith(OF_ROLE) ? MOST_OF_ROLE : MOST_OF_PARAMETER;
            growths.add(new Growth(what, most, size - 1 - each, each));
          }
        });
    return growths;
  }

  private static Map<String, Integer> sizes(Visit visit, String names) {
    var parameters = new HashMap<>(visit.settings().all());
    parameters.put(GUARDED, names);
    var declared =
        Resolver.resolve(Undeployed.snapshot(visit.template(), parameters, visit.who().region()));
    var sizes = new TreeMap<String, Integer>();
    rolesOf(declared).forEach((role, size) -> sizes.put(OF_ROLE + role, size));
    declared
        .ofType(PARAMETER)
        .forEach(
            p ->
                sizes.put(
                    p.ref().logicalId(), p.property("Value").map(PolicySizes::length).orElse(0)));
    return sizes;
  }

  /** Characters of inline policies, by the role's logical id. */
  static Map<String, Integer> rolesOf(DeclaredStack declared) {
    var sizes = new HashMap<String, Integer>();
    var ids = new HashMap<String, String>();
    declared
        .ofType(ROLE)
        .forEach(
            role -> {
              ids.put(role.ref().physicalId(), role.ref().logicalId());
              var own =
                  items(role, "Policies")
                      .map(
                          policy ->
                              policy instanceof Value.Fields f ? f.get("PolicyDocument") : null)
                      .flatMap(document -> document == null ? Stream.empty() : document.stream())
                      .mapToInt(PolicySizes::length)
                      .sum();
              sizes.put(role.ref().logicalId(), own);
            });
    declared
        .ofType(POLICY)
        .forEach(
            policy -> {
              var length = policy.property("PolicyDocument").map(PolicySizes::length).orElse(0);
              items(policy, "Roles")
                  .map(id -> id instanceof Value.Scalar s ? ids.get(s.text()) : null)
                  .flatMap(Stream::ofNullable)
                  .forEach(role -> sizes.merge(role, length, Integer::sum));
            });
    return sizes;
  }

  private static Stream<Value> items(Declared resource, String property) {
    return resource
        .property(property)
        .map(value -> value instanceof Value.Items items ? items.values() : List.<Value>of())
        .orElse(List.of())
        .stream();
  }

  /** Of the value as JSON, without white space. */
  private static int length(Value value) {
    return switch (value) {
      case Value.Scalar scalar -> scalar.text().replaceAll("\\s", "").length() + 2;
      case Value.Items items ->
          1 + Math.max(1, items.values().stream().mapToInt(v -> length(v) + 1).sum());
      case Value.Fields fields ->
          1
              + Math.max(
                  1,
                  fields.values().entrySet().stream()
                      .mapToInt(e -> e.getKey().length() + 3 + length(e.getValue()) + 1)
                      .sum());
      case Value.Unknown _ -> UNKNOWN;
    };
  }
}
