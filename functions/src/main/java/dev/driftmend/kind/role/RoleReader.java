package dev.driftmend.kind.role;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** All policies that a stack gives a role, its own and those of the resources that name it. */
public final class RoleReader {
  private static final String MANAGED_POLICY = "AWS::IAM::ManagedPolicy";
  private static final String ROLES = "Roles";
  private static final String NAME = "PolicyName";
  private static final String DOCUMENT = "PolicyDocument";

  private final Declared self;
  private final DeclaredStack stack;

  public RoleReader(Declared self, DeclaredStack stack) {
    this.self = self;
    this.stack = stack;
  }

  public Property managedPolicies() {
    var items = new ArrayList<Item>();
    var open = undecided(Set.of(MANAGED_POLICY), "arn:*");
    var own =
        NormalForms.members(
            self.property("ManagedPolicyArns").orElse(new Value.Items(List.of())), "arn:*");
    open.addAll(own.open());
    items.addAll(own.items());
    for (var policy : stack.ofType(MANAGED_POLICY).toList()) {
      switch (names(policy, ROLES)) {
        case YES -> items.add(Item.of(policy.ref().physicalId()));
        case PERHAPS -> open.add(OpenMember.one(policy.ref().physicalId(), perhaps(policy)));
        case NO -> {}
      }
    }
    return new Property.Members(items, Set.of(), Map.of(), null, open);
  }

  /** A policy whose document is not known is neither missed nor taken for somebody else's. */
  public Property inlinePolicies() {
    var items = new ArrayList<Item>();
    var open = undecided(Set.of(Role.POLICY, Role.ROLE_POLICY), "*");
    if (self.property("Policies").orElse(null) instanceof Value.Unknown list) {
      open.add(OpenMember.list("*", list.why()));
    } else {
      for (var own : NormalForms.list(self, "Policies")) {
        read(own instanceof Value.Fields f ? f : new Value.Fields(Map.of()), items, open);
      }
    }
    for (var other :
        Stream.concat(stack.ofType(Role.POLICY), stack.ofType(Role.ROLE_POLICY)).toList()) {
      var names = names(other, other.ref().type().equals(Role.POLICY) ? ROLES : "RoleName");
      if (names == Names.YES) {
        read(other.properties(), items, open);
      } else if (names == Names.PERHAPS) {
        open.add(OpenMember.one(name(other.properties()).orElse("*"), perhaps(other)));
      }
    }
    return new Property.Members(items, Set.of(), Map.of(), null, open);
  }

  private static void read(Value.Fields policy, List<Item> items, List<OpenMember> open) {
    var name = name(policy);
    if (name.isEmpty()) {
      open.add(OpenMember.one("*", "the name of a policy is not known"));
      return;
    }
    try {
      var document = policy.get(DOCUMENT).orElse(new Value.Unknown("it has no document"));
      items.add(Item.of(name.get(), Map.of(Role.DOCUMENT, PolicyDocument.of(document))));
    } catch (IllegalArgumentException e) {
      open.add(
          OpenMember.one(
              name.get(), "the policy " + name.get() + " is not compared: " + e.getMessage()));
    }
  }

  private static Optional<String> name(Value.Fields policy) {
    return Optional.ofNullable(NormalForms.text(policy, NAME));
  }

  /** Empty if the stack has none for this role. */
  public Optional<Property> instanceProfiles() {
    var items = new ArrayList<Item>();
    var open = new ArrayList<OpenMember>();
    for (var profile : stack.ofType(Role.INSTANCE_PROFILE).toList()) {
      switch (names(profile, ROLES)) {
        case YES -> items.add(Item.of(profile.ref().physicalId()));
        case PERHAPS -> open.add(OpenMember.one(profile.ref().physicalId(), perhaps(profile)));
        case NO -> {}
      }
    }
    return items.isEmpty()
        ? Optional.empty()
        : Optional.of(new Property.Members(items, Set.of(), Map.of(), null, open));
  }

  private enum Names {
    YES,
    NO,
    PERHAPS
  }

  private Names names(Declared other, String property) {
    var named = NormalForms.list(other, property);
    if (named.stream()
        .anyMatch(v -> v instanceof Value.Scalar s && s.text().equals(self.ref().physicalId()))) {
      return Names.YES;
    }
    return named.stream().allMatch(Value.Scalar.class::isInstance) ? Names.NO : Names.PERHAPS;
  }

  private static String perhaps(Declared other) {
    return other.ref().logicalId() + " may belong to it";
  }

  private List<OpenMember> undecided(Set<String> types, String form) {
    var open = new ArrayList<OpenMember>();
    stack.undecided().stream()
        .filter(u -> types.contains(u.type()))
        .forEach(u -> open.add(OpenMember.one(form, u.logicalId() + " may belong to it")));
    return open;
  }
}
