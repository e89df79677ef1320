package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;
import java.util.Set;

/** Two zones, the first of which has the instance type. */
final class InstanceZones implements Matter {
  private static final String A = "ZoneA";
  private static final String B = "ZoneB";
  private static final String TYPE = "InstanceType";
  private static final List<String> OTHERS = List.of("t4g.micro", "t3.micro", "t4g.small");

  @Override
  public Says says() {
    return new Says(
        "zones",
        "Not every zone has every instance type, an account's zone of the same name may be another"
            + " one, and a load balancer needs two.",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-discovery.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var settings = visit.settings();
    if (settings.isKept(A) && settings.isKept(B) && settings.isKept(TYPE)) {
      var a = settings.value(A);
      return List.of(
          says()
              .fine(a.isEmpty() ? "kept as they are" : a + ", " + settings.value(B) + " are kept"));
    }
    var zones = visit.account().zones();
    var type = settings.value(TYPE);
    var having = visit.account().zonesWith(type);
    if (zones.size() < 2) {
      return List.of(
          says()
              .blocks(visit.who().region() + " lets this account use " + zones, "--region REGION"));
    }
    if (having.stream().noneMatch(zones::contains)) {
      return List.of(none(visit, type, zones));
    }
    var first = zones.stream().filter(having::contains).findFirst().orElseThrow();
    var second =
        zones.stream()
            .filter(zone -> !zone.equals(first))
            .filter(having::contains)
            .findFirst()
            .orElseGet(
                () -> zones.stream().filter(z -> !z.equals(first)).findFirst().orElseThrow());
    settings.lookUp(A, first);
    settings.lookUp(B, second);
    return List.of(judged(settings, zones, having, Says.parameters(A, first, B, second)));
  }

  private Check judged(Settings settings, List<String> zones, Set<String> having, String instead) {
    var a = settings.value(A);
    var b = settings.value(B);
    var type = settings.value(TYPE);
    if (a.isEmpty() && b.isEmpty()) {
      // A deployed stack that left them to CloudFormation: the instance's type is what changes.
      return having.containsAll(zones)
          ? says().fine("every zone has " + type)
          : says().unknown(type + " is new, and not every zone has it: " + having + " do");
    }
    if (a.equals(b) || a.isEmpty() || b.isEmpty()) {
      return says().blocks("two zones are needed, not \"" + a + "\" and \"" + b + "\"", instead);
    }
    for (var zone : List.of(a, b)) {
      if (!zones.contains(zone)) {
        return says().blocks("this account may not use " + zone + ", but " + zones, instead);
      }
    }
    if (!having.contains(a)) {
      return says().blocks(a + " has no " + type + "; " + having + " do", instead);
    }
    return says().fine(a + " has " + type + "; the load balancer is in " + b + " too");
  }

  private Check none(Visit visit, String type, List<String> zones) {
    var instead =
        OTHERS.stream()
            .filter(other -> !other.equals(type))
            .filter(other -> visit.account().zonesWith(other).stream().anyMatch(zones::contains))
            .findFirst();
    return says()
        .blocks(
            "no zone of " + visit.who().region() + " has " + type,
            instead.map(other -> Says.parameters(TYPE, other)).orElse("--region REGION"));
  }
}
