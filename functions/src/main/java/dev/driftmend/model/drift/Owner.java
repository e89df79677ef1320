package dev.driftmend.model.drift;

/**
 * Whose a drift is. Only an AWS service that acts for itself, a controller that the policy names,
 * and another stack own anything; a person who works through a service is that person.
 */
public sealed interface Owner {
  Owner NOBODY = new Nobody();

  /** Nobody else's, as far as can be known: what the policy says is done about it. */
  record Nobody() implements Owner {}

  /**
   * Somebody else's: it is left alone.
   *
   * @param name in a sentence, e.g. {@code the AWS service eks.amazonaws.com}
   */
  record Another(Sort sort, String name) implements Owner {}

  /** It could not be decided: it is reported, never removed. */
  record Undecided(String why) implements Owner {}

  /**
   * Nothing claims it, but who made it is not known (yet: the account's event history lags by
   * minutes, and ends after 90 days). An addition is reported until that is known.
   */
  record Unknown(String why) implements Owner {}

  enum Sort {
    /** Known by its calls: remembered, because the event history forgets. */
    SERVICE,
    /** Known by its calls, as a service is. */
    CONTROLLER,
    /** Said by a tag or a description, at every look anew. */
    MARK,
    /** Known to CloudFormation, at every look anew. */
    STACK;

    /** Whether it is known from calls, which are forgotten, and from nothing else. */
    public boolean isKnownByCalls() {
      return this == SERVICE || this == CONTROLLER;
    }
  }
}
