package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.kind.network.Vpc.GATEWAYS;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.port.DeniedFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.InternetGateway;

/** Which internet gateways VPCs have, and whether one that a VPC has not still exists. */
final class InternetGateways {
  private static final Set<String> OFF = Set.of("detaching", "detached");

  private final Clients clients;

  InternetGateways(Clients clients) {
    this.clients = clients;
  }

  /**
   * @param attached gateways by VPC
   * @param existing those of the declared ones that exist
   * @param denied why neither is known; null if both are
   */
  record Found(
      Map<String, List<String>> attached, Collection<String> existing, @Nullable String denied) {
    Property of(String vpc) {
      return members(attached.getOrDefault(vpc, List.of()));
    }

    Property existingOnes() {
      return members(existing);
    }

    private Property members(Collection<String> ids) {
      return denied == null
          ? Property.Members.of(ids.stream().map(Item::of).toList())
          : new Property.Unknown(denied);
    }
  }

  /** All at once; only where a declared one is missing, it is asked for by itself. */
  Found read(Collection<Resource> vpcs) {
    try {
      var attached = new HashMap<String, List<String>>();
      var existing = new TreeSet<String>();
      for (var gateway :
          Observations.listed(Observations.ids(vpcs), ids -> describe("attachment.vpc-id", ids))) {
        existing.add(gateway.internetGatewayId());
        gateway.attachments().stream()
            .filter(a -> !Observations.isOneOf(OFF, a.stateAsString()))
            .forEach(
                a ->
                    attached
                        .computeIfAbsent(a.vpcId(), v -> new ArrayList<>())
                        .add(gateway.internetGatewayId()));
      }
      var missing = new TreeSet<>(declared(vpcs));
      missing.removeAll(existing);
      Observations.listed(missing, ids -> describe("internet-gateway-id", ids))
          .forEach(g -> existing.add(g.internetGatewayId()));
      return new Found(attached, existing, null);
    } catch (DeniedFailure e) {
      return new Found(Map.of(), List.of(), Failures.explain(e));
    }
  }

  private static List<String> declared(Collection<Resource> vpcs) {
    return vpcs.stream()
        .flatMap(
            v ->
                v.properties().get(GATEWAYS) instanceof Property.Members m
                    ? m.items().stream().map(Item::key)
                    : Stream.<String>empty())
        .toList();
  }

  private List<InternetGateway> describe(String filter, List<String> values) {
    return clients.ec2(
        ec2 ->
            ec2
                .describeInternetGatewaysPaginator(
                    r ->
                        r.filters(Observations.filter(filter, values))
                            .maxResults(Observations.PAGE))
                .internetGateways()
                .stream()
                .toList());
  }
}
