package dev.driftmend.testing;

import dev.driftmend.port.Account;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An account as somebody uses it: with room for everything, until a test takes it away. */
public final class InMemoryAccount implements Account {
  public static final String ARM = "ami-0a1b2c3d4e5f60718";
  public static final String X86 = "ami-0fedcba9876543210";

  public Identity who =
      new Identity(
          "aws", "111122223333", "us-east-1", "arn:aws:iam::111122223333:user/on-call-laptop");
  public Concurrency concurrency = new Concurrency(1000, 1000);
  public final Map<Architecture, String> images =
      new HashMap<>(Map.of(Architecture.ARM64, ARM, Architecture.X86_64, X86));
  public final Map<String, Set<Architecture>> types =
      new HashMap<>(
          Map.of("t4g.micro", Set.of(Architecture.ARM64), "t3.micro", Set.of(Architecture.X86_64)));
  public List<String> zones = List.of("us-east-1a", "us-east-1b", "us-east-1c");
  public final Map<String, Set<String>> zonesWith =
      new TreeMap<>(
          Map.of(
              "t4g.micro", Set.of("us-east-1a", "us-east-1b", "us-east-1c"),
              "t3.micro", Set.of("us-east-1a", "us-east-1b")));
  public Usage elasticAddresses = new Usage(1, 5);
  public int vpcs = 1;
  public final List<Trail> trails = new ArrayList<>();
  public boolean heard = true;
  public final Map<String, String> parameters = new HashMap<>();
  public final Map<String, Integer> free = new HashMap<>();

  /** What every question but that for the identity ends with, if it is not null. */
  public @Nullable RuntimeException failure;

  private <T> T unlessFailing(T answer) {
    if (failure != null) {
      throw failure;
    }
    return answer;
  }

  @Override
  public Identity identity() {
    return who;
  }

  @Override
  public Concurrency concurrency() {
    return unlessFailing(concurrency);
  }

  @Override
  public Optional<String> currentImage(Architecture architecture) {
    return unlessFailing(Optional.ofNullable(images.get(architecture)));
  }

  @Override
  public Optional<Architecture> architectureOf(String image) {
    return unlessFailing(
        images.entrySet().stream()
            .filter(e -> e.getValue().equals(image))
            .map(Map.Entry::getKey)
            .findFirst());
  }

  @Override
  public Set<Architecture> architecturesOf(String instanceType) {
    return unlessFailing(types.getOrDefault(instanceType, Set.of()));
  }

  @Override
  public Optional<String> parameter(String name) {
    return unlessFailing(Optional.ofNullable(parameters.get(name)));
  }

  @Override
  public List<String> zones() {
    return unlessFailing(zones);
  }

  @Override
  public Set<String> zonesWith(String instanceType) {
    return unlessFailing(zonesWith.getOrDefault(instanceType, Set.of()));
  }

  @Override
  public Usage elasticAddresses() {
    return unlessFailing(elasticAddresses);
  }

  @Override
  public int vpcs() {
    return unlessFailing(vpcs);
  }

  @Override
  public List<Trail> trails() {
    return unlessFailing(trails);
  }

  @Override
  public boolean isHeard(String topicArn) {
    return unlessFailing(heard);
  }

  @Override
  public Map<String, Integer> freeAddresses(Set<String> subnets) {
    var found = new HashMap<>(free);
    found.keySet().retainAll(subnets);
    return unlessFailing(found);
  }
}
