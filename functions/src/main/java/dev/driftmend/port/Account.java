package dev.driftmend.port;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an account has and may have in a region, as its services tell it. Asked by the command line
 * alone. Reads only.
 */
public interface Account {

  /** Whose the credentials are; needs no permission. */
  Identity identity();

  Concurrency concurrency();

  /** The id of AWS's current Amazon Linux 2023 image; empty if the region has none. */
  Optional<String> currentImage(Architecture architecture);

  /** What the image runs on; empty if there is no such image in the region, or no longer. */
  Optional<Architecture> architectureOf(String image);

  /** What the instance type runs; empty if the region does not know it. */
  Set<Architecture> architecturesOf(String instanceType);

  /** The names of the availability zones that may be used, in alphabetical order. */
  List<String> zones();

  /** The names of the zones that have this instance type. */
  Set<String> zonesWith(String instanceType);

  /** Elastic addresses, and how many there may be. */
  Usage elasticAddresses();

  int vpcs();

  /** The value of a parameter of Systems Manager; empty if there is none of that name. */
  Optional<String> parameter(String name);

  /** Every trail that logs something of this region, those of other regions and accounts too. */
  List<Trail> trails();

  /** Whether somebody has confirmed a subscription to the topic. */
  boolean isHeard(String topicArn);

  /** The addresses that are free in a subnet, by the subnets' ids; of those that are there. */
  Map<String, Integer> freeAddresses(Set<String> subnets);

  /**
   * @param partition e.g. {@code aws}
   */
  record Identity(String partition, String account, String region, String arn) {}

  /**
   * Of Lambda, all functions of the region together.
   *
   * @param unreserved what no function has reserved
   */
  record Concurrency(int limit, int unreserved) {}

  /**
   * @param most how many there may be
   */
  record Usage(int used, int most) {
    public int left() {
      return most - used;
    }
  }

  /**
   * @param writes whether it logs calls that change something, and is on
   */
  record Trail(String name, String arn, Writes writes) {}

  enum Writes {
    LOGGED,
    NOT_LOGGED,
    /** It may not be looked at: an organization's, say. */
    UNKNOWN
  }

  enum Architecture {
    ARM64("arm64"),
    X86_64("x86_64");

    private final String text;

    Architecture(String text) {
      this.text = text;
    }

    /** As EC2 and AWS's public parameters write it. */
    public String text() {
      return text;
    }

    public static Optional<Architecture> of(String text) {
      for (var each : values()) {
        if (each.text.equals(text)) {
          return Optional.of(each);
        }
      }
      return Optional.empty();
    }
  }
}
