package dev.driftmend.model;

/** Driftmend's own version, as in {@code pom.xml}. */
public final class Version {
  public static final String TEXT = "0.1.0";

  /** What every call of Driftmend carries in its user agent, without the version. */
  public static final String USER_AGENT = "driftmend/";

  private Version() {}
}
