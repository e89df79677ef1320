package dev.driftmend.incident;

import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.stack.ResourceNames;
import dev.driftmend.port.Alerts;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.TransientFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lives of incidents: each is alerted once when it opens and once when it is resolved; what
 * opens and is resolved within one run is one alert.
 *
 * <p>An alert is raised before the ledger says so. A run that dies between the two makes the next
 * one raise it again, so that an alert may come twice but is never lost.
 */
public final class Incidents {
  private final Ledger ledger;
  private final Alerts alerts;

  public Incidents(Ledger ledger, Alerts alerts) {
    this.ledger = ledger;
    this.alerts = alerts;
  }

  /**
   * One incident as this run sees it.
   *
   * @param next what a person should do
   * @param diagnosis of the path, if it is about the endpoint
   * @param names by which people know what it is about
   */
  public record Case(
      Incident incident,
      List<Alert.Line> lines,
      String next,
      @Nullable Diagnosis diagnosis,
      ResourceNames names) {

    public Case(
        Incident incident, List<Alert.Line> lines, String next, @Nullable Diagnosis diagnosis) {
      this(incident, lines, next, diagnosis, ResourceNames.NONE);
    }

    public Case(Incident incident, List<Alert.Line> lines, String next, ResourceNames names) {
      this(incident, lines, next, null, names);
    }

    public Case(Incident incident, List<Alert.Line> lines, String next) {
      this(incident, lines, next, ResourceNames.NONE);
    }

    private Case updated(Instant openedAt) {
      var i = incident;
      return new Case(
          new Incident(
              i.stack(),
              i.fingerprint(),
              i.kind(),
              Incident.State.UPDATED,
              i.severity(),
              i.subject(),
              i.title(),
              openedAt,
              null,
              i.cause(),
              i.repairs()),
          lines,
          next,
          diagnosis,
          names);
    }
  }

  /**
   * Writes incidents down before anything is done about them, so that one which is repaired by a
   * run that then dies is still alerted as resolved.
   *
   * @return those whose opening has not been alerted yet
   */
  public List<Case> open(List<Case> cases, Instant now) {
    return cases.stream().filter(c -> ledger.open(c.incident(), now)).toList();
  }

  /** Alerts what stands and has not been alerted. */
  public void stand(List<Case> due) {
    try {
      for (var each : due) {
        alerts.raise(
            new Alert(
                each.incident(),
                each.lines(),
                null,
                null,
                null,
                each.next(),
                each.diagnosis(),
                each.names()));
        ledger.announced(each.incident());
      }
    } catch (TransientFailure | DeniedFailure e) {
      giveBack(due, e);
      throw e;
    }
  }

  /**
   * Alerts again what has another title than when it was alerted. An incident is known by its
   * fingerprint.
   *
   * @param alerted those that are open and were alerted as they are here
   */
  public void change(List<Case> cases, Collection<Incident> alerted) {
    for (var before : alerted) {
      for (var each : cases) {
        var now = each.incident();
        if (now.fingerprint().equals(before.fingerprint()) && !now.title().equals(before.title())) {
          var updated = each.updated(before.openedAt());
          alerts.raise(
              new Alert(
                  updated.incident(),
                  updated.lines(),
                  null,
                  null,
                  null,
                  updated.next(),
                  null,
                  updated.names()));
          ledger.update(updated.incident());
        }
      }
    }
  }

  /** What this run was to alert and could not, the run that tries again may alert at once. */
  public void giveBack(List<Case> due, RuntimeException because) {
    try {
      due.forEach(each -> ledger.giveBack(each.incident()));
    } catch (TransientFailure | DeniedFailure e) {
      // Then it is alerted by the first run after the right of this one has run out.
      because.addSuppressed(e);
    }
  }

  /** Alerts what this run has repaired. */
  public void repaired(List<Case> cases, Instant received, Instant now) {
    resolve(
        cases.stream()
            .map(
                each -> {
                  var cause = each.incident().cause();
                  var sinceEvent = cause == null ? null : atLeastZero(cause.time(), now);
                  return new Alert(
                      resolved(each.incident(), now, 1),
                      each.lines(),
                      sinceEvent,
                      Duration.between(received, now),
                      sinceEvent,
                      each.next(),
                      null,
                      each.names());
                })
            .toList(),
        now);
  }

  /** Resolves open incidents that are over without this run having done anything. */
  public void over(List<Incident> over, Instant now) {
    resolve(over.stream().map(open -> end(open, now, over(open.kind()))).toList(), now);
  }

  /** Resolves all open incidents of a stack that is gone or no longer guarded. */
  public void left(List<Incident> open, String next, Instant now) {
    resolve(open.stream().map(each -> end(each, now, next)).toList(), now);
  }

  /** What an earlier run has repaired and could not alert is alerted as that run would have. */
  private Alert end(Incident open, Instant now, String next) {
    var stood = atLeastZero(open.openedAt(), now);
    return ledger
        .unsentResolution(open)
        .orElseGet(() -> new Alert(resolved(open, now, 0), List.of(), null, null, stood, next));
  }

  /** All are kept in the ledger before the first is raised, so that none is forgotten. */
  private void resolve(List<Alert> resolved, Instant now) {
    var mine = resolved.stream().filter(each -> ledger.takeResolution(each, now)).toList();
    try {
      for (var each : mine) {
        alerts.raise(each);
        ledger.resolve(each.incident());
      }
    } catch (TransientFailure | DeniedFailure e) {
      giveBack(mine.stream().map(a -> new Case(a.incident(), List.of(), "")).toList(), e);
      throw e;
    }
  }

  private static String over(Incident.Kind kind) {
    return switch (kind) {
      case DRIFT -> "Nothing: it is no drift any more.";
      case HEALTH -> "Nothing: it answers as it should again.";
      case GUARD -> "Nothing: Driftmend does its work again.";
    };
  }

  private static Incident resolved(Incident i, Instant now, int repairs) {
    return new Incident(
        i.stack(),
        i.fingerprint(),
        i.kind(),
        Incident.State.RESOLVED,
        i.severity(),
        i.subject(),
        i.title(),
        i.openedAt(),
        now,
        i.cause(),
        i.repairs() + repairs);
  }

  /** CloudTrail's times are whole seconds and another machine's clock. */
  private static @Nullable Duration atLeastZero(Instant from, Instant to) {
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }
}
