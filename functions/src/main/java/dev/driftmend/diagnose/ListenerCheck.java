package dev.driftmend.diagnose;

import dev.driftmend.kind.Listener;
import dev.driftmend.model.Diagnosis.Symptom;
import dev.driftmend.model.Observed;

/** Something listens where clients ask, in the protocol in which they do. */
final class ListenerCheck implements HopCheck {
  @Override
  public String name() {
    return "listener";
  }

  @Override
  public Found look(Scene scene, Path path, Before before) {
    var ref = path.listener();
    if (path.strange() != null) {
      return Found.unknown(
          path.strange() + " listens on " + path.port() + " and is not of the stack");
    }
    if (ref == null) {
      return Found.unknown("the stack has no listener that could be looked at");
    }
    var name = path.name(ref.physicalId());
    var asked = path.protocol() + " on " + path.port();
    return switch (path.listenerState()) {
      case null -> Found.unknown(name + " was not looked at");
      case Observed.Unreadable u -> Found.unknown(name + " could not be read: " + u.why());
      case Observed.Gone g ->
          new Found()
              .fault(
                  Fault.whole(
                      "nothing listens for " + asked + ": " + name + " does not exist any more",
                      Symptom.REFUSED,
                      "have CloudFormation make it anew: driftmend apply --stack "
                          + scene.declared().stack().name()
                          + " --via-change-set",
                      path.about(ref.physicalId(), null)));
      case Observed.Found f -> look(path, name, ref.physicalId(), asked);
    };
  }

  private static Found look(Path path, String name, String id, String asked) {
    var port = Read.text(path.listenerState(), Listener.PORT);
    if (port == null) {
      return Found.unknown("the port of " + name + " is not known");
    }
    var protocol = Read.text(path.listenerState(), Listener.PROTOCOL);
    if (!port.equals(String.valueOf(path.port()))) {
      return new Found()
          .fault(
              Fault.whole(
                  "nothing listens for " + asked + ": " + name + " is on " + port,
                  Symptom.REFUSED,
                  "let " + name + " listen on " + path.port(),
                  path.about(id, Listener.PORT)));
    }
    if (protocol != null && !carries(protocol, path.protocol())) {
      return new Found()
          .fault(
              Fault.whole(
                  name + " speaks " + protocol + " on " + port + ", clients " + path.protocol(),
                  protocol.equals("HTTPS") ? Symptom.STATUS : Symptom.REFUSED,
                  "let " + name + " speak " + path.protocol() + " on " + port,
                  path.about(id, Listener.PROTOCOL)));
    }
    return Found.fine(name + " listens for " + asked);
  }

  /**
   * What a network load balancer passes on as it is carries what its targets speak: TLS inside TCP,
   * or taken off it.
   */
  private static boolean carries(String protocol, String asked) {
    return switch (protocol) {
      case "TCP", "UDP", "TCP_UDP" -> true;
      case "TLS" -> asked.equals("HTTPS") || asked.equals("TLS");
      default -> protocol.equals(asked);
    };
  }
}
