package dev.driftmend.kind.instance;

import dev.driftmend.kind.Kind.Impact;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a template says of how an instance may be used: its metadata service, whose role it has, and
 * whether it passes on what is not for it.
 */
final class InstanceOptions {
  private static final String METADATA = "MetadataOptions";

  /** The property of each metadata option, by the name that the call gives it. */
  static final Map<String, String> ARGUMENTS =
      Map.of(
          "httpTokens", Instance.HTTP_TOKENS,
          "httpEndpoint", Instance.HTTP_ENDPOINT,
          "httpPutResponseHopLimit", Instance.HOP_LIMIT,
          "httpProtocolIpv6", Instance.HTTP_IPV6,
          "instanceMetadataTags", Instance.METADATA_TAGS);

  private InstanceOptions() {}

  static Map<String, Property> of(Declared self, DeclaredStack stack) {
    var options = new LinkedHashMap<String, Property>();
    sourceDestCheck(self, stack).ifPresent(p -> options.put(Instance.SOURCE_DEST_CHECK, p));
    switch (self.property(METADATA).orElse(null)) {
      case Value.Fields declared ->
          ARGUMENTS.values().stream()
              .sorted()
              .forEach(
                  name ->
                      declared
                          .get(name.substring(METADATA.length() + 1))
                          .ifPresent(v -> options.put(name, NormalForms.scalar(v))));
      case Value.Unknown u -> options.put(METADATA, new Property.Unknown(u.why()));
      case Value.Scalar _, Value.Items _ ->
          options.put(METADATA, new Property.Unknown("an object is expected"));
      case null -> {}
    }
    NormalForms.scalars(
        options, self.properties(), List.of(Instance.PROFILE, Instance.INSTANCE_TYPE));
    return options;
  }

  /**
   * What is not said is EC2's own default, unless something else may say it: the interface that is
   * attached, or whoever made it forward what a route of the stack leads to it.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html#cfn-ec2-instance-sourcedestcheck">SourceDestCheck</a>
   */
  private static Optional<Property> sourceDestCheck(Declared self, DeclaredStack stack) {
    var declared = self.property(Instance.SOURCE_DEST_CHECK);
    if (declared.isPresent()) {
      return declared.map(NormalForms::scalar).map(NormalForms::lowerCaseIfBoolean);
    }
    if (self.property("LaunchTemplate").isPresent() || bringsItsInterface(self)) {
      return Optional.empty();
    }
    return Optional.of(
        stack
            .ofType("AWS::EC2::Route")
            .filter(r -> mayLeadTo(r, self))
            .findFirst()
            .<Property>map(
                r ->
                    new Property.Unknown(
                        r.ref().logicalId() + " leads to it, so that it may have to pass it on"))
            .orElseGet(() -> new Property.Scalar("true")));
  }

  private static boolean bringsItsInterface(Declared self) {
    return NormalForms.list(self, Instance.NETWORK_INTERFACES).stream()
        .anyMatch(i -> !(i instanceof Value.Fields f) || f.get("NetworkInterfaceId").isPresent());
  }

  private static boolean mayLeadTo(Declared route, Declared self) {
    return switch (route.property("InstanceId").orElse(null)) {
      case Value.Scalar id -> id.text().equals(self.ref().physicalId());
      case Value.Unknown _ -> true;
      case Value.Items _, Value.Fields _ -> false;
      case null -> false;
    };
  }

  static Impact impact(Drift.Changed changed) {
    var live = changed.live();
    return switch (changed.property()) {
      case Instance.SOURCE_DEST_CHECK ->
          live.equals("true")
              ? new Impact(Exposure.OUTAGE, "it drops what it should pass on")
              : new Impact(Exposure.LATENT, "it can pass on what is not for it");
      case Instance.HTTP_TOKENS ->
          live.equals("optional")
              ? new Impact(Exposure.LATENT, "a forged request gets at its credentials")
              : new Impact(
                  Exposure.DEGRADED, "software without session tokens gets no credentials");
      case Instance.HTTP_ENDPOINT, Instance.HTTP_IPV6 ->
          live.equals("enabled")
              ? new Impact(Exposure.LATENT, "its metadata can be asked for there")
              : new Impact(Exposure.DEGRADED, "nothing gets metadata or credentials there");
      case Instance.HOP_LIMIT ->
          hops(live) > hops(changed.desired())
              ? new Impact(Exposure.LATENT, "its credentials can be read from further away")
              : new Impact(Exposure.DEGRADED, "its containers may get no credentials");
      case Instance.PROFILE ->
          live.isEmpty()
              ? new Impact(Exposure.DEGRADED, "nothing on it gets credentials")
              : new Impact(Exposure.LATENT, "it has the permissions of another role");
      case Instance.INSTANCE_TYPE -> new Impact(Exposure.DEGRADED, "it has another size");
      default -> new Impact(Exposure.NONE, "its tags are metadata or not");
    };
  }

  private static int hops(String text) {
    return text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
  }
}
