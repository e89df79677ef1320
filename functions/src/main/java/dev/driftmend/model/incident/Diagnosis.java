package dev.driftmend.model.incident;

import dev.driftmend.model.drift.Cause;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What walking the path from a client to the app found.
 *
 * @param explainedBy the name of the hop that explains what the client sees; null if nothing on the
 *     path is broken
 * @param hops in the order of the walk, those on the path first, each once
 * @param contradictions where what was predicted and what was seen differ, in words
 * @param paths all that were walked, where there are several: then verdict and hops are those of
 *     the worst; empty if there is one at most
 * @param notes what was not walked or not read, a sentence each
 */
public record Diagnosis(
    Verdict verdict,
    @Nullable String explainedBy,
    List<Hop> hops,
    List<String> contradictions,
    List<Advice> advice,
    List<Walked> paths,
    List<String> notes) {
  public Diagnosis {
    hops = List.copyOf(hops);
    contradictions = List.copyOf(contradictions);
    advice = List.copyOf(advice);
    paths = List.copyOf(paths);
    notes = List.copyOf(notes);
  }

  /** Of one path, with nothing left out. */
  public Diagnosis(
      Verdict verdict,
      @Nullable String explainedBy,
      List<Hop> hops,
      List<String> contradictions,
      List<Advice> advice) {
    this(verdict, explainedBy, hops, contradictions, advice, List.of(), List.of());
  }

  /** The same, with these notes after its own. */
  public Diagnosis noting(List<String> more) {
    return new Diagnosis(
        verdict,
        explainedBy,
        hops,
        contradictions,
        advice,
        paths,
        Stream.concat(notes.stream(), more.stream()).toList());
  }

  /**
   * One of several paths.
   *
   * @param path e.g. {@code Balancer, Listener (HTTP on 80)}
   */
  public record Walked(String path, Verdict verdict, @Nullable String explainedBy, List<Hop> hops) {
    public Walked {
      hops = List.copyOf(hops);
    }
  }

  /** What it means for clients; the worst last. */
  public enum Verdict {
    OK,
    /** Nothing is known to be broken, and not enough is known to say that all is well. */
    UNKNOWN,
    /** Answers come, but something on the path is wrong. */
    DEGRADED,
    /** Something on the path keeps clients from a good answer. */
    OUTAGE;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public enum State {
    OK,
    BROKEN,
    UNKNOWN;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a client sees. */
  public enum Symptom {
    NO_NAME("no-name"),
    /** No connection in time. */
    TIMEOUT("timeout"),
    REFUSED("refused"),
    BAD_GATEWAY("502"),
    UNAVAILABLE("503"),
    GATEWAY_TIMEOUT("504"),
    /** Another status than the one that a good answer has, of the app or of the load balancer. */
    STATUS("status"),
    SLOW("slow"),
    /** Nothing. */
    NONE("none");

    private final String text;

    Symptom(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /**
   * One element of the path, or one thing beside it that should be as it should.
   *
   * @param hop its name, e.g. {@code instance-group}
   * @param evidence ids, rules, routes, reason codes, answers: a sentence each; all faults of a
   *     broken hop, why nothing can be said of an unknown one
   * @param symptom what a client sees of it; null unless broken
   * @param fix what to change; null unless broken
   * @param cause what is behind it, if that is known
   */
  public record Hop(
      String hop,
      State state,
      List<String> evidence,
      @Nullable Symptom symptom,
      @Nullable String fix,
      @Nullable Behind cause) {
    public Hop {
      evidence = List.copyOf(evidence);
      if ((state == State.BROKEN) != (symptom != null)) {
        throw new IllegalArgumentException(
            "a hop has a symptom if and only if it is broken: " + hop);
      }
    }

    public boolean broken() {
      return state == State.BROKEN;
    }
  }

  /**
   * The drift or the deployment behind a fault.
   *
   * @param what e.g. {@code drift of WebSecurityGroup: lost: ingress tcp 5000 from sg-0abc}
   * @param call who called what; null if nobody knows
   */
  public record Behind(String what, @Nullable Cause call) {}

  /**
   * What is no fault and could be better.
   *
   * @param about e.g. {@code one-target}
   */
  public record Advice(String about, String text) {}
}
