package dev.driftmend.aws.resource.elb;

import static dev.driftmend.kind.loadbalancing.Listener.ALPN_POLICY;
import static dev.driftmend.kind.loadbalancing.Listener.CERTIFICATES;
import static dev.driftmend.kind.loadbalancing.Listener.DEFAULT_ACTIONS;
import static dev.driftmend.kind.loadbalancing.Listener.DEFAULT_ACTION_TYPES;
import static dev.driftmend.kind.loadbalancing.Listener.OTHER_LISTENERS;
import static dev.driftmend.kind.loadbalancing.Listener.OTHER_RULES;
import static dev.driftmend.kind.loadbalancing.Listener.PORT;
import static dev.driftmend.kind.loadbalancing.Listener.PROTOCOL;
import static dev.driftmend.kind.loadbalancing.Listener.RULE_ACTIONS;
import static dev.driftmend.kind.loadbalancing.Listener.RULE_CONDITIONS;
import static dev.driftmend.kind.loadbalancing.Listener.SSL_POLICY;
import static dev.driftmend.kind.loadbalancing.Listener.TYPE;
import static dev.driftmend.kind.loadbalancing.ListenerRule.PLACE;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.kind.Argument;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ListenerAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerRequest;

/**
 * Listeners, looked up by their load balancers: so undeclared ones are found too, and a listener
 * that is gone does not fail the call for the others.
 */
public final class Listeners implements ResourceAdapter {
  private static final Set<String> NO_RULE = Set.of("RuleNotFound", "RuleNotFoundException");

  private final Clients clients;

