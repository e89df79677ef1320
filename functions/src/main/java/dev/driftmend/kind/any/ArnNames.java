package dev.driftmend.kind.any;

import java.util.regex.Pattern;

/**
 * ARNs and the names that stand for them: the name is the whole last part of the ARN, and the ARN
 * is of the account and the region of the resource, where it names any.
 */
final class ArnNames {
  private static final Pattern REST = Pattern.compile(":(\\*|\\$LATEST)$");
  private static final int ACCOUNT = 4;
  private static final int REGION = 3;
  private static final int RESOURCE = 5;

  private final AccountContext at;

  ArnNames(AccountContext at) {
    this.at = at;
  }

  boolean isSame(String one, String other) {
    var first = whole(one);
    var second = whole(other);
    if (isArn(first) == isArn(second)) {
      return isArn(first) && first.equals(second);
    }
    return isArn(first) ? names(first, second) : names(second, first);
  }

  private static boolean isArn(String text) {
    return text.startsWith("arn:") && text.split(":", RESOURCE + 1).length > RESOURCE;
  }

  /** An ARN may end with what stands for all streams of a log group, or a function's latest. */
  private static String whole(String text) {
    return text.startsWith("arn:") ? REST.matcher(text).replaceFirst("") : text;
  }

  private boolean names(String arn, String name) {
    var parts = arn.split(":", RESOURCE + 1);
    var resource = parts[RESOURCE];
    return !name.isEmpty()
        && isHere(parts[ACCOUNT], at.account())
        && isHere(parts[REGION], at.region())
        && (resource.equals(name)
            || resource.endsWith("/" + name)
            || resource.endsWith(":" + name)
            || arn.endsWith(":" + name))
        && isWholeName(resource, name);
  }

  /** {@code b} is not the name of {@code table/a/index/b}'s table. */
  private static boolean isWholeName(String resource, String name) {
    var before = resource.substring(0, Math.max(0, resource.length() - name.length()));
    return before.isEmpty()
        || before.chars().filter(c -> c == '/' || c == ':').count() == 1
        || resource.startsWith("role/")
        || resource.startsWith("user/")
        || resource.startsWith("policy/")
        || resource.startsWith("instance-profile/")
        || name.contains(":")
        || name.contains("/");
  }

  private static boolean isHere(String said, String here) {
    return said.isEmpty() || here.isEmpty() || said.equals(here);
  }
}
