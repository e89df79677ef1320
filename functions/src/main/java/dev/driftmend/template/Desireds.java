package dev.driftmend.template;

import dev.driftmend.kind.ForeignParts;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Declared resources become guarded ones, each by its kind; what is not guarded is named, once. */
public final class Desireds {
  private static final Value.Fields NOTHING = new Value.Fields(Map.of());

  private final Map<String, Kind> kinds = new HashMap<>();
  private final Set<String> parts = new HashSet<>();

  Desireds(List<Kind> kinds) {
    for (var kind : kinds) {
      this.kinds.put(kind.type(), kind);
      parts.addAll(kind.parts());
    }
  }

  public static Desired of(DeclaredStack stack) {
    return new Desireds(Kinds.all()).desired(stack);
  }

  /**
   * The same, and what the stack declares of resources that other stacks have: compared where it
   * can be, else named.
   */
  public static Desired withParts(DeclaredStack stack) {
    var own = of(stack);
    var foreign = ForeignParts.of(stack);
    if (foreign.resources().isEmpty() && foreign.notCovered().isEmpty()) {
      return own;
    }
    var resources = new ArrayList<>(own.resources());
    resources.addAll(foreign.resources());
    var notCovered = new ArrayList<>(own.notCovered());
    notCovered.addAll(foreign.notCovered());
    foreign.resources().forEach(r -> notCovered.addAll(unknown(new Declared(r.ref(), NOTHING), r)));
    return new Desired(own.stack(), own.asOf(), resources, notCovered);
  }

  Desired desired(DeclaredStack stack) {
    var resources = new ArrayList<Resource>();
    var notCovered = new ArrayList<>(stack.undecided());
    for (var declared : stack.resources()) {
      var kind = kinds.get(declared.ref().type());
      if (kind != null) {
        try {
          var resource = kind.desired(declared, stack);
          resources.add(resource);
          notCovered.addAll(unknown(declared, resource));
        } catch (IllegalArgumentException e) {
          // A value that its service would refuse: nothing of the resource can be compared.
          notCovered.add(notCovered(declared, "*", String.valueOf(e.getMessage())));
        }
      } else if (!parts.contains(declared.ref().type())) {
        notCovered.add(notCovered(declared, "*", "no kind guards this type yet"));
      }
    }
    return new Desired(stack.stack(), stack.asOf(), resources, notCovered);
  }

  private static List<NotCovered> unknown(Declared declared, Resource resource) {
    var found = new ArrayList<NotCovered>();
    if (declared.properties().values().get(Value.Fields.REST) instanceof Value.Unknown rest) {
      found.add(notCovered(declared, "*", rest.why()));
    }
    resource
        .properties()
        .forEach(
            (name, property) -> {
              switch (property) {
                case Property.Unknown unknown ->
                    found.add(notCovered(declared, name, unknown.why()));
                case Property.Members members -> {
                  if (members.held() != null) {
                    found.add(notCovered(declared, name, members.held()));
                  }
                  members.open().stream()
                      .filter(OpenMember::declared)
                      .forEach(open -> found.add(notCovered(declared, name, open.text())));
                }
                case Property.Scalar _ -> {}
              }
            });
    return found;
  }

  private static NotCovered notCovered(Declared declared, String property, String why) {
    return new NotCovered(declared.ref().logicalId(), declared.ref().type(), property, why);
  }
}
