package dev.driftmend.model.drift;

/** What a drift opens or breaks, computed from the network and not from the rule's text. */
public enum Exposure {
  /** Something that the template keeps closed can be reached from the internet now. */
  REACHABLE,
  /** Opened, but nothing can reach it yet: one more change and it is reachable. */
  LATENT,
  /** Traffic that the template allows is cut. */
  OUTAGE,
  /** It still works, with less than the template gives. */
  DEGRADED,
  NONE
}
