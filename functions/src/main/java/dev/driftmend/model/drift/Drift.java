package dev.driftmend.model.drift;

import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import org.jspecify.annotations.Nullable;

/** One difference between desired and live. */
public sealed interface Drift {
  ResourceRef resource();

  /** The property in which they differ, {@code *} for the resource as a whole. */
  String property();

  /** The drift in one line, for a person. */
  String what();

  /**
   * Live has a member that the template does not.
   *
   * @param doubt why it may be one of which the template does not tell all; null if it is extra for
   *     sure
   */
  record Extra(ResourceRef resource, String property, Item item, @Nullable String doubt)
      implements Drift {
    public Extra(ResourceRef resource, String property, Item item) {
      this(resource, property, item, null);
    }

    @Override
    public String what() {
      return (doubt == null ? "not in the template: " : "may be too many: ") + item.label();
    }
  }

  /** The template has a member that live does not. */
  record Missing(ResourceRef resource, String property, Item item) implements Drift {
    @Override
    public String what() {
      return "lost: " + item.label();
    }
  }

  /**
   * A scalar, or a field of a member, has another value.
   *
   * @param key of the member whose field differs; null for a scalar
   * @param field of the member; null for a scalar
   * @param live the live value; empty if there is none
   * @param handle the live member's id, if it has one
   */
  record Changed(
      ResourceRef resource,
      String property,
      @Nullable String key,
      @Nullable String field,
      String desired,
      String live,
      @Nullable String handle)
      implements Drift {
    @Override
    public String what() {
      var where = key == null ? property : field + " of " + key;
      return where
          + " is \""
          + Excerpt.of(live, desired)
          + "\", the template says \""
          + Excerpt.of(desired, live)
          + "\"";
    }
  }

  /** The whole resource does not exist any more. */
  record Gone(ResourceRef resource) implements Drift {
    @Override
    public String property() {
      return "*";
    }

    @Override
    public String what() {
      return "does not exist any more";
    }
  }

  /** It could not be read, so nothing can be said of it. */
  record Unreadable(ResourceRef resource, String property, String why) implements Drift {
    @Override
    public String what() {
      return "could not be read: " + why;
    }
  }

  /** The key of the member that it is about; null if it is about no member of a set. */
  default @Nullable String memberKey() {
    return switch (this) {
      case Extra e -> e.item().key();
      case Missing m -> m.item().key();
      case Changed c -> c.key();
      case Gone _, Unreadable _ -> null;
    };
  }

  /** The name that {@code plan --json} and alerts give to the sort of drift. */
  default String sort() {
    return switch (this) {
      case Extra e -> "EXTRA";
      case Missing m -> "MISSING";
      case Changed c -> "CHANGED";
      case Gone g -> "GONE";
      case Unreadable u -> "UNREADABLE";
    };
  }

  /**
   * What a claim on it is remembered by: the live member's own id where it has one, so that another
   * one of the same content is another; else 16 hexadecimal digits that say what is so, the live
   * value included.
   */
  default String claimedAs() {
    if (this instanceof Extra e && e.item().handle() != null) {
      return e.item().handle();
    }
    var member =
        switch (this) {
          case Extra e -> e.item().key();
          case Missing m -> m.item().key();
          case Changed c -> c.key() + "#" + c.field() + "=" + c.live();
          case Gone _, Unreadable _ -> "";
        };
    return Fingerprint.of(
        String.valueOf(resource().physicalId()), resource().type(), sort(), property(), member);
  }

  /**
   * 16 hexadecimal digits that stay the same for as long as this is the same drift of the same
   * stack, whatever live value it takes on the way: what an incident is known by.
   */
  default String fingerprint(StackRef stack) {
    var member =
        switch (this) {
          case Extra e -> e.item().key();
          case Missing m -> m.item().key();
          case Changed c -> c.key() == null ? "" : c.key() + "#" + c.field();
          case Gone g -> "";
          case Unreadable u -> "";
        };
    return Fingerprint.of(
        stack.uuid(), resource().logicalId(), resource().type(), sort(), property(), member);
  }
}
