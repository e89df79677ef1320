package dev.driftmend.kind.any;

import java.util.Map;

/**
 * Where a resource lives, which a name leaves out and an ARN says.
 *
 * @param keys ids of KMS keys by the aliases that lead to them, e.g. {@code alias/aws/s3}; an alias
 *     that is not in here may lead anywhere
 */
public record AccountContext(String account, String region, Map<String, String> keys) {
  public AccountContext {
    keys = Map.copyOf(keys);
  }
}
