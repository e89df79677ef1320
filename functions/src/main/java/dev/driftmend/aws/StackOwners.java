package dev.driftmend.aws;

import dev.driftmend.model.StackRef;
import dev.driftmend.port.DeniedFailure;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.Export;
import software.amazon.awssdk.services.cloudformation.model.Stack;

/** Which other stacks have to do with a resource. */
final class StackOwners {
  private final Clients clients;

  StackOwners(Clients clients) {
    this.clients = clients;
  }

  /** Another stack that has a resource of this physical id. */
  Optional<StackRef> ownerOf(String physicalId, StackRef besides) {
    return unlessMissing(
            () ->
                clients
                    .cloudFormation(
                        c -> c.describeStackResources(r -> r.physicalResourceId(physicalId)))
                    .stackResources())
        .stream()
        .filter(r -> physicalId.equals(r.physicalResourceId()) && r.stackId() != null)
        .map(r -> new StackRef(r.stackId()))
        .filter(s -> !s.equals(besides))
        .findFirst();
  }

  /**
   * The other stacks that can name a resource: by a parameter that has its id, or by an import of
   * an export that has it.
   */
  List<StackRef> thatCanName(String physicalId, StackRef besides) {
    var importers = importersOf(physicalId);
    var naming = new LinkedHashSet<StackRef>();
    clients.cloudFormation(
        c -> {
          for (var stack : c.describeStacksPaginator().stacks()) {
            if (!stack.stackStatusAsString().equals("DELETE_COMPLETE")
                && (importers.contains(stack.stackName()) || hasParameter(stack, physicalId))) {
              naming.add(new StackRef(stack.stackId()));
            }
          }
          return naming;
        });
    naming.remove(besides);
    return List.copyOf(naming);
  }

  private Set<String> importersOf(String physicalId) {
    return clients.cloudFormation(
        c -> {
          var importers = new LinkedHashSet<String>();
          for (var export : c.listExportsPaginator().exports()) {
            if (has(export.value(), physicalId)) {
              importers.addAll(importersOf(export));
            }
          }
          return importers;
        });
  }

  private List<String> importersOf(Export export) {
    return unlessMissing(
        () ->
            clients.cloudFormation(
                c ->
                    c.listImportsPaginator(r -> r.exportName(export.name())).imports().stream()
                        .toList()));
  }

  private static boolean hasParameter(Stack stack, String physicalId) {
    return stack.parameters().stream()
        .anyMatch(p -> has(p.parameterValue(), physicalId) || has(p.resolvedValue(), physicalId));
  }

  private static boolean has(@Nullable String value, String id) {
    return value != null && Stream.of(value.split("[,\\s]+")).anyMatch(id::equals);
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
