package dev.driftmend.reconcile;

import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Ledger;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a look makes of the owners that are remembered: the event history forgets them, and nobody
 * may shield for ever what is somebody else's by now. Pure.
 *
 * @param learned by what claims are remembered by
 * @param over what is remembered and holds no longer
 */
record OwnerMemory(Map<String, KnownOwner> learned, Set<String> over) {

  OwnerMemory {
    learned = Map.copyOf(learned);
    over = Set.copyOf(over);
  }

  static OwnerMemory of(Assessment assessment, Instant now) {
    var before = assessment.remembered().claims();
    var over = new HashSet<String>();
    before.forEach(
        (id, known) -> {
          if (isGone(id, known, assessment)) {
            over.add(id);
          }
        });
    var learned = new HashMap<String, KnownOwner>();
    assessment
        .ownership()
        .claims()
        .forEach(
            (drift, claim) -> {
              var id = drift.claimedAs();
              var known = before.get(id);
              if (claim.owner() instanceof Owner.Another another
                  && another.sort().isKnownByCalls()) {
                var resource = drift.resource().physicalId();
                if (known == null || !known.owner().equals(another)) {
                  learned.put(id, new KnownOwner(another, resource, now, now));
                } else if (assessment.ownership().askedAgain().contains(drift)) {
                  learned.put(id, known.askedAgain(resource, now));
                }
              } else if (known != null && isSettled(claim)) {
                over.add(id);
              }
            });
    return new OwnerMemory(learned, over);
  }

  void write(StackRef stack, Ledger ledger) {
    learned.forEach((id, owner) -> ledger.claim(stack, id, owner));
    over.forEach(id -> ledger.disclaim(stack, id));
  }

  /** Whether it is known to be another's, or nobody's by a call that is known. */
  private static boolean isSettled(Claim claim) {
    return switch (claim.owner()) {
      case Owner.Another _ -> true;
      case Owner.Nobody _ -> claim.cause() != null;
      case Owner.Undecided _, Owner.Unknown _ -> false;
    };
  }

  /** Whether what it was on was looked for and is not there any more. */
  private static boolean isGone(String id, KnownOwner known, Assessment assessment) {
    var all = assessment.ownership().drifts();
    if (all.stream().anyMatch(d -> d.claimedAs().equals(id))) {
      return false;
    }
    var blind = all.stream().filter(Drift.Unreadable.class::isInstance).collect(Collectors.toSet());
    var itself =
        assessment.desired().resources().stream()
            .filter(r -> r.ref().physicalId().equals(known.resource()))
            .toList();
    if (itself.isEmpty()) {
      return assessment.isWhole() && blind.isEmpty();
    }
    return blind.stream().noneMatch(d -> d.resource().physicalId().equals(known.resource()))
        && itself.stream()
            .map(r -> assessment.live().resources().get(r.ref().logicalId()))
            .noneMatch(seen -> seen == null || seen instanceof Observed.Unreadable);
  }
}
