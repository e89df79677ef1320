package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.ClassicLoadBalancers;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.planned.Creation;
import dev.driftmend.diagnose.scene.Backends;
import dev.driftmend.diagnose.scene.Registrars;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Value;
import org.jspecify.annotations.Nullable;

/** Something listens where clients ask, in the protocol in which they do. */
public final class ListenerCheck implements HopCheck {
  @Override
  public String name() {
    return "listener";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var ref = path.listener();
    if (path.strange() != null) {
      return Found.unknown(
          path.strange() + " listens on " + path.port() + " and is not of the stack");
    }
    if (ref == null) {
      return path.scene().deployed()
          ? Found.unknown("the stack has no listener that could be looked at")
          : none(path);
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
                      "have CloudFormation recreate it: driftmend apply --stack "
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
    var found = new Found();
    if (!path.scene().deployed()) {
      new Creation(path).listener(found, id);
    }
    if (asksForCertificates(path, id)) {
      found.unclear(
          name + " lets in only clients with a certificate of its trust store, which is not known");
    }
    return found.ok(name + " listens for " + asked);
  }

  /**
   * Whether clients have to show a certificate.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html">Mutual
   *     authentication: verify and passthrough</a>
   */
  private static boolean asksForCertificates(Path path, String id) {
    var mutual = path.declared(id).flatMap(d -> d.property("MutualAuthentication")).orElse(null);
    return mutual instanceof Value.Unknown
        || mutual != null && "verify".equals(Read.text(mutual, "Mode"));
  }

  /** A template that makes a load balancer and nothing that listens for it. */
  private static Found none(Path path) {
    var balancer = path.balancer();
    var stack = path.scene().declared();
    if (balancer == null || path.declared(balancer.physicalId()).isEmpty()) {
      return Found.unknown("the template has no listener");
    }
    var name = path.name(balancer.physicalId());
    if (ClassicLoadBalancers.is(balancer.physicalId())) {
      return classic(path, balancer.physicalId(), name);
    }
    var undecided =
        stack.undecided().stream().filter(u -> u.type().equals(Listener.TYPE)).findFirst();
    var foreign =
        stack
            .ofType(Listener.TYPE)
            .filter(l -> !(l.property("LoadBalancerArn").orElse(null) instanceof Value.Scalar))
            .findFirst();
    if (undecided.isPresent() || foreign.isPresent()) {
      return Found.unknown(
          undecided
                  .map(u -> u.logicalId())
                  .or(() -> foreign.map(f -> f.ref().logicalId()))
                  .orElse("")
              + " may be a listener of "
              + name);
    }
    var leftOut = leftOut(stack, balancer.physicalId());
    if (leftOut != null) {
      return Found.unknown(
          "nothing listens on "
              + name
              + " as the parameters are: "
              + leftOut
              + " hangs on a condition that does not hold");
    }
    var lost = lost(path);
    var handed = lost == null ? handed(stack, balancer.logicalId()) : null;
    if (handed != null) {
      return Found.unknown("the template has no listener, but " + handed);
    }
    return new Found()
        .fault(
            Fault.whole(
                "nothing listens on "
                    + name
                    + (lost == null ? "" : ", and so nothing can ever forward to " + lost),
                Symptom.REFUSED,
                "give " + name + " a listener that forwards to a target group"));
  }

  /** Its listeners are its own: without any it is not made. */
  private static Found classic(Path path, String balancer, String name) {
    return path.declared(balancer)
                .flatMap(d -> d.property(ClassicLoadBalancers.LISTENERS))
                .orElse(null)
            instanceof Value.Unknown u
        ? Found.unknown("the listeners of " + name + " are not known: " + u.why())
        : new Found()
            .fault(
                Fault.whole(
                    name + " cannot be created: it has no listener",
                    Symptom.REFUSED,
                    "give " + name + " one (Listeners)"));
  }

  /** Who may make listeners of it; null if nobody is seen to. */
  private static @Nullable String handed(DeclaredStack stack, String balancer) {
    var registrars = new Registrars(stack);
    var to = registrars.handedTo(balancer);
    return to == null ? registrars.controller() : to;
  }

  /** A listener of the load balancer that a condition leaves out; null if there is none. */
  private static @Nullable String leftOut(DeclaredStack stack, String balancer) {
    return stack.leftOut().stream()
        .filter(d -> d.ref().type().equals(Listener.TYPE))
        .filter(d -> balancer.equals(Read.text(d, "LoadBalancerArn")))
        .map(d -> d.ref().logicalId())
        .findFirst()
        .orElse(null);
  }

  /** A target group that something of the template serves in, and that nobody else is given. */
  private static @Nullable String lost(Path path) {
    var stack = path.scene().declared();
    return stack
        .ofType(TargetGroup.TYPE)
        .filter(g -> !Backends.of(g, stack).isEmpty() || !Read.list(g, "Targets").isEmpty())
        .filter(
            g ->
                stack.mentionsOf(g.ref().logicalId()).stream()
                    .noneMatch(
                        m ->
                            m.isOutput()
                                || m.type().equals("AWS::CloudFormation::Stack")
                                || m.type().startsWith("AWS::ElasticLoadBalancingV2::Listener")))
        .map(g -> g.ref().logicalId())
        .findFirst()
        .orElse(null);
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
