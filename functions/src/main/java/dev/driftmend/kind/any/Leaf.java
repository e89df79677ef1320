package dev.driftmend.kind.any;

import org.jspecify.annotations.Nullable;

/** What the comparison says of one declared value. Only {@link Different} is drift. */
public sealed interface Leaf {

  /** Where it stands, for a person: {@code Rules[Id=old].Status}. */
  String path();

  record Equal(String path) implements Leaf {}

  /**
   * @param declared null if it is only live: one more member of a declared list
   * @param live null if it is only declared
   */
  record Different(String path, @Nullable String declared, @Nullable String live) implements Leaf {}

  /** Neither equal nor different for sure: listed once, never reported as drift. */
  record Unverifiable(String path, String why) implements Leaf {}
}
