package dev.driftmend.aws.owner;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.Export;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackResource;

/** Which other stacks have to do with a resource. */
final class StackOwners {
  /**
   * For how long the stacks of the account are not listed again. A rule that CloudFormation makes
   * meanwhile for a stack that is not among them is known by its maker.
   */
  private static final Duration LISTED = Duration.ofMinutes(1);

  /** For how long a deployment is taken to go on; when it ended the stacks are not listed with. */
  private static final Duration DEPLOYMENT = Duration.ofHours(1);

  /** Calls have their times in whole seconds. */
  private static final Duration ROUNDED = Duration.ofSeconds(1);

  private final Clients clients;
  private final InstantSource clock;
  private Listing listing = new Listing(Instant.MIN, List.of(), List.of());

  StackOwners(Clients clients, InstantSource clock) {
    this.clients = clients;
    this.clock = clock;
  }

  private record Listing(Instant at, List<Naming> stacks, List<Export> exports) {}

  /**
   * @param named all that the parameters of the stack name
   * @param deployed when it was made, and when its last update began
   */
  private record Naming(StackRef stack, Set<String> named, List<Instant> deployed) {}

  /**
   * The stack that has a resource of this physical id, and up to a hundred others that it has, by
   * their physical ids; empty if no stack has it, or one that left it behind: CloudFormation lists
   * what a stack had for 90 days after its deletion. The answer is of one stack.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html">DescribeStackResources</a>
   */
  Map<String, StackRef> withOthersOf(String physicalId) {
    var owners = new HashMap<String, StackRef>();
    var shown =
        unlessMissing(
            () ->
                clients
                    .cloudFormation(
                        c -> c.describeStackResources(r -> r.physicalResourceId(physicalId)))
                    .stackResources());
    var itself = shown.stream().filter(r -> physicalId.equals(r.physicalResourceId())).toList();
    if ((itself.isEmpty() ? shown : itself).stream().allMatch(StackOwners::isLeft)) {
      return owners;
    }
    for (var each : shown) {
      if (each.stackId() != null) {
        var owner = new StackRef(each.stackId());
        // It may be none of the hundred that are shown.
        owners.putIfAbsent(physicalId, owner);
        if (each.physicalResourceId() != null && !isGone(each)) {
          owners.putIfAbsent(each.physicalResourceId(), owner);
        }
      }
    }
    return owners;
  }

  /** Whether the stack has it no more, be it that it is gone or that it was to stay. */
  private static boolean isLeft(StackResource resource) {
    var status = resource.resourceStatusAsString();
    return "DELETE_COMPLETE".equals(status) || "DELETE_SKIPPED".equals(status);
  }

  /** Whether there is such a stack, and it was not deleted. */
  boolean stands(StackRef stack) {
    return unlessMissing(
            () ->
                clients
                    .cloudFormation(c -> c.describeStacks(r -> r.stackName(stack.id())))
                    .stacks())
        .stream()
        .anyMatch(s -> !"DELETE_COMPLETE".equals(s.stackStatusAsString()));
  }

  private static boolean isGone(StackResource resource) {
    return resource.resourceStatusAsString() != null
        && resource.resourceStatusAsString().startsWith("DELETE");
  }

  /**
   * The other stacks that can name a resource: by a parameter that has its id, or by an import of
   * an export that has it.
   */
  List<StackRef> thatCanName(String physicalId, StackRef besides) {
    var listed = listed();
    var importers = new HashSet<String>();
    listed.exports().stream()
        .filter(export -> named(export.value()).anyMatch(physicalId::equals))
        .forEach(export -> importers.addAll(importersOf(export)));
    return listed.stacks().stream()
        .filter(s -> importers.contains(s.stack().name()) || s.named().contains(physicalId))
        .map(Naming::stack)
        .filter(s -> !s.equals(besides))
        .toList();
  }

  /**
   * The other stacks of which a deployment began within the hour before; none of them is younger
   * than the list.
   */
  List<StackRef> deployedAt(Instant time, StackRef besides) {
    var earliest = time.minus(DEPLOYMENT);
    var listed = listing.at().isAfter(time.plus(ROUNDED)) ? listed() : listedNow();
    return listed.stacks().stream()
        .filter(
            s ->
                s.deployed().stream()
                    .anyMatch(at -> !at.isBefore(earliest) && !at.isAfter(time.plus(ROUNDED))))
        .map(Naming::stack)
        .filter(s -> !s.equals(besides))
        .toList();
  }

  private Listing listed() {
    return listing.at().plus(LISTED).isAfter(clock.instant()) ? listing : listedNow();
  }

  private Listing listedNow() {
    var now = clock.instant();
    listing =
        Parallel.both(
            this::stacks, this::exports, (stacks, exports) -> new Listing(now, stacks, exports));
    return listing;
  }

  private List<Naming> stacks() {
    return clients.cloudFormation(
        c ->
            c.describeStacksPaginator().stacks().stream()
                .filter(s -> !s.stackStatusAsString().equals("DELETE_COMPLETE"))
                .map(
                    s ->
                        new Naming(
                            new StackRef(s.stackId()),
                            named(s),
                            Stream.of(s.creationTime(), s.lastUpdatedTime())
                                .filter(Objects::nonNull)
                                .toList()))
                .toList());
  }

  private static Set<String> named(Stack stack) {
    return stack.parameters().stream()
        .flatMap(p -> Stream.concat(named(p.parameterValue()), named(p.resolvedValue())))
        .collect(Collectors.toSet());
  }

  private static Stream<String> named(@Nullable String value) {
    return value == null ? Stream.of() : Stream.of(value.split("[,\\s]+"));
  }

  private List<Export> exports() {
    return clients.cloudFormation(c -> c.listExportsPaginator().exports().stream().toList());
  }

  private List<String> importersOf(Export export) {
    return unlessMissing(
        () ->
            clients.cloudFormation(
                c ->
                    c.listImportsPaginator(r -> r.exportName(export.name())).imports().stream()
                        .toList()));
  }

  /** That nothing has the id, or imports the export, is an error of the service. */
  private static <T> List<T> unlessMissing(Supplier<List<T>> call) {
    try {
      return call.get();
    } catch (DeniedFailure e) {
      var message = Failures.message(e);
      if (message.contains("does not exist") || message.contains("is not imported by any stack")) {
        return List.of();
      }
      throw e;
    }
  }
}
