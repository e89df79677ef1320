package dev.driftmend.cli;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.DrillGround;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A group in memory on which one rule is made, and a guard that does what the test says. */
final class FakeDrillGround implements DrillGround {
  static final String RULE = "sgr-0drill";

  final Set<String> carried = new HashSet<>();
  final List<String> done = new ArrayList<>();
  final List<String> faults = new ArrayList<>();
  Optional<Cause> recorded = Optional.empty();
  boolean stands;
  boolean refused;
  Runnable guard = () -> {};

  @Override
  public Set<String> carried(Set<String> groups) {
    var found = new HashSet<>(groups);
    found.retainAll(carried);
    return found;
  }

  @Override
  public String open(String group, SecurityRule rule, String description) {
    if (refused) {
      throw new DeniedFailure("ec2:AuthorizeSecurityGroupIngress", new IllegalStateException("no"));
    }
    done.add("open " + group + " " + description);
    stands = true;
    return RULE;
  }

  @Override
  public boolean stands(String ruleId) {
    guard.run();
    return stands;
  }

  @Override
  public void close(String group, String ruleId) {
    if (stands) {
      done.add("close " + group + " " + ruleId);
    }
    stands = false;
  }

  @Override
  public Optional<Cause> recorded(String group, String ruleId, Instant since) {
    return recorded;
  }

  @Override
  public List<String> faults() {
    return faults;
  }
}
