package dev.driftmend.aws.client;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Credentials whose provider, with all that it caches, can be forgotten and recreated. */
public final class FreshCredentials implements AwsCredentialsProvider {
  private final Supplier<AwsCredentialsProvider> make;
  private volatile @Nullable AwsCredentialsProvider made;

  public FreshCredentials(Supplier<AwsCredentialsProvider> make) {
    this.make = make;
  }

  @Override
  public AwsCredentials resolveCredentials() {
    return provider().resolveCredentials();
  }

  /** For the sake of what that makes ready. */
  void fetch() {
    var unused = resolveCredentials();
  }

  private synchronized AwsCredentialsProvider provider() {
    var provider = made;
    if (provider == null) {
      provider = make.get();
      made = provider;
    }
    return provider;
  }

  synchronized void forget() {
    made = null;
  }
}
