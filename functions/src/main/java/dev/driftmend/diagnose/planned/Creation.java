package dev.driftmend.diagnose.planned;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.check.Found;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.path.SubnetZones;
import dev.driftmend.diagnose.scene.Services;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.Value;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of a template the services would refuse to make. */
public final class Creation {
  private static final Set<String> SECURE = Set.of("HTTPS", "TLS");

  private static final String NOT_MADE = " cannot be created: ";

  private final Path path;

  public Creation(Path path) {
    this.path = path;
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#load-balancer-subnets">Subnets
   *     of two zones at least</a>
   */
  public void balancer(Found found, String id) {
    var name = path.name(id);
    if (id.contains(":loadbalancer/app/")
        && Read.openBecause(path.balancerState(), LoadBalancer.SUBNETS) == null
        && new SubnetZones(path).isOne()) {
      if (path.doors().stream().anyMatch(path.scene().given()::contains)) {
        found.unclear(
            name + " needs subnets of two zones at least, and parameters give it those of one");
        return;
      }
      found.fault(
          Fault.whole(
              name + " cannot be created: it needs subnets of two zones at least",
              Symptom.NO_NAME,
              "give " + name + " a subnet of another zone as well",
              path.about(id, LoadBalancer.SUBNETS)));
    }
    var vpcs = new LinkedHashSet<String>();
    path.doors().forEach(d -> add(vpcs, vpc(d)));
    if (vpcs.size() > 1) {
      found.fault(
          Fault.whole(
              name + " cannot be created: its subnets are of several VPCs, " + names(vpcs),
              Symptom.NO_NAME,
              "give " + name + " subnets of one VPC",
              path.about(id, LoadBalancer.SUBNETS)));
    } else if (vpcs.size() == 1 && path.balancerGroups() != null) {
      groups(found, name + NOT_MADE, vpcs.getFirst(), path.balancerGroups(), Symptom.NO_NAME);
    }
  }

  private void groups(Found found, String what, String vpc, Set<String> groups, Symptom symptom) {
    for (var group : groups) {
      var declared = path.declared(group).orElse(null);
      if (declared == null) {
        continue;
      }
      var its = declared.property("VpcId").orElse(null);
      var other = its instanceof Value.Scalar s ? s.text() : its == null ? "" : vpc;
      if (!other.equals(vpc)) {
        found.fault(
            Fault.whole(
                what
                    + path.name(group)
                    + (other.isEmpty()
                        ? " names no VPC and so is one of the default VPC"
                        : " is of another VPC, " + path.name(other))
                    + ", not of "
                    + path.name(vpc),
                symptom,
                "give " + path.name(group) + " the VpcId of " + path.name(vpc),
                path.about(group, "VpcId")));
      }
    }
  }

  /** The VPC of a subnet of the template; null if that is not known. */
  private @Nullable String vpc(String subnet) {
    return path.declared(subnet).map(d -> Read.text(d, "VpcId")).orElse(null);
  }

  private static void add(Set<String> all, @Nullable String one) {
    if (one != null) {
      all.add(one);
    }
  }

  private String names(Set<String> ids) {
    return String.join(" and ", ids.stream().map(path::name).toList());
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html">An
   *     HTTPS listener needs a certificate</a>
   */
  public void listener(Found found, String id) {
    var declared = path.declared(id).orElse(null);
    if (declared == null) {
      return;
    }
    var protocol = Read.text(declared, "Protocol");
    if (protocol != null
        && SECURE.contains(protocol)
        && Read.list(declared, "Certificates").isEmpty()
        && declared.property(Value.Fields.REST).isEmpty()) {
      found.fault(
          Fault.whole(
              path.name(id) + " cannot be created: " + protocol + " needs a certificate",
              Symptom.REFUSED,
              "give " + path.name(id) + " a certificate of its region (Certificates)",
              path.about(id, "Certificates")));
    }
  }

  /** A target group and what is to register in it fit each other. */
  public void group(Found found, String id) {
    var group = path.declared(id).orElse(null);
    if (group == null) {
      return;
    }
    var type = group.property("TargetType").orElse(new Value.Scalar("instance"));
    if (!(type instanceof Value.Scalar s)) {
      return;
    }
    var services = new Services(path.scene().declared());
    services.parts(id).forEach(part -> service(found, group, s.text(), part));
    path.targets().stream()
        .filter(t -> t.group().equals(id))
        .forEach(t -> target(found, group, s.text(), t));
  }

  /** What services register in target groups that are not of the template. */
  public void ofOthers(Found found) {
    new Services(path.scene().declared()).partsOfOthers().forEach(part -> container(found, part));
  }

  /**
   * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html">Target type
   *     ip for the awsvpc network mode</a>
   */
  private void service(Found found, Declared group, String type, Services.Part part) {
    var name = path.name(part.service().ref().physicalId());
    var target = path.name(group.ref().physicalId());
    if (part.network() != null && type.equals("instance") == part.network().equals("awsvpc")) {
      var right = part.network().equals("awsvpc") ? "ip" : "instance";
      found.fault(
          Fault.whole(
              name
                  + " cannot be created: its tasks use the network mode "
                  + part.network()
                  + ", and "
                  + target
                  + " registers targets of the type "
                  + type,
              Symptom.UNAVAILABLE,
              "give " + target + " the TargetType " + right,
              path.about(group.ref().physicalId(), "TargetType")));
    }
    container(found, part);
  }

  /** The port that is registered is one of the container. */
  private void container(Found found, Services.Part part) {
    var name = path.name(part.service().ref().physicalId());
    var port = part.port();
    var mappings = part.mappings();
    var definition = part.definition();
    if (definition == null) {
      return;
    }
    var task = path.name(definition.ref().physicalId());
    if (part.isLost()) {
      found.fault(
          Fault.whole(
              name + " cannot be created: " + task + " has no container " + part.container(),
              Symptom.UNAVAILABLE,
              "name a container of " + task + " in LoadBalancers of " + name));
    } else if (port != null
        && mappings != null
        && mappings.stream().noneMatch(m -> m.container() == port)) {
      found.fault(
          Fault.whole(
              name
                  + " cannot be created: the container "
                  + part.container()
                  + " of "
                  + task
                  + " maps "
                  + (mappings.isEmpty() ? "no port" : ports(mappings))
                  + ", and "
                  + name
                  + " registers "
                  + port,
              Symptom.UNAVAILABLE,
              "let ContainerPort of "
                  + name
                  + " and the PortMappings of "
                  + task
                  + " be the same"));
    } else if ("awsvpc".equals(part.network()) && mappings != null) {
      mappings.stream()
          .filter(m -> m.host() != null && m.host() != m.container() && m.host() != 0)
          .findFirst()
          .ifPresent(
              m ->
                  found.fault(
                      Fault.whole(
                          task
                              + " cannot be created: in the network mode awsvpc HostPort "
                              + m.host()
                              + " has to be ContainerPort "
                              + m.container(),
                          Symptom.UNAVAILABLE,
                          "leave HostPort out of " + task)));
    }
  }

  private static String ports(List<Services.Mapping> mappings) {
    return String.join(
        ", ", mappings.stream().map(m -> String.valueOf(m.container())).distinct().toList());
  }

  private void target(Found found, Declared group, String type, PathTarget target) {
    var fits =
        switch (type) {
          case "instance" ->
              !target.id().contains(":lambda:")
                  && !target.id().matches("\\d+(\\.\\d+){3}|.*:.*:.*");
          case "ip" ->
              !target.id().startsWith("i-") && (target.backend() == null || !target.isMachine());
          case "lambda" -> !target.id().startsWith("i-");
          default -> true;
        };
    if (!fits) {
      found.fault(
          Fault.whole(
              path.name(target.id())
                  + " cannot be registered: "
                  + path.name(group.ref().physicalId())
                  + " registers targets of the type "
                  + type,
              Symptom.UNAVAILABLE,
              "give "
                  + path.name(group.ref().physicalId())
                  + " the TargetType that its targets have",
              path.about(group.ref().physicalId(), "TargetType")));
    }
    var vpc = target.subnet() == null ? null : vpc(target.subnet());
    if (vpc != null && target.groups() != null) {
      var what =
          path.name(target.id())
              + (target.backend() == null ? NOT_MADE : " cannot start what it registers: ");
      groups(found, what, vpc, target.groups(), Symptom.UNAVAILABLE);
    }
    var its = Read.text(group, "VpcId");
    if (vpc != null && its != null && !its.equals(vpc) && type.equals("instance")) {
      found.fault(
          Fault.whole(
              path.name(target.id())
                  + " cannot be registered: it is of another VPC, "
                  + path.name(vpc)
                  + ", not of "
                  + path.name(its)
                  + " as "
                  + path.name(group.ref().physicalId()),
              Symptom.UNAVAILABLE,
              "give " + path.name(group.ref().physicalId()) + " and its targets the same VPC",
              path.about(group.ref().physicalId(), "VpcId")));
    }
  }
}
