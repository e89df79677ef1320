"""Faults that are planted in templates of other people, by no code of Driftmend's.

A plant changes the tree of a template in place and returns None, or says why it planted nothing: an empty text if there is nothing to break,
else why nobody could tell by the template alone that clients would see it. Such are, and are counted by themselves:

- what hangs on a parameter without a value altogether: the load balancer, or the services that register;
- a load balancer without a listener that is handed to others, who may make one, where nothing of the template is lost by it;
- a listener on another port where the load balancer's groups let that in, or are not known: it is as good as the first one;
- another port of targets whose groups let that in, or are not known, and whose user data starts no server of a known port;
- a container's port of a task definition that is not of the template, or whose ports are parameters;
- a target group without targets that is handed to others, or where what serves is not of the template: others may register it; the same of
  what runs on a cluster whose load balancer is handed to others, and of what is deployed from outside, by CodeDeploy say.
"""

import re

from driftmend_score.templates import ELB, among, drop, handed_out, hang_on_parameters, keeps_shut, named, number, of_type, rules

NOBODYS = 8099
NOTHING = ""
GROUP = "AWS::EC2::SecurityGroup"
FLEET = "AWS::AutoScaling::AutoScalingGroup"
SERVICE = "AWS::ECS::Service"
INSTANCE = "AWS::EC2::Instance"
_GROUPS = ("SecurityGroups", "SecurityGroupIds")
_SERVER = re.compile(r"(?:systemctl|service)\s[^\n]*\b(?:httpd|nginx|apache2)\b|-m\s+http\.server\s+\d+|flask\s+run\s[^\n]*--port[ =]\d+")


def _machines(tree, group):
    """What a target group's instances are launched from: [(groups, user data)]; None stands for one that is not of the template."""
    launches = of_type(tree, "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration")
    found = []
    for fleet in of_type(tree, FLEET).values():
        if group in named(fleet.get("TargetGroupARNs")):
            source = [fleet.get(key) for key in ("LaunchTemplate", "LaunchConfigurationName", "MixedInstancesPolicy")]
            found += [launches[name].get("LaunchTemplateData", launches[name]) for name in named(source) & set(launches)] or [None]
    for target in of_type(tree, ELB + "TargetGroup")[group].get("Targets") or []:
        instances = of_type(tree, INSTANCE)
        found += [instances[name] for name in named(target) & set(instances)] or [None]
    return [each and (_groups(each), str(each.get("UserData"))) for each in found]


def _groups(launch):
    """The property that names the groups of an instance; None if it names none or they are an interface's of its own."""
    interfaces = launch.get("NetworkInterfaces")
    layer = interfaces[0] if isinstance(interfaces, list) and interfaces and isinstance(interfaces[0], dict) else launch
    return next((layer[key] for key in (*_GROUPS, "GroupSet", "Groups") if key in layer), None)


def _of_services(tree):
    return [service for service in of_type(tree, SERVICE).values() if isinstance(service.get("LoadBalancers"), list)]


def _fed(tree):
    """Target groups in which something of the template registers, or that have targets."""
    everybody = set(of_type(tree, ELB + "TargetGroup"))
    by_services = named([service["LoadBalancers"] for service in _of_services(tree)])
    by_fleets = named([fleet.get("TargetGroupARNs") for fleet in of_type(tree, FLEET).values()])
    return {name for name in everybody if name in by_services | by_fleets or of_type(tree, ELB + "TargetGroup")[name].get("Targets")}


def _balancers(tree):
    return of_type(tree, ELB + "LoadBalancer")


def _balancers_groups(tree):
    return among(tree, [each.get("SecurityGroups") for each in _balancers(tree).values()], GROUP)


def _targets_groups(tree):
    """Of what registers in target groups, and not of load balancers too."""
    found = among(tree, [service.get("NetworkConfiguration") for service in _of_services(tree)], GROUP)
    for group in _fed(tree):
        for machine in _machines(tree, group):
            found |= among(tree, machine and machine[0], GROUP)
    return found - _balancers_groups(tree)


