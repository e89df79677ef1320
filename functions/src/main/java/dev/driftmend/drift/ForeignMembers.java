package dev.driftmend.drift;

import dev.driftmend.kind.ForeignParts;
import dev.driftmend.kind.role.Role;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Templates;
import dev.driftmend.template.Resolver;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The members that other stacks give to a guarded resource, from their deployed templates. */
public final class ForeignMembers {
  private final Templates templates;

  public ForeignMembers(Templates templates) {
    this.templates = templates;
  }

  /**
   * The keys of the rules, entries or policies that a stack declares on a resource that is not its
   * own; none if the stack is gone.
   *
   * @throws dev.driftmend.template.text.UnreadableTemplate if its template cannot be understood
   */
  public Set<String> of(StackRef stack, ResourceRef resource) {
    return templates
        .read(stack)
        .map(Resolver::resolve)
        .map(declared -> of(declared, resource))
        .orElse(Set.of());
  }

  private static Set<String> of(DeclaredStack declared, ResourceRef resource) {
    if (resource.type().equals(Role.TYPE)) {
      return ForeignParts.ofRole(declared, resource.physicalId());
    }
    return ForeignParts.of(declared).resources().stream()
        .filter(r -> r.ref().type().equals(resource.type()))
        .filter(r -> r.ref().physicalId().equals(resource.physicalId()))
        .flatMap(r -> r.properties().values().stream())
        .flatMap(p -> p instanceof Property.Members m ? m.keys().stream() : Stream.of())
        .collect(Collectors.toSet());
  }
}
