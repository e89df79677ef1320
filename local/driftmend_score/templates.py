"""Templates of CloudFormation as plain trees, read without any code of Driftmend's: functions in their long form, and who names whom."""

import re

import yaml

ELB = "AWS::ElasticLoadBalancingV2::"
# They get at a load balancer by its name, or watch it; none of them makes a listener or registers a target.
ONLOOKERS = frozenset({
    ELB + "Listener", ELB + "ListenerRule", ELB + "ListenerCertificate", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard",
    "AWS::AutoScaling::ScalingPolicy", "AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup",
    "AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation", "AWS::CloudFront::Distribution", "AWS::EC2::VPCEndpointService",
    "AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::Integration", "AWS::GlobalAccelerator::EndpointGroup", "AWS::VpcLattice::TargetGroup",
    "AWS::Shield::Protection", "AWS::ECS::TaskDefinition", "AWS::Lambda::Permission"})
_NAMES = frozenset({"DNSName", "CanonicalHostedZoneID", "LoadBalancerFullName", "LoadBalancerName", "TargetGroupFullName", "TargetGroupName"})


class _Loader(yaml.SafeLoader):
    """Knows the tags of CloudFormation."""


def _function(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix: value}


_Loader.add_multi_constructor("!", _function)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def read(text):
    """The tree of a template; None if it is none that could be planted in."""
    try:
        tree = yaml.load(text, _Loader)
    except yaml.YAMLError:
        return None
    return tree if isinstance(tree, dict) and isinstance(tree.get("Resources"), dict) else None


def of_type(tree, *types):
    """{logical id: properties}; a change of the properties is one of the template."""
    found = {name: each for name, each in tree["Resources"].items() if isinstance(each, dict) and each.get("Type") in types}
    return {name: each.setdefault("Properties", {}) for name, each in found.items() if isinstance(each.get("Properties", {}), dict)}


def named(value, by_name=True):
    """Logical ids and parameters that a value names; without `by_name` only those that it hands on whole, not what they are called."""
    if isinstance(value, list):
        return set().union(*(named(each, by_name) for each in value))
    if not isinstance(value, dict):
        return set()
    found = set()
    for key, each in value.items():
        if key == "Ref" and isinstance(each, str):
            found.add(each)
        elif key == "Fn::GetAtt":
            parts = each.split(".", 1) if isinstance(each, str) else each
            if isinstance(parts[0], str) and (by_name or str(parts[-1]) not in _NAMES):
                found.add(parts[0])
        elif key == "Fn::Sub":
            text = each if isinstance(each, str) else each[0]
            for name, attribute in re.findall(r"\$\{(\w+)(?:\.(\w+))?\}", text):
                if by_name or attribute not in _NAMES:
                    found.add(name)
            found |= named(each, by_name)
        else:
            found |= named(each, by_name)
    return found


def among(tree, value, type_):
    """Resources of a type that a value names."""
    return named(value) & set(of_type(tree, type_))


def handed_out(tree, name):
    """Whether an output, or a resource that may do what nobody can tell, is given this resource."""
    if name in named(tree.get("Outputs") or {}, by_name=False):
        return True
    return any(other != name and each.get("Type") not in ONLOOKERS and name in named(each.get("Properties"), by_name=False)
               for other, each in tree["Resources"].items() if isinstance(each, dict))


def open_conditions(tree):
    """Conditions that hang on a parameter without a value, by themselves or by others."""
    valueless = {name for name, each in (tree.get("Parameters") or {}).items() if isinstance(each, dict) and "Default" not in each}
    conditions, found = tree.get("Conditions") or {}, set()
    while True:
        more = {name for name, each in conditions.items() if named(each) & valueless or _conditions(each) & found} - found
        if not more:
            return found
        found |= more


def _conditions(value):
    if isinstance(value, list):
        return set().union(*(_conditions(each) for each in value))
    if not isinstance(value, dict):
        return set()
    own = {value["Condition"]} if isinstance(value.get("Condition"), str) else set()
    return own.union(*(_conditions(each) for each in value.values()))


def hang_on_parameters(tree, names):
    """Whether each of these resources may be there or not."""
    conditions = open_conditions(tree)
    return bool(names) and all(tree["Resources"][name].get("Condition") in conditions for name in names)


def drop(tree, names):
    """Takes resources away, and the outputs and the order that name them."""
    names = set(names)
    for name in names:
        tree["Resources"].pop(name, None)
    for each in tree["Resources"].values():
        depends = each.get("DependsOn") if isinstance(each, dict) else None
        if isinstance(depends, list):
            each["DependsOn"] = [name for name in depends if name not in names]
        elif depends in names:
            del each["DependsOn"]
    for key, output in list((tree.get("Outputs") or {}).items()):
        if named(output) & names:
            del tree["Outputs"][key]


def number(tree, value):
    """A port as it is written or by the default of its parameter; None if it is not known."""
    if isinstance(value, dict) and isinstance(value.get("Ref"), str):
        parameter = (tree.get("Parameters") or {}).get(value["Ref"])
        value = parameter.get("Default") if isinstance(parameter, dict) else None
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else None


def rules(tree, group):
    """The ingress rules of a group, its own and those that are resources of their own."""
    own = of_type(tree, "AWS::EC2::SecurityGroup")[group].get("SecurityGroupIngress") or []
    beside = [rule for rule in of_type(tree, "AWS::EC2::SecurityGroupIngress").values() if group in named([rule.get("GroupId"), rule.get("GroupName")])]
    return (own if isinstance(own, list) else [own]) + beside


def keeps_shut(tree, groups, port):
    """Whether groups (a property that names them) surely let nobody in on a port."""
    known = among(tree, groups, "AWS::EC2::SecurityGroup")
    if not known or known != named(groups) or not isinstance(groups, list) or len(groups) != len(known):
        return False
    return not any(_covers(tree, rule, port) for group in known for rule in rules(tree, group))


def _covers(tree, rule, port):
    """Also where it is not known."""
    if not isinstance(rule, dict) or not isinstance(rule.get("IpProtocol"), int | str):
        return True
    if str(rule["IpProtocol"]).lower() not in ("tcp", "6"):
        return str(rule["IpProtocol"]) == "-1"
    lowest, highest = number(tree, rule.get("FromPort")), number(tree, rule.get("ToPort"))
    return lowest is None or highest is None or lowest <= port <= highest
