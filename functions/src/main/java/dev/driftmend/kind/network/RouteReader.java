package dev.driftmend.kind.network;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Parts;
import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the routes that a stack gives to one of its tables. */
public final class RouteReader {
  public static final String TABLE = "RouteTableId";
  private static final String LOCAL = "local";
  static final List<String> DESTINATIONS =
      List.of("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId");
  static final List<String> TARGETS =
      List.of(
          "CarrierGatewayId",
          "CoreNetworkArn",
          "EgressOnlyInternetGatewayId",
          "GatewayId",
          "InstanceId",
          "LocalGatewayId",
          "NatGatewayId",
          "NetworkInterfaceId",
          "OdbNetworkArn",
          "TransitGatewayId",
          "VpcEndpointId",
          "VpcPeeringConnectionId");

  private static final String ANY = "*";
  private static final Map<String, String> FORMS =
      Map.of(
          "DestinationCidrBlock", "*.*",
          "DestinationIpv6CidrBlock", "*:*",
          "DestinationPrefixListId", "pl-*");

  private RouteReader() {}

  /**
   * Puts {@code Routes} into the properties of the table. A route of which only the target is not
   * known is left out as a property of its own, so that the others can be repaired.
   */
  static void read(Map<String, Property> into, Declared self, DeclaredStack stack) {
    var parts = Parts.of(self, stack, RouteTable.ROUTE_TYPE, TABLE);
    var routes = new ArrayList<Item>();
    var tolerated = new HashSet<String>();
    var open = new ArrayList<OpenMember>();
    parts.perhaps().forEach(p -> open.add(OpenMember.one(form(p.part()), p.why())));
    for (var route : parts.own()) {
      var unknown = NormalForms.unknown(route.properties());
      var destination = destination(route);
      var target = text(route, TARGETS);
      if (destination == null) {
        open.add(
            OpenMember.one(
                form(route),
                route.ref().logicalId() + ": " + (unknown == null ? "no destination" : unknown)));
      } else if (target == null) {
        tolerated.add(destination);
        into.put(
            RouteTable.ROUTES + " " + destination,
            new Property.Unknown(unknown == null ? "no target" : unknown));
      } else if (target.equals(LOCAL)) {
        tolerated.add(destination);
      } else {
        routes.add(Item.of(destination, Map.of(RouteTable.TARGET, target)));
      }
    }
    into.put(RouteTable.ROUTES, new Property.Members(routes, tolerated, Map.of(), null, open));
  }

  /** What is known of the destination. */
  private static String form(@Nullable Declared route) {
    var destination = route == null ? null : destination(route);
    if (destination != null || route == null) {
      return destination == null ? ANY : destination;
    }
    var named = DESTINATIONS.stream().filter(p -> route.property(p).isPresent()).toList();
    return named.size() == 1 ? FORMS.getOrDefault(named.getFirst(), ANY) : ANY;
  }

  private static @Nullable String destination(Declared route) {
    var text = text(route, DESTINATIONS);
    if (text == null || text.startsWith("pl-")) {
      return text;
    }
    try {
      return Cidr.parse(text).text();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable String text(Declared route, List<String> oneOf) {
    return oneOf.stream()
        .map(p -> NormalForms.text(route, p))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}