def plant(tree, change):
    """Changes the tree; returns as a plant does."""
    services = [name for name, service in of_type(tree, SERVICE).items() if service.get("LoadBalancers")]
    hanging = hang_on_parameters(tree, _balancers(tree)) or hang_on_parameters(tree, services)
    reason = change(tree)
    return "what is broken may not be there: that hangs on a parameter" if reason is None and hanging else reason


def no_listener(tree):
    """Every listener away."""
    listeners = of_type(tree, ELB + "Listener")
    served = {name for name in _balancers(tree) if name in named([each.get("LoadBalancerArn") for each in listeners.values()])}
    if not served:
        return NOTHING
    lost = any(not _shared(tree, group) for group in _fed(tree))
    decided = lost or any(not handed_out(tree, name) for name in served)
    drop(tree, [*listeners, *of_type(tree, ELB + "ListenerRule")])
    return None if decided else "the load balancer is handed to others, who may make a listener"


def _shared(tree, group):
    return group in named(tree.get("Outputs") or {}, by_name=False) or any(
        group in named(stack) for stack in of_type(tree, "AWS::CloudFormation::Stack").values())


def other_listener_port(tree):
    """Each listener of a load balancer on a port that its groups keep shut."""
    shut = {name for name, each in _balancers(tree).items() if keeps_shut(tree, each.get("SecurityGroups"), NOBODYS)}
    listeners = [each for each in of_type(tree, ELB + "Listener").values() if named(each.get("LoadBalancerArn")) & set(_balancers(tree))]
    planted = [each for each in listeners if named(each.get("LoadBalancerArn")) & shut]
    for place, listener in enumerate(planted):
        listener["Port"] = NOBODYS + place
    return None if planted else listeners and "the load balancer's groups let the port in, or are not known" or NOTHING


def other_container_port(tree):
    """A service that registers a port which its container does not map."""
    definitions, planted, seen = of_type(tree, "AWS::ECS::TaskDefinition"), False, False
    for service in _of_services(tree):
        for balancer in service["LoadBalancers"]:
            if isinstance(balancer, dict) and "ContainerPort" in balancer:
                seen = True
                task = named(service.get("TaskDefinition")) & set(definitions)
                containers = definitions[task.pop()].get("ContainerDefinitions") if task else None
                if _ports_known(tree, containers):
                    balancer["ContainerPort"], planted = NOBODYS, True
    return None if planted else seen and "the container's ports are not known" or NOTHING


def _ports_known(tree, containers):
    mappings = [mapping for each in containers or [] if isinstance(each, dict) for mapping in each.get("PortMappings") or [None]]
    return bool(mappings) and all(isinstance(each, dict) and number(tree, each.get("ContainerPort")) for each in mappings if each)


def other_target_port(tree):
    """A target group that asks its instances on a port which their groups keep shut or their only server does not have."""
    by_services = named([service["LoadBalancers"] for service in _of_services(tree)])
    planted, seen = False, False
    for name in sorted(_fed(tree) - by_services):
        group = of_type(tree, ELB + "TargetGroup")[name]
        if group.get("TargetType") == "lambda":
            continue
        seen, machines = True, _machines(tree, name)
        if machines and all(each and (keeps_shut(tree, each[0], NOBODYS) or len(_SERVER.findall(each[1])) == 1) for each in machines):
            group["Port"], planted = NOBODYS, True
            for target in group.get("Targets") or []:
                if isinstance(target, dict) and "Port" in target:
                    target["Port"] = NOBODYS
    return None if planted else seen and "nothing tells on which port the targets listen" or NOTHING


def other_port_in_group(tree):
    """The targets' group opens another port instead."""
    planted = False
    for rule in [rule for group in _targets_groups(tree) for rule in rules(tree, group)]:
        if isinstance(rule, dict) and str(rule.get("IpProtocol")) in ("tcp", "6") and "FromPort" in rule and str(rule["FromPort"]) != "22":
            rule["FromPort"] = rule["ToPort"] = NOBODYS
            planted = True
    return None if planted else NOTHING


def _shut(tree, groups):
    planted = False
    for group in groups:
        planted |= bool(of_type(tree, GROUP)[group].pop("SecurityGroupIngress", None))
    beside = [name for name, rule in of_type(tree, "AWS::EC2::SecurityGroupIngress").items()
              if named([rule.get("GroupId"), rule.get("GroupName")]) & groups]
    drop(tree, beside)
    return planted or bool(beside)


