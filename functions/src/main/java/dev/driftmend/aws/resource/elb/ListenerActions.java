package dev.driftmend.aws.resource.elb;

import dev.driftmend.model.network.ListenerAction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

/** Listener actions between the service's form and the normal form. */
final class ListenerActions {
  private ListenerActions() {}

  static String text(List<Action> actions) {
    return inOrder(actions).stream().map(ListenerAction::text).collect(Collectors.joining("; "));
  }

  static String types(List<Action> actions) {
    return inOrder(actions).stream().map(ListenerAction::type).collect(Collectors.joining("; "));
  }

  private static List<ListenerAction> inOrder(List<Action> actions) {
    return actions.stream()
        .sorted(Comparator.comparingInt(a -> a.order() == null ? 0 : a.order()))
        .map(ListenerActions::read)
        .toList();
  }

  /** An action of another type keeps its type alone: that it differs is all that matters. */
  private static ListenerAction read(Action action) {
    var settings = new TreeMap<String, String>();
    switch (action.typeAsString()) {
      case "forward" -> forward(action, settings);
      case "redirect" -> {
        var redirect = action.redirectConfig();
        settings.put("protocol", or(redirect.protocol(), "#{protocol}"));
        settings.put("host", or(redirect.host(), "#{host}"));
        settings.put("port", or(redirect.port(), "#{port}"));
        settings.put("path", or(redirect.path(), "/#{path}"));
        settings.put("query", or(redirect.query(), "#{query}"));
        settings.put("status", or(redirect.statusCodeAsString(), ""));
      }
      case "fixed-response" -> {
        var response = action.fixedResponseConfig();
        settings.put("status", or(response.statusCode(), ""));
        settings.put("type", or(response.contentType(), ""));
        settings.put("body", or(response.messageBody(), ""));
      }
      default -> {}
    }
    return new ListenerAction(action.typeAsString(), settings);
  }

  private static void forward(Action action, TreeMap<String, String> settings) {
    var config = action.forwardConfig();
    var groups = config == null ? List.<TargetGroupTuple>of() : config.targetGroups();
    settings.put("to", groups.isEmpty() ? or(action.targetGroupArn(), "") : weighted(groups));
    var stickiness = config == null ? null : config.targetGroupStickinessConfig();
    if (stickiness != null && Boolean.TRUE.equals(stickiness.enabled())) {
      settings.put("stickiness", String.valueOf(stickiness.durationSeconds()));
    }
  }

  private static String weighted(List<TargetGroupTuple> groups) {
    return ListenerAction.to(
        groups.stream()
            .map(
                g ->
                    new ListenerAction.Share(
                        g.targetGroupArn(), g.weight() == null ? 1 : g.weight()))
            .toList());
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  /** From the texts of actions, in their order. */
  static List<Action> write(List<String> texts) {
    var actions = new ArrayList<Action>();
    for (var text : texts) {
      actions.add(write(ListenerAction.parse(text), actions.size() + 1));
    }
    return actions;
  }

  private static Action write(ListenerAction action, int order) {
    var to = Action.builder().type(action.type()).order(order);
    var settings = action.settings();
    switch (action.type()) {
      case "forward" -> writeForward(action, to);
      case "redirect" ->
          to.redirectConfig(
              c ->
                  c.protocol(settings.get("protocol"))
                      .host(settings.get("host"))
                      .port(settings.get("port"))
                      .path(settings.get("path"))
                      .query(settings.get("query"))
                      .statusCode(settings.get("status")));
      case "fixed-response" ->
          to.fixedResponseConfig(
              c ->
                  c.statusCode(settings.get("status"))
                      .contentType(unlessEmpty(settings.get("type")))
                      .messageBody(unlessEmpty(settings.get("body"))));
      default ->
          throw new IllegalArgumentException(
              "actions of type " + action.type() + " cannot be written");
    }
    return to.build();
  }

  private static void writeForward(ListenerAction action, Action.Builder to) {
    var shares = action.shares();
    var groups = shares.stream().map(share -> tuple(share, shares.size() == 1));
    var stickiness = action.settings().get("stickiness");
    to.forwardConfig(
        c -> {
          c.targetGroups(groups.toList());
          if (stickiness != null) {
            c.targetGroupStickinessConfig(
                s -> s.enabled(true).durationSeconds(Integer.valueOf(stickiness)));
          }
        });
  }

  /** A single one gets every request unless its weight is 0. */
  private static TargetGroupTuple tuple(ListenerAction.Share share, boolean single) {
    var weight = single && share.weight() > 0 ? null : share.weight();
    return TargetGroupTuple.builder().targetGroupArn(share.targetGroup()).weight(weight).build();
  }

  private static @Nullable String unlessEmpty(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
