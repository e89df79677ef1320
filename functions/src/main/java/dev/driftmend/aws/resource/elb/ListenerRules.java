package dev.driftmend.aws.resource.elb;

import static dev.driftmend.kind.loadbalancing.ListenerRule.ACTIONS;
import static dev.driftmend.kind.loadbalancing.ListenerRule.ACTION_TYPES;
import static dev.driftmend.kind.loadbalancing.ListenerRule.CONDITIONS;
import static dev.driftmend.kind.loadbalancing.ListenerRule.OTHERS;
import static dev.driftmend.kind.loadbalancing.ListenerRule.PLACE;
import static dev.driftmend.kind.loadbalancing.ListenerRule.PRIORITY;
import static dev.driftmend.kind.loadbalancing.ListenerRule.TYPE;
import static dev.driftmend.kind.loadbalancing.ListenerRule.WANTED;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.kind.Argument;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeRulesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyRuleRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RulePriorityPair;

/** Rules, looked up by their listeners: one that is gone does not fail the call for the others. */
public final class ListenerRules implements ResourceAdapter {
  static final Set<String> NO_LISTENER = Set.of("ListenerNotFound", "ListenerNotFoundException");

  private final Clients clients;

  public ListenerRules(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    var byListener =
        resources.stream().collect(Collectors.groupingBy(r -> listenerOf(r.ref().physicalId())));
    var observed = new HashMap<String, Observed>();
    Parallel.map(byListener.entrySet(), e -> observe(e.getKey(), e.getValue(), answers))
        .forEach(observed::putAll);
    return observed;
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html">ARN
   *     formats</a>
   */
  private static String listenerOf(String ruleArn) {
    var last = ruleArn.lastIndexOf('/');
    return (last < 0 ? ruleArn : ruleArn.substring(0, last))
        .replace(":listener-rule/", ":listener/");
  }

  private Map<String, Observed> observe(
      String listener, List<Resource> resources, Answers answers) {
    try {
      var live = of(clients, listener, answers);
      var wanted = new HashMap<String, String>();
      for (var resource : resources) {
        if (resource.properties().get(PRIORITY) instanceof Property.Scalar priority) {
          wanted.put(resource.ref().physicalId(), priority.value());
        }
      }
      var observed = new HashMap<String, Observed>();
      for (var resource : resources) {
        var rule = live.get(resource.ref().physicalId());
        observed.put(
            resource.ref().logicalId(),
            rule == null ? new Observed.Gone() : found(rule, live.values(), wanted));
      }
      return observed;
    } catch (DeniedFailure e) {
      return Observations.unreadable(resources, e);
    }
  }

  /** All rules of a listener but the default one, by ARN; none if there is no such listener. */
  static Map<String, Rule> of(Clients clients, String listener, Answers answers) {
    var request = DescribeRulesRequest.builder().listenerArn(listener).build();
    try {
      return answers.to(
          request,
          q ->
              clients.elb(
                  elb -> {
                    var rules = new LinkedHashMap<String, Rule>();
                    elb.describeRulesPaginator(q).rules().stream()
                        .filter(r -> !Boolean.TRUE.equals(r.isDefault()))
                        .forEach(r -> rules.put(r.ruleArn(), r));
                    return rules;
                  }));
    } catch (DeniedFailure e) {
      if (Failures.is(e, NO_LISTENER)) {
        return Map.of();
      }
      throw e;
    }
  }

  private static Observed found(Rule rule, Collection<Rule> all, Map<String, String> wanted) {
    var properties = new LinkedHashMap<String, Property>();
    properties.put(PRIORITY, new Property.Scalar(rule.priority()));
    properties.put(CONDITIONS, new Property.Scalar(ListenerConditions.text(rule.conditions())));
    properties.put(ACTIONS, new Property.Scalar(ListenerActions.text(rule.actions())));
    properties.put(ACTION_TYPES, new Property.Scalar(ListenerActions.types(rule.actions())));
    var others = new ArrayList<Item>();
    for (var other : all) {
      if (!other.ruleArn().equals(rule.ruleArn())) {
        var fields = new HashMap<>(Map.of(PLACE, other.priority()));
        var its = wanted.get(other.ruleArn());
        if (its != null) {
          fields.put(WANTED, its);
        }
        others.add(Item.of(other.ruleArn(), fields));
      }
    }
    properties.put(OTHERS, Property.Members.of(others));
    return new Observed.Found(properties);
  }

  @Override
  public void execute(Step.Call call) {
    switch (call.operation()) {
      case "ModifyRule" -> {
        var request = modify(call);
        clients.elb(elb -> elb.modifyRule(request));
      }
      case "SetRulePriorities" -> {
        var priorities = priorities(call);
        clients.elb(elb -> elb.setRulePriorities(r -> r.rulePriorities(priorities)));
      }
      default -> throw Observations.unknownOperation(call);
    }
  }

  private static ModifyRuleRequest modify(Step.Call call) {
    var request = ModifyRuleRequest.builder().ruleArn(call.argument(Argument.RULE));
    var conditions = Observations.optional(call, Argument.CONDITIONS);
    if (conditions != null) {
      request.conditions(ListenerConditions.write(conditions));
    }
    var actions = ListenerActions.write(call.arguments().getOrDefault(Argument.ACTIONS, List.of()));
    if (!actions.isEmpty()) {
      request.actions(actions);
    }
    return request.build();
  }

  private static List<RulePriorityPair> priorities(Step.Call call) {
    var rules = call.arguments().getOrDefault(Argument.RULE, List.of());
    var places = call.arguments().getOrDefault(PLACE, List.of());
    var pairs = new ArrayList<RulePriorityPair>();
    for (var i = 0; i < rules.size(); i++) {
      pairs.add(
          RulePriorityPair.builder()
              .ruleArn(rules.get(i))
              .priority(Integer.valueOf(places.get(i)))
              .build());
    }
    return pairs;
  }
}
