package dev.driftmend.model;

/** Driftmend's own version, as in {@code pom.xml}. */
public final class Version {
  public static final String TEXT = "0.1.0";

  private Version() {}
}
