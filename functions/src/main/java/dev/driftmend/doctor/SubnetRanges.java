package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.model.network.Cidr;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of addresses: inside the VPC's, apart from each other, and large enough for the load
 * balancer.
 */
final class SubnetRanges implements Matter {
  private static final String VPC = "VpcCidr";
  private static final List<String> PUBLIC = List.of("PublicSubnetACidr", "PublicSubnetBCidr");
  private static final List<String> SUBNETS =
      Stream.concat(PUBLIC.stream(), Stream.of("PrivateSubnetACidr", "PrivateSubnetBCidr"))
          .toList();
  private static final Set<String> PUBLIC_IDS = Set.of("PublicSubnetA", "PublicSubnetB");

  /** The longest prefix that a load balancer takes. */
  private static final int SMALLEST = 27;

  private static final int USUAL = 24;
  private static final int FREE = 8;

  @Override
  public Says says() {
    return new Says(
        "subnets",
        "A load balancer needs subnets of /"
            + SMALLEST
            + " or larger with "
            + FREE
            + " free addresses each.",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var settings = visit.settings();
    var kept = settings.isKept(VPC) && SUBNETS.stream().allMatch(settings::isKept);
    var wrong = kept ? null : wrong(settings);
    return wrong != null
        ? List.of(says().blocks(wrong, instead(settings)))
        : List.of(settings.first() ? fits(settings) : free(visit));
  }

  private Check fits(Settings settings) {
    return says()
        .fine(
            SUBNETS.stream().map(settings::value).collect(Collectors.joining(", "))
                + " are apart, inside "
                + settings.value(VPC));
  }

  private Check free(Visit visit) {
    var snapshot = visit.snapshot();
    if (snapshot == null) {
      throw new IllegalStateException("there is no stack yet");
    }
    Set<String> ids =
        PUBLIC_IDS.stream()
            .map(snapshot::physicalId)
            .flatMap(Stream::ofNullable)
            .collect(Collectors.toSet());
    if (ids.isEmpty()) {
      return says().unknown("the stack has no subnet for the load balancer (yet)");
    }
    var free = visit.account().freeAddresses(ids);
    var short_ = free.entrySet().stream().filter(e -> e.getValue() < FREE).toList();
    if (!short_.isEmpty()) {
      return says()
          .mend(
              short_.stream()
                  .map(e -> e.getKey() + " has " + e.getValue() + " free addresses")
                  .sorted()
                  .collect(Collectors.joining(", ")),
              "aws ec2 describe-network-interfaces --filters Name=subnet-id,Values="
                  + short_.getFirst().getKey());
    }
    return free.keySet().containsAll(ids)
        ? says().fine("the load balancer's have free addresses")
        : says().unknown("not every subnet of the load balancer is there: " + ids);
  }

  private static @Nullable String wrong(Settings settings) {
    var vpc = parsed(settings, VPC);
    if (vpc.isEmpty()) {
      return VPC + " is no range of addresses: " + settings.value(VPC);
    }
    var seen = new ArrayList<String>();
    for (var name : SUBNETS) {
      var range = parsed(settings, name);
      if (range.isEmpty()) {
        return name + " is no range of addresses: " + settings.value(name);
      }
      var said = name + " " + settings.value(name);
      if (PUBLIC.contains(name) && range.get().prefix() > SMALLEST) {
        return said + " is too small for a load balancer, /" + SMALLEST + " is the least";
      }
      if (!contains(vpc.get(), range.get())) {
        return said + " is not inside " + VPC + " " + settings.value(VPC);
      }
      for (var other : seen) {
        if (overlap(parsed(settings, other).orElseThrow(), range.get())) {
          return said + " overlaps " + other + " " + settings.value(other);
        }
      }
      seen.add(name);
    }
    return null;
  }

  private static Optional<Cidr> parsed(Settings settings, String name) {
    try {
      return Optional.of(Cidr.parse(settings.value(name)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean contains(Cidr outer, Cidr inner) {
    return outer.first().compareTo(inner.first()) <= 0 && outer.last().compareTo(inner.last()) >= 0;
  }

  private static boolean overlap(Cidr one, Cidr other) {
    return one.first().compareTo(other.last()) <= 0 && other.first().compareTo(one.last()) <= 0;
  }

  /** Four equal ranges from the beginning of the VPC's. */
  private static String instead(Settings settings) {
    var vpc = parsed(settings, VPC).filter(range -> range.prefix() <= SMALLEST - 2);
    var whole = vpc.orElseGet(() -> Cidr.parse("10.20.0.0/16"));
    var prefix = Math.max(USUAL, whole.prefix() + 2);
    var arguments = new ArrayList<String>();
    if (vpc.isEmpty()) {
      arguments.addAll(List.of(VPC, whole.text()));
    }
    for (var i = 0; i < SUBNETS.size(); i++) {
      var first = whole.first().add(BigInteger.valueOf((long) i << (32 - prefix)));
      arguments.addAll(List.of(SUBNETS.get(i), new Cidr(false, first, prefix).text()));
    }
    return Says.parameters(arguments.toArray(String[]::new));
  }
}
