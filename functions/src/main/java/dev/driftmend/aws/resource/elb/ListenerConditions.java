package dev.driftmend.aws.resource.elb;

import dev.driftmend.model.network.RequestCondition;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.QueryStringKeyValuePair;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;

/** Conditions of listener rules between the service's form and the normal form. */
final class ListenerConditions {
  private ListenerConditions() {}

  static String text(List<RuleCondition> conditions) {
    return RequestCondition.text(conditions.stream().map(ListenerConditions::read).toList());
  }

  private static RequestCondition read(RuleCondition live) {
    var host = live.hostHeaderConfig();
    if (host != null) {
      return read(live, null, host.values(), host.regexValues());
    }
    var path = live.pathPatternConfig();
    if (path != null) {
      return read(live, null, path.values(), path.regexValues());
    }
    var header = live.httpHeaderConfig();
    if (header != null) {
      return read(live, header.httpHeaderName(), header.values(), header.regexValues());
    }
    if (live.queryStringConfig() != null) {
      return RequestCondition.ofQuery(
          live.queryStringConfig().values().stream()
              .map(p -> new RequestCondition.Pair(p.key(), p.value()))
              .toList());
    }
    if (live.httpRequestMethodConfig() != null) {
      return read(live, null, live.httpRequestMethodConfig().values(), List.of());
    }
    return live.sourceIpConfig() == null
        ? read(live, null, List.of(), List.of())
        : read(live, null, live.sourceIpConfig().values(), List.of());
  }

  /** Of some fields the service gives the values beside the configuration too, or instead. */
  private static RequestCondition read(
      RuleCondition live, @Nullable String header, List<String> values, List<String> regexes) {
    var regex = regexes.isEmpty() ? live.regexValues() : regexes;
    return regex.isEmpty()
        ? RequestCondition.of(
            live.field(), header, false, values.isEmpty() ? live.values() : values)
        : RequestCondition.of(live.field(), header, true, regex);
  }

  static List<RuleCondition> write(String conditions) {
    return RequestCondition.parse(conditions).stream().map(ListenerConditions::write).toList();
  }

  private static RuleCondition write(RequestCondition condition) {
    var to = RuleCondition.builder().field(condition.name());
    switch (condition.name()) {
      case RequestCondition.HOST ->
          to.hostHeaderConfig(c -> values(condition, c::values, c::regexValues));
      case RequestCondition.PATH ->
          to.pathPatternConfig(c -> values(condition, c::values, c::regexValues));
      case RequestCondition.HEADER ->
          to.httpHeaderConfig(
              c -> values(condition, c.httpHeaderName(condition.header())::values, c::regexValues));
      case RequestCondition.METHOD -> to.httpRequestMethodConfig(c -> c.values(condition.plain()));
      case RequestCondition.SOURCE -> to.sourceIpConfig(c -> c.values(condition.plain()));
      case RequestCondition.QUERY ->
          to.queryStringConfig(
              c -> c.values(condition.pairs().stream().map(ListenerConditions::write).toList()));
      default ->
          throw new IllegalArgumentException(
              "conditions on " + condition.name() + " cannot be written");
    }
    return to.build();
  }

  private static void values(
      RequestCondition condition, Consumer<List<String>> plain, Consumer<List<String>> regex) {
    (condition.isRegex() ? regex : plain).accept(condition.plain());
  }

  private static QueryStringKeyValuePair write(RequestCondition.Pair pair) {
    return QueryStringKeyValuePair.builder().key(pair.key()).value(pair.value()).build();
  }
}
