package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.port.Endpoint.Answer;

/** The endpoint's name resolves. */
public final class DnsCheck implements HopCheck {
  @Override
  public String name() {
    return "dns";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    if (!scene.deployed()) {
      return Found.fine("Elastic Load Balancing gives a load balancer its name");
    }
    if (scene.asked().isEmpty()) {
      return Found.unknown("nobody asked by the endpoint's name");
    }
    if (!(scene.asked().getFirst().answer() instanceof Answer.NoName none)) {
      return Found.fine("the name resolves");
    }
    if (path.balancerState() instanceof Observed.Gone) {
      return Found.unknown(
          "the name " + none.host() + " does not resolve: it goes with its load balancer");
    }
    return new Found()
        .fault(
            Fault.whole(
                "the name " + none.host() + " does not resolve",
                Symptom.NO_NAME,
                none.host().contains(".elb.")
                    ? "ask by the name that the load balancer has now (output Endpoint)"
                    : "let "
                        + none.host()
                        + " point to the load balancer (an alias or CNAME record)"));
  }
}
