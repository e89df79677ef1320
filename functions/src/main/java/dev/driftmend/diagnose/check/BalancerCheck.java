package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.planned.Creation;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.port.Endpoint.Answer;
import java.util.Objects;

/** The load balancer is there, works, and faces the internet if it should. */
public final class BalancerCheck implements HopCheck {
  @Override
  public String name() {
    return "load-balancer";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var ref = path.balancer();
    if (ref == null) {
      return Found.unknown("the stack has no load balancer that could be looked at");
    }
    var name = path.name(ref.physicalId());
    return switch (path.balancerState()) {
      case null -> Found.unknown(name + " was not looked at");
      case Observed.Unreadable u -> Found.unknown(name + " could not be read: " + u.why());
      case Observed.Gone g ->
          new Found()
              .fault(
                  Fault.whole(
                      name + " does not exist any more",
                      Symptom.NO_NAME,
                      "have CloudFormation recreate it: driftmend apply --stack "
                          + scene.declared().stack().name()
                          + " --via-change-set",
                      path.about(ref.physicalId(), null)));
      case Observed.Found f -> look(path, name);
    };
  }

  private static Found look(Path path, String name) {
    var found = new Found();
    var id = Objects.requireNonNull(path.balancer()).physicalId();
    var state = Read.text(path.balancerState(), LoadBalancer.STATE);
    if ("active_impaired".equals(state)) {
      found.fault(
          Fault.whole(
              name + " is active_impaired: it routes, but cannot scale",
              Symptom.NONE,
              "give its subnets free addresses (8 at least in each)",
              path.about(id, LoadBalancer.STATE)));
    } else if (state != null && !state.equals("active")) {
      found.fault(
          Fault.whole(
              name + " is " + state,
              Symptom.TIMEOUT,
              "look why (aws elbv2 describe-load-balancers), then recreate it",
              path.about(id, LoadBalancer.STATE)));
    }
    if (path.internal()) {
      internal(found, path, id, name);
    }
    if (id.contains(":loadbalancer/gwy/")) {
      return found.unclear(name + " is a gateway load balancer: its clients are routes, not names");
    }
    if (!path.scene().deployed()) {
      new Creation(path).balancer(found, id);
    }
    return found.ok(
        name
            + (state == null ? "" : " is " + state)
            + (path.internal() ? " and internal, for clients of its VPC" : " and internet-facing")
            + (isDualstack(path) ? "; what it does by IPv6 is not judged" : ""));
  }

  private static boolean isDualstack(Path path) {
    var type = Read.text(path.balancerState(), LoadBalancer.IP_ADDRESS_TYPE);
    return type != null && type.startsWith("dualstack");
  }

  /** To whom the load balancer of somebody else shows itself is not for this stack to say. */
  private static void internal(Found found, Path path, String id, String name) {
    var asked = path.scene().asked();
    var silent = !asked.isEmpty() && asked.getFirst().answer() instanceof Answer.TimedOut;
    var says = name + " is internal: its name leads to private addresses of its VPC";
    var wanted = path.wanted(id).map(r -> r.properties().get(LoadBalancer.SCHEME));
    if (path.wanted(id).isEmpty() || wanted.orElse(null) instanceof Property.Unknown) {
      if (silent) {
        found.unclear(says + "; whether it should be is not known");
      }
      return;
    }
    var meant = wanted.filter(new Property.Scalar("internal")::equals).isPresent();
    if (silent || !meant) {
      found.fault(
          Fault.whole(
              says,
              Symptom.TIMEOUT,
              meant
                  ? "ask from inside its VPC; if everybody should, make it internet-facing in the"
                      + " template"
                  : "make it internet-facing, as the template has it",
              path.about(id, LoadBalancer.SCHEME)));
    }
  }
}
