package dev.driftmend.model.stack;

/**
 * A member of a set of which not all is known: a live member that has its form may be it, so that
 * it is not called extra.
 *
 * @param form its key with {@code *} for what is not known, e.g. {@code ingress tcp 22 from *.*}
 * @param many whether it may be any number of members, as a list that is not known may
 * @param declared whether the template has it; if not, the service itself may have made it
 * @param why not all of it is known
 */
public record OpenMember(String form, boolean many, boolean declared, String why) {

  /** One that the template declares. */
  public static OpenMember one(String form, String why) {
    return new OpenMember(form, false, true, why);
  }

  /** Any number of them. */
  public static OpenMember list(String form, String why) {
    return new OpenMember(form, true, true, why);
  }

  /** What is known of it, and why no more, for a person. */
  public String text() {
    return form + ": " + why;
  }

  /** Whether a live member may be it. */
  public boolean mayBe(Item live) {
    return matches(form, 0, live.identity(), 0);
  }

  private static boolean matches(String form, int at, String text, int from) {
    var star = form.indexOf('*', at);
    if (star < 0) {
      return form.substring(at).equals(text.substring(from));
    }
    var fixed = form.substring(at, star);
    if (!text.startsWith(fixed, from)) {
      return false;
    }
    for (var next = from + fixed.length(); next <= text.length(); next++) {
      if (matches(form, star + 1, text, next)) {
        return true;
      }
    }
    return false;
  }
}
