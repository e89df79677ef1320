package dev.driftmend.kind.any;

import dev.driftmend.kind.any.Quirks.Quirk;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What Cloud Control calls a resource, from what CloudFormation calls it. Most types have one
 * identifier, and it is the physical id. One of several parts is made of what is declared, in the
 * order of the schema, and of the physical id for the one part that is not.
 *
 * @param text parts joined by {@code |}
 * @param constructed whether it was put together, or its parts may stand in another order: that
 *     nothing is found by it does not prove that the resource is gone
 * @see <a
 *     href="https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-identifier.html">Identifying
 *     resources</a>
 */
public record ResourceIdentifier(String text, boolean constructed) {
  private static final Pattern REVISION = Pattern.compile(":\\d+$");

  /**
   * @param at for an ARN that has to be written out
   * @throws IllegalArgumentException saying why it cannot be known
   */
  public static ResourceIdentifier of(
      ResourceSchema schema, Quirks quirks, AccountContext at, Declared declared) {
    var physical = String.valueOf(declared.ref().physicalId());
    var parts = schema.identifier();
    if (quirks.is(Quirk.BUS_AND_RULE, "*") && physical.contains("|")) {
      var arn = "arn:aws:events:%s:%s:rule/%s".formatted(at.region(), at.account(), "");
      return new ResourceIdentifier(arn + physical.replace('|', '/'), true);
    }
    if (quirks.is(Quirk.TWO_BY_UNDERSCORE, "*")) {
      var both = physical.split("_", 2);
      return new ResourceIdentifier(both[both.length - 1] + "|" + both[0], true);
    }
    return parts.size() == 1
        ? single(parts.getFirst(), physical)
        : physical.split("\\|", -1).length == parts.size()
            ? new ResourceIdentifier(physical, true)
            : composite(parts, physical, declared);
  }

  /** Where the physical id is an ARN and the identifier none, it is the last part of the ARN. */
  private static ResourceIdentifier single(String part, String physical) {
    if (!physical.startsWith("arn:") || part.toLowerCase(Locale.ROOT).endsWith("arn")) {
      return new ResourceIdentifier(physical, false);
    }
    var last = physical.substring(physical.lastIndexOf('/') + 1);
    return new ResourceIdentifier(REVISION.matcher(last).replaceFirst(""), true);
  }

  private static ResourceIdentifier composite(
      List<String> parts, String physical, Declared declared) {
    var values = new ArrayList<String>();
    var missing = 0;
    for (var part : parts) {
      switch (declared.property(part.replace("/", ".")).orElse(null)) {
        case Value.Scalar scalar -> values.add(scalar.text());
        case null -> {
          values.add(physical);
          missing++;
        }
        case Value.Unknown unknown ->
            throw new IllegalArgumentException(
                "its " + part + ", which Cloud Control asks for, is not known: " + unknown.why());
        case Value.Items _, Value.Fields _ ->
            throw new IllegalArgumentException("its " + part + " is no text");
      }
    }
    if (missing > 1) {
      throw new IllegalArgumentException(
          "of its identifier (" + String.join(", ", parts) + ") the template has too little");
    }
    return new ResourceIdentifier(String.join("|", values), true);
  }
}
