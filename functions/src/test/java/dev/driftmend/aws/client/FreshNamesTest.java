package dev.driftmend.aws.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In JVMs of their own: this one has read its settings long ago. */
class FreshNamesTest {
  @Test
  void aNameIsLookedUpAnewForEachConnection(@TempDir Path directory)
      throws IOException, InterruptedException {
    assertThat(lookUps("fresh", directory)).isEqualTo("2 and 2");
  }

  @Test
  void elseTheJvmKeepsAnAnswerForAWhile(@TempDir Path directory)
      throws IOException, InterruptedException {
    assertThat(lookUps("kept", directory)).isEqualTo("1 and 1");
  }

  @Test
  void initOfASnapshotSeesToItBeforeItsFirstLookUp() {
    var before = Security.getProperty("networkaddress.cache.ttl");
    var seen = new AtomicReference<String>();
    try (var clients =
        Clients.inLambda("eu-west-1", Optional.of(URI.create("http://127.0.0.1:1")), "test")) {
      clients.greetingWhile(true, () -> seen.set(Security.getProperty("networkaddress.cache.ttl")));
    } finally {
      Security.setProperty("networkaddress.cache.ttl", before == null ? "30" : before);
      Security.setProperty("networkaddress.cache.negative.ttl", "10");
    }
    assertThat(seen.get()).isEqualTo("0");
  }

  /** How often a name and one that is not there were asked for, of two times each. */
  private static String lookUps(String names, Path directory)
      throws IOException, InterruptedException {
    var services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(InetAddressResolverProvider.class.getName()), Counting.class.getName());
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path = directory + ":" + placeOf(FreshNames.class) + ":" + placeOf(FreshNamesTest.class);
    var process =
        new ProcessBuilder(java, "-cp", path, TwoLookUps.class.getName(), names)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.strip();
  }

  private static Path placeOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  /** Asks for each name twice. */
  static final class TwoLookUps {
    private TwoLookUps() {}

    public static void main(String[] arguments) {
      if (arguments[0].equals("fresh")) {
        FreshNames.always();
      }
      for (var name : List.of("service.example", "service.example", "missing", "missing")) {
        try {
          var unused = InetAddress.getByName(name);
        } catch (UnknownHostException e) {
          // It is counted.
        }
      }
      System.out.println(Counting.FOUND.get() + " and " + Counting.MISSED.get());
    }
  }

  /** Answers one name, and counts how often it is asked. */
  public static final class Counting extends InetAddressResolverProvider {
    static final AtomicInteger FOUND = new AtomicInteger();
    static final AtomicInteger MISSED = new AtomicInteger();

    @Override
    public InetAddressResolver get(Configuration configuration) {
      return new InetAddressResolver() {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
            throws UnknownHostException {
          if (host.equals("service.example")) {
            FOUND.incrementAndGet();
            return Stream.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}));
          }
          MISSED.incrementAndGet();
          throw new UnknownHostException(host);
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
          throw new UnknownHostException();
        }
      };
    }

    @Override
    public String name() {
      return "counting";
    }
  }
}
