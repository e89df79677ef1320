package dev.driftmend.reconcile;

import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.model.SecurityRule;
import dev.driftmend.model.StackRef;
import dev.driftmend.port.Templates;
import dev.driftmend.template.Resolver;
import java.util.List;

/** The rules that other stacks give to a guarded group, from their deployed templates. */
public final class ForeignRules {
  private final Templates templates;

  public ForeignRules(Templates templates) {
    this.templates = templates;
  }

  /**
   * Empty if the stack is gone.
   *
   * @throws dev.driftmend.template.UnreadableTemplate if its template cannot be understood
   */
  public List<SecurityRule> of(StackRef stack, String groupId) {
    return templates
        .read(stack)
        .map(Resolver::resolve)
        .map(declared -> SecurityGroup.rulesFor(groupId, declared))
        .orElse(List.of());
  }
}
