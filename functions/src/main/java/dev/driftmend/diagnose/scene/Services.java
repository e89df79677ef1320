package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ECS services of a template: each registers its tasks in the target groups of its load
 * balancers, on the port of the container.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html">Use
 *     load balancing to distribute Amazon ECS service traffic</a>
 */
public final class Services {
  public static final String TYPE = "AWS::ECS::Service";
  private static final String DEFINITION = "AWS::ECS::TaskDefinition";
  private static final String CLUSTER = "AWS::ECS::Cluster";
  private static final String GROUP = "TargetGroupArn";

  private final DeclaredStack stack;

  public Services(DeclaredStack stack) {
    this.stack = stack;
  }

  Stream<Declared> all() {
    return stack.ofType(TYPE);
  }

  /**
   * One load balancer of a service.
   *
   * @param definition of its tasks; null if it is not of the template
   * @param network of its tasks, as ECS calls it; null if that is not known
   */
  public record Part(
      Declared service, Value balancer, @Nullable Declared definition, @Nullable String network) {
    public @Nullable String container() {
      return Values.text(balancer, "ContainerName");
    }

    /** Null if it is not known. */
    public @Nullable Integer port() {
      return Values.port(Values.text(balancer, "ContainerPort"));
    }

    /** The container by its name; empty if the template does not tell. */
    public Optional<Value> found() {
      var name = container();
      return definition == null || name == null
          ? Optional.empty()
          : Values.list(definition, "ContainerDefinitions").stream()
              .filter(c -> name.equals(Values.text(c, "Name")))
              .findFirst();
    }

    /** Whether the task definition surely has no container of the name. */
    public boolean isLost() {
      return definition != null
          && container() != null
          && found().isEmpty()
          && Values.at(definition, "ContainerDefinitions").isPresent()
          && Values.list(definition, "ContainerDefinitions").stream()
              .allMatch(c -> Values.text(c, "Name") != null);
    }

    /** The ports that its container maps; null if not all of them are known. */
    public @Nullable List<Mapping> mappings() {
      var found = found();
      if (found.isEmpty()) {
        return null;
      }
      var mappings = new ArrayList<Mapping>();
      for (var each : Values.list(found.get(), "PortMappings")) {
        var port = Values.port(Values.text(each, "ContainerPort"));
        if (port == null
            || Values.at(each, "HostPort").filter(Value.Unknown.class::isInstance).isPresent()) {
          return null;
        }
        mappings.add(new Mapping(port, Values.port(Values.text(each, "HostPort"))));
      }
      return mappings;
    }
  }

  /**
   * @param host null if the template gives none
   */
  public record Mapping(int container, @Nullable Integer host) {}

  /** The load balancers of services that name a target group which is not of this template. */
  public List<Part> partsOfOthers() {
    var parts = new ArrayList<Part>();
    all()
        .forEach(
            service ->
                Values.list(service, "LoadBalancers").stream()
                    .filter(b -> Values.at(b, GROUP).isPresent())
                    .filter(
                        b ->
                            Values.resource(
                                    stack,
                                    "AWS::ElasticLoadBalancingV2::TargetGroup",
                                    Values.text(b, GROUP))
                                .isEmpty())
                    .forEach(b -> parts.add(part(service, b))));
    return parts;
  }

  /** The services that name this target group. */
  public List<Part> parts(String targetGroup) {
    var parts = new ArrayList<Part>();
    all()
        .forEach(
            service ->
                Values.list(service, "LoadBalancers").stream()
                    .filter(b -> targetGroup.equals(Values.text(b, GROUP)))
                    .forEach(b -> parts.add(part(service, b))));
    return parts;
  }

  private Part part(Declared service, Value balancer) {
    var definition =
        Values.resource(stack, DEFINITION, Values.text(service, "TaskDefinition")).orElse(null);
    return new Part(service, balancer, definition, network(service, definition));
  }

  /** What has an interface of its own says which subnets it stands in. */
  private static @Nullable String network(Declared service, @Nullable Declared definition) {
    if (Values.at(service, "NetworkConfiguration", "AwsvpcConfiguration")
        .filter(Value.Fields.class::isInstance)
        .isPresent()) {
      return "awsvpc";
    }
    if (definition == null) {
      return null;
    }
    var mode = Values.at(definition, "NetworkMode").orElse(new Value.Scalar("bridge"));
    return mode instanceof Value.Scalar s ? s.text() : null;
  }

  Stream<Backend> of(Declared targetGroup) {
    return parts(targetGroup.ref().physicalId()).stream().map(this::backend);
  }

  private Backend backend(Part part) {
    if ("awsvpc".equals(part.network)) {
      return awsvpc(part);
    }
    var capacity = capacity(part.service);
    var subnets = new LinkedHashSet<String>();
    capacity.forEach(f -> subnets.addAll(Fleets.subnets(f)));
    return new Backend(
        part.service,
        Backend.Kind.TASKS_ON_INSTANCES,
        hostPort(part),
        isDynamic(part),
        capacity.size() == 1 && part.network != null
            ? Launch.ofFleet(capacity.getFirst(), stack).groups()
            : Groups.unknown(
                "the instances of " + part.service.ref().logicalId() + " are not known"),
        capacity.size() == 1 ? List.copyOf(subnets) : List.of(),
        null,
        new Script(true, null),
        idle(part.service));
  }

  private Backend awsvpc(Part part) {
    var service = part.service;
    var groups =
        Values.list(service, "NetworkConfiguration", "AwsvpcConfiguration", "SecurityGroups");
    var open =
        Values.text(service, "NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp");
    return new Backend(
        service,
        Backend.Kind.TASKS,
        part.port(),
        false,
        groups.isEmpty() ? Groups.DEFAULT : Groups.of(groups, stack),
        Fleets.texts(
            Values.list(service, "NetworkConfiguration", "AwsvpcConfiguration", "Subnets")),
        "ENABLED".equals(open),
        new Script(true, null),
        idle(service));
  }

  /** Tasks that Fargate does not run stand on instances of the cluster. */
  private List<Declared> capacity(Declared service) {
    var cluster = Values.resource(stack, CLUSTER, Values.text(service, "Cluster")).orElse(null);
    return Values.at(service, "Cluster").isPresent() && cluster == null
        ? List.of()
        : new Fleets(stack).capacityOf(cluster);
  }

  private static @Nullable Integer hostPort(Part part) {
    var port = part.port();
    if ("host".equals(part.network)) {
      return port;
    }
    var mappings = part.mappings();
    if (port == null || mappings == null) {
      return null;
    }
    return mappings.stream()
        .filter(m -> m.container == port)
        .map(Mapping::host)
        .filter(h -> h != null && h != 0)
        .findFirst()
        .orElse(null);
  }

  private static boolean isDynamic(Part part) {
    var port = part.port();
    var mappings = part.mappings();
    return "bridge".equals(part.network)
        && port != null
        && mappings != null
        && mappings.stream().anyMatch(m -> m.container == port && (m.host == null || m.host == 0));
  }

  private static @Nullable String idle(Declared service) {
    return "0".equals(Values.text(service, "DesiredCount"))
        ? service.ref().logicalId() + " starts without a task: it has to be scaled first"
        : null;
  }

  /** Whether somebody else decides what of it serves where. */
  public static boolean isGuided(Declared service) {
    var type = Values.text(service, "DeploymentController", "Type");
    return type != null && Set.of("EXTERNAL", "CODE_DEPLOY").contains(type);
  }
}
