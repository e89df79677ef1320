package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Declared;

/** What could serve behind a target group, and is registered in none. */
public record Candidate(Declared of, Groups groups) {
  public boolean isInstance() {
    return of.ref().type().equals("AWS::EC2::Instance");
  }

  /** An instance, or those of an Auto Scaling group. */
  public boolean isMachine() {
    return isInstance() || of.ref().type().equals(Fleets.TYPE);
  }
}
