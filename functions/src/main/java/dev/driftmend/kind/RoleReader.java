package dev.driftmend.kind;

import dev.driftmend.model.Declared;
import dev.driftmend.model.DeclaredStack;
import dev.driftmend.model.Item;
import dev.driftmend.model.NotCovered;
import dev.driftmend.model.Property;
import dev.driftmend.model.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All policies that a stack gives a role, its own and those of the resources that name it. */
final class RoleReader {
  private static final String MANAGED_POLICY = "AWS::IAM::ManagedPolicy";
  private static final String ROLES = "Roles";
  private static final String NAME = "PolicyName";
  private static final String DOCUMENT = "PolicyDocument";

  private final Declared self;
  private final DeclaredStack stack;

  RoleReader(Declared self, DeclaredStack stack) {
    this.self = self;
    this.stack = stack;
  }

  Property managedPolicies() {
    var items = new ArrayList<Item>();
    var unsure = undecided(Set.of(MANAGED_POLICY));
    var own = Properties.members(new Value.Items(Properties.list(self, "ManagedPolicyArns")));
    items.addAll(own.items());
    var tolerated = new HashSet<String>();
    for (var policy : stack.ofType(MANAGED_POLICY).toList()) {
      switch (names(policy, ROLES)) {
        case YES -> items.add(Item.of(policy.ref().physicalId()));
        case PERHAPS -> {
          tolerated.add(policy.ref().physicalId());
          unsure = perhaps(policy);
        }
        case NO -> {}
      }
    }
    return new Property.Members(
        items, tolerated, Map.of(), own.unsure() == null ? unsure : own.unsure());
  }

  /** A policy whose document is not known is neither missed nor taken for somebody else's. */
  Property inlinePolicies() {
    var items = new ArrayList<Item>();
    var tolerated = new HashSet<String>();
    var unsure = undecided(Set.of(Role.POLICY, Role.ROLE_POLICY));
    for (var own : Properties.list(self, "Policies")) {
      var policy = own instanceof Value.Fields f ? f : new Value.Fields(Map.of());
      var why = read(policy, items, tolerated);
      unsure = why == null ? unsure : why;
    }
    for (var other :
        Stream.concat(stack.ofType(Role.POLICY), stack.ofType(Role.ROLE_POLICY)).toList()) {
      var names = names(other, other.ref().type().equals(Role.POLICY) ? ROLES : "RoleName");
      if (names == Names.YES) {
        var why = read(other.properties(), items, tolerated);
        unsure = why == null ? unsure : why;
      } else if (names == Names.PERHAPS) {
        name(other.properties()).ifPresent(tolerated::add);
        unsure = perhaps(other);
      }
    }
    return new Property.Members(items, tolerated, Map.of(), unsure);
  }

  /** What is not known of it; null if all is. */
  private static @Nullable String read(
      Value.Fields policy, List<Item> items, Set<String> tolerated) {
    var name = name(policy);
    if (name.isEmpty()) {
      return "the name of a policy is not known";
    }
    try {
      var document = policy.get(DOCUMENT).orElse(new Value.Unknown("it has no document"));
      items.add(Item.of(name.get(), Map.of(Role.DOCUMENT, PolicyDocument.of(document))));
      return null;
    } catch (IllegalArgumentException e) {
      tolerated.add(name.get());
      return "the policy " + name.get() + " is not compared: " + e.getMessage();
    }
  }

  private static Optional<String> name(Value.Fields policy) {
    return Optional.ofNullable(Properties.text(policy, NAME));
  }

  /** Empty if the stack has none for this role. */
  Optional<Property> instanceProfiles() {
    var items = new ArrayList<Item>();
    String unsure = null;
    for (var profile : stack.ofType(Role.INSTANCE_PROFILE).toList()) {
      switch (names(profile, ROLES)) {
        case YES -> items.add(Item.of(profile.ref().physicalId()));
        case PERHAPS -> unsure = perhaps(profile);
        case NO -> {}
      }
    }
    return items.isEmpty()
        ? Optional.empty()
        : Optional.of(new Property.Members(items, Set.of(), Map.of(), unsure));
  }

  private enum Names {
    YES,
    NO,
    PERHAPS
  }

  private Names names(Declared other, String property) {
    var named = Properties.list(other, property);
    if (named.stream()
        .anyMatch(v -> v instanceof Value.Scalar s && s.text().equals(self.ref().physicalId()))) {
      return Names.YES;
    }
    return named.stream().allMatch(Value.Scalar.class::isInstance) ? Names.NO : Names.PERHAPS;
  }

  private static String perhaps(Declared other) {
    return other.ref().logicalId() + " may belong to it";
  }

  private @Nullable String undecided(Set<String> types) {
    return stack.undecided().stream()
        .filter(u -> types.contains(u.type()))
        .findFirst()
        .map(NotCovered::logicalId)
        .map(logicalId -> logicalId + " may belong to it")
        .orElse(null);
  }
}