def no_ingress(tree):
    """The load balancer's groups let nobody in."""
    whole = [each for each in _balancers(tree).values() if each.get("SecurityGroups")]
    sure = {group for each in whole if named(each["SecurityGroups"]) <= set(of_type(tree, GROUP)) for group in named(each["SecurityGroups"])}
    unsure = _balancers_groups(tree) - sure
    if any(handed_out_for_rules(tree, group) for group in sure):
        return "the load balancer's group is handed to others, who may open it"
    return None if _shut(tree, sure) else unsure and "not all groups of the load balancer are of the template" or NOTHING


def handed_out_for_rules(tree, group):
    """Whether nothing of the template opens it, and an output gives it to others."""
    return not rules(tree, group) and group in named(tree.get("Outputs") or {}, by_name=False)


def no_ingress_of_targets(tree):
    """The targets' groups let nobody in."""
    return None if _shut(tree, _targets_groups(tree)) else NOTHING


def _doors(tree):
    """Subnets of the template in which load balancers face the internet."""
    facing = [each for each in _balancers(tree).values() if each.get("Scheme", "internet-facing") == "internet-facing"]
    return among(tree, [each.get("Subnets") or each.get("SubnetMappings") for each in facing], "AWS::EC2::Subnet")


def no_route(tree):
    """No route to an internet gateway."""
    gateways = set(of_type(tree, "AWS::EC2::InternetGateway"))
    routes = [name for name, route in of_type(tree, "AWS::EC2::Route").items() if named(route.get("GatewayId")) & gateways]
    if not routes or not _doors(tree):
        return NOTHING
    drop(tree, routes)
    return None


def no_association(tree):
    """The load balancer's subnets use the main route table, which has no way out."""
    doors = _doors(tree)
    away = [name for name, each in of_type(tree, "AWS::EC2::SubnetRouteTableAssociation").items() if named(each.get("SubnetId")) & doors]
    drop(tree, away)
    return None if away else NOTHING


def no_target(tree):
    """Nothing registers in any target group."""
    fed = _fed(tree)
    if not fed:
        return NOTHING
    serving = [name for name in fed if _of_services(tree) or None not in _machines(tree, name)]
    clustered = [name for name in fed if not _of_services(tree) and of_type(tree, "AWS::ECS::Cluster")]
    outside = of_type(tree, "AWS::CodeDeploy::DeploymentGroup") or any(
        (each.get("DeploymentController") or {}).get("Type", "ECS") != "ECS" for each in of_type(tree, SERVICE).values())
    for name in fed:
        of_type(tree, ELB + "TargetGroup")[name].pop("Targets", None)
    for each in [*of_type(tree, FLEET).values(), *of_type(tree, SERVICE).values()]:
        each.pop("TargetGroupARNs", None)
        each.pop("LoadBalancers", None)
    if outside:
        return "deployments from outside register targets"
    if all(handed_out(tree, name) for name in fed):
        return "the target group is handed to others, who may register"
    if not serving or clustered:
        return "what serves is not of the template"
    shared = [name for name in [*_balancers(tree), *of_type(tree, ELB + "Listener")] if handed_out(tree, name)]
    return "its load balancer is handed to others, and it may be their placeholder" if shared and not _targets_known(tree) else None


def _targets_known(tree):
    """Whether a group of the template is named by what serves."""
    launched = of_type(tree, INSTANCE, "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration")
    return bool(among(tree, [service.get("NetworkConfiguration") for service in of_type(tree, SERVICE).values()], GROUP)
                or among(tree, list(launched.values()), GROUP))


# In the order of the table: (kind, what is planted of it, how).
PLANTS = (
    ("wrong port", "the listener's", other_listener_port),
    ("wrong port", "the container's", other_container_port),
    ("wrong port", "the target group's", other_target_port),
    ("wrong port", "in the targets' group", other_port_in_group),
    ("no listener", "none at all", no_listener),
    ("no ingress", "into the load balancer", no_ingress),
    ("no ingress", "into the targets", no_ingress_of_targets),
    ("no route", "to the internet", no_route),
    ("no route", "no table of its own", no_association),
    ("no target", "none registered", no_target),
)
