package dev.driftmend.doctor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The template's parameters as a deployment would have them: what was given for it, else what was
 * looked up, else what the deployed stack has, else the template's default.
 */
public final class Settings {
  static final String WORKLOAD = "Workload";

  private final Map<String, String> defaults;
  private final Map<String, String> deployed;
  private final Map<String, String> given;
  private final boolean first;
  private final Map<String, String> lookedUp;

  /**
   * @param deployed of the stack that is there; empty for the first deployment
   * @param first whether it is the first deployment
   * @throws IllegalArgumentException if the template has no parameter of a name that was given
   */
  public Settings(
      Map<String, String> defaults,
      Map<String, String> deployed,
      Map<String, String> given,
      boolean first) {
    this(defaults, deployed, given, first, new LinkedHashMap<>());
  }

  private Settings(
      Map<String, String> defaults,
      Map<String, String> deployed,
      Map<String, String> given,
      boolean first,
      Map<String, String> lookedUp) {
    this.lookedUp = lookedUp;
    this.defaults = Map.copyOf(defaults);
    this.deployed = Map.copyOf(deployed);
    this.given = new TreeMap<>(given);
    this.first = first;
    for (var name : this.given.keySet()) {
      if (!defaults.containsKey(name)) {
        throw new IllegalArgumentException(
            "the template has no parameter "
                + name
                + "; it has "
                + new TreeMap<>(defaults).keySet());
      }
    }
  }

  boolean first() {
    return first;
  }

  /** Whether the deployment has a web system; a template that does not ask has one. */
  boolean hasWorkload() {
    return !value(WORKLOAD).equals("false");
  }

  /** Whether the stack that is there has one. */
  boolean hadWorkload() {
    return !first && !deployed.getOrDefault(WORKLOAD, "true").equals("false");
  }

  /**
   * The same for what belongs to the web system: whichever deployment makes it is the first one.
   */
  Settings ofWorkload() {
    return new Settings(defaults, deployed, given, first || !hadWorkload(), lookedUp);
  }

  /** Whether a deployment would leave it as it is in the stack that is there. */
  boolean isKept(String name) {
    return !first && (!given.containsKey(name) || value(name).equals(deployed.get(name)));
  }

  /** The empty text for what is nowhere. */
  String value(String name) {
    for (var from : List.of(given, lookedUp, deployed, defaults)) {
      var value = from.get(name);
      if (value != null) {
        return value;
      }
    }
    return "";
  }

  boolean isTrue(String name) {
    return value(name).equals("true");
  }

  List<String> list(String name) {
    return Arrays.stream(value(name).split(",", -1))
        .map(String::strip)
        .filter(one -> !one.isEmpty())
        .toList();
  }

  /** A value for a first deployment, unless a person has given one; later ones keep what is. */
  void lookUp(String name, String value) {
    var isOpen = !given.containsKey(name) && deployed.getOrDefault(name, "").isEmpty();
    if (first && isOpen && defaults.containsKey(name)) {
      lookedUp.put(name, value);
    }
  }

  /** All, for reading the template with them. */
  Map<String, String> all() {
    var all = new LinkedHashMap<String, String>();
    defaults.keySet().forEach(name -> all.put(name, value(name)));
    return all;
  }

  /** What must be handed to a deployment. */
  Map<String, String> handedOver() {
    var handed = new TreeMap<>(lookedUp);
    handed.putAll(given);
    return handed;
  }
}
