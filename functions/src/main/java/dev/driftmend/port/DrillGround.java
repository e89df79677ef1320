package dev.driftmend.port;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.network.SecurityRule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where a drill is held: a security group, and what can be seen of the guard from outside. */
public interface DrillGround {

  /** Those of the groups that a network interface carries. */
  Set<String> carried(Set<String> groups);

  /**
   * Makes the rule.
   *
   * @return the rule's id
   */
  String open(String group, SecurityRule rule, String description);

  boolean stands(String ruleId);

  /** Takes the rule away; that it is gone already is no failure. */
  void close(String group, String ruleId);

  /** The call that made the rule, as the account's event history has it, minutes later. */
  Optional<Cause> recorded(String group, String ruleId, Instant since);

  /** What of the guard's own parts does not do its work, each in a sentence. */
  List<String> faults();
}
