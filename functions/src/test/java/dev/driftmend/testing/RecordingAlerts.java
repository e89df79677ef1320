package dev.driftmend.testing;

import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.port.Alerts;
import java.util.ArrayList;
import java.util.List;

/** The alerts that were raised, in order. */
public final class RecordingAlerts implements Alerts {
  private final Calls calls;
  private final List<Alert> raised = new ArrayList<>();

  public RecordingAlerts(Calls calls) {
    this.calls = calls;
  }

  @Override
  public void raise(Alert alert) {
    calls.made("alert");
    raised.add(alert);
  }

  public List<Alert> raised() {
    return List.copyOf(raised);
  }

  /** Each as its state and title, e.g. {@code OPENED Web: lost: ingress …}. */
  public List<String> alerted() {
    return raised.stream().map(a -> a.incident().state() + " " + a.incident().title()).toList();
  }

  public Alert last() {
    return raised.getLast();
  }

  public void forget() {
    raised.clear();
  }

  public List<Incident> incidents() {
    return raised.stream().map(Alert::incident).toList();
  }
}
