package dev.driftmend.port;

import dev.driftmend.model.stack.Value;

/** Models of resources of any type, as the read handlers of their services give them. */
public interface Models {

  /**
   * Asks for one resource.
   *
   * @param identifier parts joined by {@code |} in the order of the type's schema
   * @throws TransientFailure if it was throttled or its service did not answer
   */
  Answer read(String type, String identifier);

  /** What became of it. */
  sealed interface Answer {

    record Model(Value.Fields properties) implements Answer {}

    /** There is none of this identifier. */
    record NotFound() implements Answer {}

    /** Nobody can read resources of this type so. */
    record NoReader() implements Answer {}

    /**
     * @param why it was not read this time: it may be there, as declared or not
     */
    record NotRead(String why) implements Answer {}
  }
}
