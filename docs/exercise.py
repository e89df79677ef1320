"""The generated parts of from-the-exercise.md: where template.yaml answers what was wrong, by line numbers that are looked up."""

import re
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
STAGES = ["broken", "broken-default-group", "port-opened", "solution-as-built", "fixed"]

# What was wrong, how the diagnosis calls it, where the template answers it, and why so.
FAULTS = [
    ("The application has no `/health`", "health-check", ["WebTargetGroup.HealthCheckPath", "WebTargetGroup.Matcher", '@app.get("/health")'],
     "The load balancer believes what it is answered on the health path. With every target unhealthy it fails open, so nobody noticed that it knew nothing: the day on "
     "which one of two targets is really down, it goes on sending there."),
    ("The group lets in 80, the application listens on 5000", "instance-group", ["WebIngressFromLoadBalancer", "LoadBalancerSecurityGroup.SecurityGroupEgress", "WebTargetGroup.Port"],
     "What the instance must let in is the port of the target group, not the port of the listener. One parameter, `AppPort`, is written in all three places."),
    ("Nothing puts the application onto the instance", "deployment", ["WebInstance.UserData", "WebInstance.CreationPolicy"],
     "The user data writes the files, installs packages pinned by their hashes and starts a unit that systemd keeps alive; the stack is complete only once `/health` answers."),
    ("Load balancer and instance share one group", "shared-group", ["LoadBalancerSecurityGroup", "WebSecurityGroup"],
     "In a shared group each of the two is open on the port of the other: 5000 on the load balancer, 80 on the instance."),
    ("The instance stands in a public subnet", "public-subnet", ["WebInstance.SubnetId", "PrivateSubnetA", "PrivateRouteTable"],
     "Clients need the load balancer. With no route from the internet to the instance, a group that is opened by mistake opens nothing."),
    ("Ids and values are hard-coded", "hard-coded", ["Parameters", "WebInstance.ImageId", "PublicSubnetA.AvailabilityZone"],
     "Ids of one account fit nowhere else, and hide the routes and ACLs behind them from everybody who reads the template. The image is a pinned version of AWS's public "
     "parameter: reproducible, and of any region."),
]
ENHANCEMENTS = [
    ("A VPC with public and private subnets", ["Vpc", "PublicSubnetA", "PublicSubnetB", "PrivateSubnetA", "PrivateSubnetB", "PublicRouteTable", "PrivateRouteTable"],
     "What must be reached from outside stands apart from what must not; two zones of each, because a load balancer wants two."),
    ("Separate groups", ["LoadBalancerSecurityGroup", "WebSecurityGroup", "WebIngressFromLoadBalancer"],
     "Clients to the load balancer on 80 (443 with a certificate), the load balancer to the instance on the port of the application, and nothing else. The rule names the group as its "
     "source: as it was built, its text said so and its source was 0.0.0.0/0."),
    ("A private instance", ["WebInstance.SubnetId", "PrivateSubnetA.MapPublicIpOnLaunch"],
     "No public address, and no way in but through the load balancer; Session Manager takes the place of SSH."),
    ("A public load balancer", ["LoadBalancer.Scheme", "LoadBalancer.Subnets", "InternetGatewayAttachment", "PublicDefaultRoute"],
     "Internet-facing alone does not do: its subnets need a route to an attached internet gateway."),
    ("A NAT gateway for the private subnets", ["NatAddress", "NatGateway", "PrivateDefaultRoute"],
     "The instance fetches its packages through it, and nobody comes in that way."),
    ("The instance waits for the NAT gateway", ["WebInstance.DependsOn", "NatGateway.DependsOn"],
     "It waits for the route, which waits for the gateway: a gateway without the route would be of no use yet. As it was built it named a setting of the module, which orders nothing."),
    ("Parameters and order", ["Parameters", "Rules", "Conditions"],
     "Each value that one may want otherwise has a name, a default, a pattern and a sentence; what does not go together is refused before anything is made."),
    ("Outputs", ["Outputs.Endpoint", "Outputs.LoadBalancerDnsName", "Outputs.InstancePrivateIp"],
     "What one needs to ask and to look: the address of the site, and the private address of the instance."),
]


def faults(table) -> str:
    rows = [[str(number), what, f"`{hop}`", _places(places), why] for number, (what, hop, places, why) in enumerate(FAULTS, 1)]
    return table(["", "fault", "reported as", "lines of `template.yaml`", "why so"], rows)


def enhancements(table) -> str:
    rows = [[str(number), what, _places(places), why] for number, (what, places, why) in enumerate(ENHANCEMENTS, 1)]
    return table(["", "enhancement", "lines of `template.yaml`", "why"], rows)


def stages(table) -> str:
    """What is written down for each stage, and held by the tests."""
    rows = []
    for name in STAGES:
        expected = yaml.safe_load((ROOT / "workload" / "exercise" / name / "expected.yaml").read_text())
        seen, declared, deployed = expected["deployed"]["seen"], expected["declared"], expected["deployed"]
        rows.append([f"`{name}`", "the answer" if seen == "none" else seen, deployed["verdict"], _hops(declared), _hops(deployed), ", ".join(declared["advice"])])
    return table(["stage", "a client sees", "verdict", "broken by the template", "broken as deployed", "advice"], rows)


def _hops(diagnosed: dict) -> str:
    first = diagnosed["explainedBy"]
    return ", ".join(f"**`{hop}`**" if hop == first else f"`{hop}`" for hop in diagnosed["broken"]) or "nothing"


def _places(places: list[str]) -> str:
    return ", ".join(f"{'the route `/health`' if place.startswith('@') else f'`{place}`'} {_range(*lines(place))}" for place in places)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


@cache
def _source() -> tuple[str, ...]:
    return tuple((ROOT / "template.yaml").read_text().splitlines())


def lines(place: str) -> tuple[int, int]:
    """The first and the last line of a section, a resource or an output, one of its attributes or properties, or a line of code. LookupError if it is not there."""
    if place.startswith("@"):
        found = [number for number, line in enumerate(_source(), 1) if line.strip() == place]
        if len(found) != 1:
            raise LookupError(f"template.yaml has {len(found)} lines that say {place}")
        return found[0], found[0] + 2
    names = place.split(".")
    if names[0] in _sections():
        first, last = _block(names.pop(0), *_whole())
    else:
        first, last = _block("Resources", *_whole())
    for name in names:
        first, last = _block(name, first, last)
    return first, last


def _whole() -> tuple[int, int]:
    return 0, len(_source())


def _sections() -> set[str]:
    return {found[1] for line in _source() if (found := re.match(r"([A-Z]\w+):", line))}


def _block(name: str, first: int, last: int) -> tuple[int, int]:
    """The lines of the outermost key of that name below line `first`, without the blank lines and comments that lead to the next."""
    found = [(len(line) - len(line.lstrip()), number) for number, line in enumerate(_source()[first:last], first + 1) if re.match(rf" *{re.escape(name)}:", line)]
    if not found:
        raise LookupError(f"template.yaml has no {name} between lines {first} and {last}")
    indent, start = min(found)
    end = start
    for number, line in enumerate(_source()[start:last], start + 1):
        if line.strip() and len(line) - len(line.lstrip()) <= indent and not line.strip().startswith("#"):
            break
        if line.strip() and (len(line) - len(line.lstrip()) > indent):
            end = number
    return start, end