  public Listeners(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    var byLoadBalancer =
        resources.stream()
            .collect(Collectors.groupingBy(r -> loadBalancerOf(r.ref().physicalId())));
    var observed = new HashMap<String, Observed>();
    Parallel.map(byLoadBalancer.entrySet(), e -> observe(e.getKey(), e.getValue(), answers))
        .forEach(observed::putAll);
    return observed;
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html">ARN
   *     formats</a>
   */
  private static String loadBalancerOf(String listenerArn) {
    var last = listenerArn.lastIndexOf('/');
    return (last < 0 ? listenerArn : listenerArn.substring(0, last))
        .replace(":listener/", ":loadbalancer/");
  }

  private Map<String, Observed> observe(
      String loadBalancer, List<Resource> resources, Answers answers) {
    try {
      var live = listenersOf(loadBalancer);
      return Observations.each(resources, r -> observe(r, live, answers));
    } catch (DeniedFailure e) {
      return Observations.unreadable(resources, e);
    }
  }

  private Observed observe(Resource resource, Map<String, Listener> live, Answers answers) {
    var listener = live.get(resource.ref().physicalId());
    if (listener == null) {
      return new Observed.Gone();
    }
    var properties = settings(listener);
    properties.put(OTHER_LISTENERS, others(listener, live.values()));
    if (resource.properties().containsKey(OTHER_RULES)) {
      properties.put(OTHER_RULES, rules(listener.listenerArn(), answers));
    }
    try {
      ElbAttributeCalls.read(
          resource,
          properties,
          ListenerRules.NO_LISTENER,
          () -> attributes(listener.listenerArn()));
      return new Observed.Found(properties);
    } catch (DeniedFailure e) {
      return new Observed.Gone();
    }
  }

  private Property rules(String listener, Answers answers) {
    try {
      return Property.Members.of(
          ListenerRules.of(clients, listener, answers).values().stream()
              .map(
                  r ->
                      Item.of(
                          r.ruleArn(),
                          Map.of(
                              PLACE, r.priority(),
                              RULE_CONDITIONS, ListenerConditions.text(r.conditions()),
                              RULE_ACTIONS, ListenerActions.text(r.actions()))))
              .toList());
    } catch (DeniedFailure e) {
      return new Property.Unknown(Failures.explain(e));
    }
  }

  private Map<String, String> attributes(String arn) {
    return ElbAttributeCalls.read(
        clients.elb(elb -> elb.describeListenerAttributes(r -> r.listenerArn(arn))).attributes(),
        ListenerAttribute::key,
        ListenerAttribute::value);
  }

  private Map<String, Listener> listenersOf(String loadBalancer) {
    try {
      return clients.elb(
          elb -> {
            var live = new LinkedHashMap<String, Listener>();
            elb.describeListenersPaginator(r -> r.loadBalancerArn(loadBalancer))
                .listeners()
                .forEach(l -> live.put(l.listenerArn(), l));
            return live;
          });
    } catch (DeniedFailure e) {
      if (Failures.is(e, LoadBalancers.NOT_FOUND)) {
        return Map.of();
      }
      throw e;
    }
  }

  private static Map<String, Property> settings(Listener listener) {
    var properties = new LinkedHashMap<String, Property>();
    Observations.scalar(properties, PORT, listener.port());
    Observations.scalar(properties, PROTOCOL, listener.protocolAsString());
    // That there is none differs from one that is declared.
    Observations.scalar(
        properties, SSL_POLICY, listener.sslPolicy() == null ? "" : listener.sslPolicy());
    Observations.scalar(properties, ALPN_POLICY, String.join(",", listener.alpnPolicy()));
    properties.put(
        CERTIFICATES,
        Observations.members(
            listener.certificates().stream().map(Certificate::certificateArn).toList()));
    properties.put(
        DEFAULT_ACTIONS, new Property.Scalar(ListenerActions.text(listener.defaultActions())));
    properties.put(
        DEFAULT_ACTION_TYPES,
        new Property.Scalar(ListenerActions.types(listener.defaultActions())));
    return properties;
  }

  private static Property others(Listener listener, Collection<Listener> all) {
    return Property.Members.of(
        all.stream()
            .filter(other -> !other.listenerArn().equals(listener.listenerArn()))
            .map(
                other ->
                    Item.of(
                        other.listenerArn(),
                        Map.of(
                            "port", String.valueOf(other.port()),
                            "protocol", String.valueOf(other.protocolAsString()))))
            .toList());
  }

  @Override
  public void execute(Step.Call call) {
    switch (call.operation()) {
      case "ModifyListener" -> {
        var request = request(call);
        clients.elb(elb -> elb.modifyListener(request));
      }
      case "ModifyListenerAttributes" ->
          clients.elb(
              elb ->
                  elb.modifyListenerAttributes(
                      r ->
                          r.listenerArn(call.argument(Argument.LISTENER))
                              .attributes(ElbAttributeCalls.written(call, Listeners::attribute))));
      case "DeleteListener" ->
          Observations.unless(
              ListenerRules.NO_LISTENER,
              () ->
                  clients.elb(
                      elb ->
                          elb.deleteListener(
                              r -> r.listenerArn(call.argument(Argument.LISTENER)))));
      case "DeleteRule" ->
          Observations.unless(
              NO_RULE,
              () ->
                  clients.elb(elb -> elb.deleteRule(r -> r.ruleArn(call.argument(Argument.RULE)))));
      default -> throw Observations.unknownOperation(call);
    }
  }

  private static ListenerAttribute attribute(String key, String value) {
    return ListenerAttribute.builder().key(key).value(value).build();
  }

  private static ModifyListenerRequest request(Step.Call call) {
    var port = Observations.optional(call, NormalForms.argument(PORT));
    var request =
        ModifyListenerRequest.builder()
            .listenerArn(call.argument(Argument.LISTENER))
            .port(port == null ? null : Integer.valueOf(port))
            .protocol(Observations.optional(call, NormalForms.argument(PROTOCOL)))
            .sslPolicy(Observations.optional(call, NormalForms.argument(SSL_POLICY)));
    var alpn = Observations.optional(call, NormalForms.argument(ALPN_POLICY));
    if (alpn != null) {
      request.alpnPolicy(alpn.split(","));
    }
    var certificates = call.arguments().getOrDefault(Argument.CERTIFICATES, List.of());
    if (!certificates.isEmpty()) {
      request.certificates(
          certificates.stream()
              .map(arn -> Certificate.builder().certificateArn(arn).build())
              .toList());
    }
    var actions = ListenerActions.write(call.arguments().getOrDefault(Argument.ACTIONS, List.of()));
    if (!actions.isEmpty()) {
      request.defaultActions(actions);
    }
    return request.build();
  }
}
