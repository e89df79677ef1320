package dev.driftmend.reconcile;

import dev.driftmend.model.Claim;
import dev.driftmend.model.Drift;
import dev.driftmend.model.KnownOwner;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Owner;
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
record Owners(Map<String, KnownOwner> learned, Set<String> over) {

  Owners {
    learned = Map.copyOf(learned);
    over = Set.copyOf(over);
  }

  static Owners of(Examination examined, Instant now) {
    var before = examined.remembered().claims();
    var whose = examined.whose();
    var over = new HashSet<String>();
    before.forEach(
        (id, known) -> {
          if (isGone(id, known, examined)) {
            over.add(id);
          }
        });
    var learned = new HashMap<String, KnownOwner>();
    whose
        .known()
        .forEach(
            (drift, claim) -> {
              var id = drift.claimedAs();
              var known = before.get(id);
              if (claim.owner() instanceof Owner.Another another
                  && another.sort().isKnownByCalls()) {
                var resource = drift.resource().physicalId();
                if (known == null || !known.owner().equals(another)) {
                  learned.put(id, new KnownOwner(another, resource, now, now));
                } else if (whose.askedAgain().contains(drift)) {
                  learned.put(id, known.askedAgain(resource, now));
                }
              } else if (known != null && isSettled(claim)) {
                over.add(id);
              }
            });
    return new Owners(learned, over);
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
  private static boolean isGone(String id, KnownOwner known, Examination examined) {
    var all = examined.whose().all();
    if (all.stream().anyMatch(d -> d.claimedAs().equals(id))) {
      return false;
    }
    var blind = all.stream().filter(Drift.Unreadable.class::isInstance).collect(Collectors.toSet());
    var itself =
        examined.desired().resources().stream()
            .filter(r -> r.ref().physicalId().equals(known.resource()))
            .toList();
    if (itself.isEmpty()) {
      return examined.whole() && blind.isEmpty();
    }
    return blind.stream().noneMatch(d -> d.resource().physicalId().equals(known.resource()))
        && itself.stream()
            .map(r -> examined.live().resources().get(r.ref().logicalId()))
            .noneMatch(seen -> seen == null || seen instanceof Observed.Unreadable);
  }
}
