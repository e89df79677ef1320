package dev.driftmend.aws;

import static dev.driftmend.kind.Listener.ALPN_POLICY;
import static dev.driftmend.kind.Listener.CERTIFICATES;
import static dev.driftmend.kind.Listener.DEFAULT_ACTIONS;
import static dev.driftmend.kind.Listener.OTHER_LISTENERS;
import static dev.driftmend.kind.Listener.PORT;
import static dev.driftmend.kind.Listener.PROTOCOL;
import static dev.driftmend.kind.Listener.SSL_POLICY;
import static dev.driftmend.kind.Listener.TYPE;

import dev.driftmend.model.ListenerAction;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Step;
import dev.driftmend.port.DeniedFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerRequest;

/**
 * Listeners, looked up by their load balancers: that tells of strangers too, and a listener that is
 * gone does not fail the call for the others.
 */
final class Listeners implements ResourceAdapter {
  private final Clients clients;

  Listeners(Clients clients) {
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
    Parallel.map(byLoadBalancer.entrySet(), e -> observe(e.getKey(), e.getValue()))
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

  private Map<String, Observed> observe(String loadBalancer, List<Resource> resources) {
    try {
      var live = listenersOf(loadBalancer);
      var observed = new HashMap<String, Observed>();
      for (var resource : resources) {
        var listener = live.get(resource.ref().physicalId());
        observed.put(
            resource.ref().logicalId(),
            listener == null ? new Observed.Gone() : found(listener, live.keySet()));
      }
      return observed;
    } catch (DeniedFailure e) {
      return Observations.unreadable(resources, e);
    }
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

  private static Observed found(Listener listener, Set<String> all) {
    var properties = new LinkedHashMap<String, Property>();
    Observations.scalar(properties, PORT, listener.port());
    Observations.scalar(properties, PROTOCOL, listener.protocolAsString());
    Observations.scalar(properties, SSL_POLICY, listener.sslPolicy());
    if (!listener.alpnPolicy().isEmpty()) {
      Observations.scalar(properties, ALPN_POLICY, String.join(",", listener.alpnPolicy()));
    }
    properties.put(
        CERTIFICATES,
        Observations.members(
            listener.certificates().stream().map(Certificate::certificateArn).toList()));
    properties.put(DEFAULT_ACTIONS, actions(listener));
    properties.put(
        OTHER_LISTENERS,
        Observations.members(
            all.stream().filter(arn -> !arn.equals(listener.listenerArn())).toList()));
    return new Observed.Found(properties);
  }

  private static Property actions(Listener listener) {
    return new Property.Scalar(
        Actions.inOrder(listener.defaultActions()).stream()
            .map(ListenerAction::text)
            .collect(Collectors.joining("; ")));
  }

  @Override
  public void act(Step.Call call) {
    if (!call.operation().equals("ModifyListener")) {
      throw Observations.unknownOperation(call);
    }
    var request = request(call);
    clients.elb(elb -> elb.modifyListener(request));
  }

  private static ModifyListenerRequest request(Step.Call call) {
    var port = Observations.optional(call, "port");
    var request =
        ModifyListenerRequest.builder()
            .listenerArn(call.argument("listener"))
            .port(port == null ? null : Integer.valueOf(port))
            .protocol(Observations.optional(call, "protocol"))
            .sslPolicy(Observations.optional(call, "sslPolicy"));
    var alpn = Observations.optional(call, "alpnPolicy");
    if (alpn != null) {
      request.alpnPolicy(alpn.split(","));
    }
    var certificates = call.arguments().getOrDefault("certificates", List.of());
    if (!certificates.isEmpty()) {
      request.certificates(
          certificates.stream()
              .map(arn -> Certificate.builder().certificateArn(arn).build())
              .toList());
    }
    var actions = new ArrayList<Action>();
    for (var text : call.arguments().getOrDefault("actions", List.of())) {
      actions.add(Actions.write(ListenerAction.parse(text), actions.size() + 1));
    }
    if (!actions.isEmpty()) {
      request.defaultActions(actions);
    }
    return request.build();
  }
}
