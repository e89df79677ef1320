package dev.driftmend.network;

import static dev.driftmend.network.Reachability.INTERNET;
import static dev.driftmend.network.Reachability.PRIVATE;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.network.Reachability.Flow;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What a drift opens or cuts: the difference between what flows with it and without it. Pure. */
public final class Exposures {
  private final Network live;
  private final Function<Flow, TrafficSet> flowing;
  private final Map<String, Interface> interfaces = new HashMap<>();

  /**
   * @param flowing what flows one way in the live network
   */
  public Exposures(Network live, Function<Flow, TrafficSet> flowing) {
    this.live = live;
    this.flowing = flowing;
    live.interfaces().forEach(i -> interfaces.put(i.id(), i));
  }

  /**
   * @param why evidence for a person
   */
  public record Exposed(Exposure exposure, String why) {}

  /**
   * The worst that a drift does; empty if nothing flows otherwise because of it.
   *
   * @param opened what flows because of it and the template does not allow
   * @param cut what the template allows and does not flow because of it
   */
  public Optional<Exposed> of(Flows opened, Flows cut) {
    return reachable(opened).or(() -> cut(cut)).or(() -> latent(opened));
  }

  private Optional<Exposed> reachable(Flows opened) {
    return opened.by().entrySet().stream()
        .filter(e -> e.getKey().from().equals(INTERNET))
        .min(Comparator.comparing(e -> e.getKey().to()))
        .map(
            e ->
                new Exposed(
                    Exposure.REACHABLE,
                    e.getValue().ports()
                        + " reachable now at "
                        + address(e.getKey().to(), e.getValue().addresses())
                        + " from "
                        + breadth(e.getKey(), e.getValue())));
  }

  private String address(String to, AddressSet from) {
    var at = interfaces.get(to);
    if (at == null) {
      return to;
    }
    return at.publicAddresses().stream()
            .filter(a -> !from.family(a.contains(":")).isEmpty())
            .sorted()
            .findFirst()
            .orElse(at.id())
        + " ("
        + at.owner()
        + ")";
  }

  /**
   * How much of the internet, all that flows to the same ports together: two halves are the whole.
   */
  private String breadth(Flow flow, TrafficSet opened) {
    var all = flowing.apply(flow).and(opened.with(AddressSet.ALL)).plus(opened).addresses();
    var whole =
        all.containsAll(AddressSet.INTERNET.family(false))
            || all.containsAll(AddressSet.INTERNET.family(true));
    return whole ? "the whole internet" : opened.addresses().text();
  }

  private Optional<Exposed> cut(Flows cut) {
    var ways = cut.by().entrySet().stream().sorted(Comparator.comparing(e -> order(e.getKey())));
    return ways.findFirst()
        .map(
            e ->
                new Exposed(
                    isOut(e.getKey()) || isCarriedElsewhere(e.getKey(), e.getValue())
                        ? Exposure.DEGRADED
                        : Exposure.OUTAGE,
                    "traffic that the template allows is cut: "
                        + e.getValue().ports()
                        + " from "
                        + name(e.getKey().from())
                        + " to "
                        + name(e.getKey().to())));
  }

  /** The worst first: what a client sees before what the instance itself cannot call. */
  private String order(Flow flow) {
    var rank = isOut(flow) ? 2 : isCarriedElsewhere(flow, TrafficSet.NONE) ? 1 : 0;
    var internet = flow.from().equals(INTERNET) || flow.to().equals(INTERNET);
    return rank + (internet ? "0" : "1") + flow;
  }

  /** It serves on, but cannot call what lies outside. */
  private boolean isOut(Flow flow) {
    return !interfaces.containsKey(flow.to());
  }

  /** Another interface of the same load balancer still carries the like. */
  private boolean isCarriedElsewhere(Flow flow, TrafficSet traffic) {
    return live.interfaces().stream()
        .filter(i -> isTwin(i, flow.from()) || isTwin(i, flow.to()))
        .map(
            i ->
                isTwin(i, flow.from())
                    ? new Flow(i.id(), flow.to())
                    : new Flow(flow.from(), i.id()))
        .map(flowing)
        .anyMatch(
            t ->
                !t.isEmpty()
                    && traffic.with(AddressSet.ALL).minus(t.with(AddressSet.ALL)).isEmpty());
  }

  private boolean isTwin(Interface one, String id) {
    var other = interfaces.get(id);
    return other != null && !one.id().equals(id) && one.owner().equals(other.owner());
  }

  private Optional<Exposed> latent(Flows opened) {
    return opened
        .first()
        .map(
            e ->
                new Exposed(
                    Exposure.LATENT,
                    "lets "
                        + e.getValue().ports()
                        + " from "
                        + name(e.getKey().from())
                        + " to "
                        + name(e.getKey().to())));
  }

  private String name(String end) {
    var at = interfaces.get(end);
    if (at != null) {
      return at.owner();
    }
    return end.equals(INTERNET) || end.equals(PRIVATE) ? end : "whatever carries " + end;
  }
}
