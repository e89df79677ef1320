"""What Reconcile meets besides groups, targets and listeners: the network, attributes, instances, and what only the policy lets it undo."""

import json

from scenes import Reconciled, empty_group, record

FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "418", "ContentType": "text/plain", "MessageBody": "tea"}}]
EVERYWHERE = "0.0.0.0/0"


class ByPolicy(Reconciled):
    """A drift that is only reported unless the policy has a rule for it."""

    def __init__(self, name, rule, prepare):
        super().__init__(name, prepare)
        self._rule = rule

    def prepare(self, bench):
        forget = policy_with(bench, rules=[{**self._rule, "treatment": "repair"}])
        undo = super().prepare(bench)

        def reverted(bench):
            undo(bench)
            forget()
        return reverted


class Elsewhere(Reconciled):
    """A drift of another guarded stack, which is deployed and adopted first."""

    def __init__(self, name, drift, rules=()):
        super().__init__(name, None)
        self._drift, self._rules = drift, rules

    def prepare(self, bench):
        forget = policy_with(bench, guardedStacks=["elsewhere"], rules=[{**one, "treatment": "repair"} for one in self._rules])
        cloudformation = bench.client("cloudformation")
        cloudformation.create_stack(StackName="elsewhere", TemplateBody=json.dumps(_another(bench)))
        shown = cloudformation.describe_stacks(StackName="elsewhere")["Stacks"][0]
        assert shown["StackStatus"] == "CREATE_COMPLETE"
        self._stack = shown["StackId"]
        self._ids = {one["LogicalResourceId"]: one["PhysicalResourceId"]
                     for one in cloudformation.list_stack_resources(StackName="elsewhere")["StackResourceSummaries"]}
        self.run(bench)
        declared = _seen(bench, self._ids)
        self._drift(bench, self._ids)
        assert _seen(bench, self._ids) != declared, f"{self.__name__} is no drift"

        def reverted(bench):
            self.run(bench)
            assert _seen(bench, self._ids) == declared, f"{self.__name__} is not reverted"
            cloudformation.delete_stack(StackName="elsewhere")
            forget()
        return reverted

    def run(self, bench):
        return bench.tell("ReconcileFunction", {"Records": [record(bench, self._stack)]})


def policy_with(bench, **more):
    """Put more into the policy; what is answered takes it out again."""
    ssm, name = bench.client("ssm"), bench.ids["PolicyParameter"]
    before = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    ssm.put_parameter(Name=name, Value=json.dumps({**json.loads(before), **more}), Overwrite=True)
    return lambda: ssm.put_parameter(Name=name, Value=before, Overwrite=True)


# On the own stack.

def _dns(bench):
    bench.ec2.modify_vpc_attribute(VpcId=bench.ids["Vpc"], EnableDnsHostnames={"Value": False})


def _route_lost(bench):
    bench.ec2.delete_route(RouteTableId=bench.ids["PrivateRouteTable"], DestinationCidrBlock=EVERYWHERE)


def _route_changed(bench):
    bench.ec2.replace_route(RouteTableId=bench.ids["PrivateRouteTable"], DestinationCidrBlock=EVERYWHERE, GatewayId=bench.ids["InternetGateway"])


def _route_extra(bench):
    bench.ec2.create_route(RouteTableId=bench.ids["PrivateRouteTable"], DestinationCidrBlock="198.51.100.0/24", GatewayId=bench.ids["InternetGateway"])


def _maps(bench):
    bench.ec2.modify_subnet_attribute(SubnetId=bench.ids["PrivateSubnetB"], MapPublicIpOnLaunch={"Value": True})


def _table_changed(bench):
    bench.ec2.replace_route_table_association(AssociationId=_association(bench, "PrivateSubnetB"), RouteTableId=bench.ids["PublicRouteTable"])


def _table_lost(bench):
    bench.ec2.disassociate_route_table(AssociationId=_association(bench, "PrivateSubnetB"))


def _association(bench, subnet):
    """As it is now: a repair gives it another id than the template's."""
    table, = bench.ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [bench.ids[subnet]]}])["RouteTables"]
    return next(one["RouteTableAssociationId"] for one in table["Associations"] if one.get("SubnetId") == bench.ids[subnet])


def _default_list(bench):
    acl, = bench.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [bench.ids["Vpc"]]}, {"Name": "default", "Values": ["true"]}])["NetworkAcls"]
    bench.ec2.create_network_acl_entry(NetworkAclId=acl["NetworkAclId"], RuleNumber=90, Egress=False, RuleAction="deny", Protocol="-1", CidrBlock="203.0.113.0/24")


def _attributes(bench):
    bench.elb.modify_load_balancer_attributes(LoadBalancerArn=bench.ids["LoadBalancer"], Attributes=[
        {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "false"}])
    bench.elb.modify_target_group_attributes(TargetGroupArn=bench.ids["WebTargetGroup"], Attributes=[
        {"Key": "deregistration_delay.timeout_seconds", "Value": "99"}])


def _balancer_groups(bench):
    bench.elb.set_security_groups(LoadBalancerArn=bench.ids["LoadBalancer"], SecurityGroups=[bench.ids["WebSecurityGroup"]])


def _balancer_subnets(bench):
    bench.elb.set_subnets(LoadBalancerArn=bench.ids["LoadBalancer"], Subnets=[bench.ids["PublicSubnetA"], bench.ids["PrivateSubnetB"]])


def _extra_listener(bench):
    bench.elb.create_listener(LoadBalancerArn=bench.ids["LoadBalancer"], Protocol="HTTP", Port=8080, DefaultActions=FIXED)


def _extra_rule(bench):
    bench.elb.create_rule(ListenerArn=bench.ids["HttpListener"], Priority=7, Actions=FIXED, Conditions=[{"Field": "path-pattern", "Values": ["/tea"]}])


def _options(bench):
    bench.ec2.modify_instance_metadata_options(InstanceId=bench.ids["WebInstance"], HttpTokens="optional")


def _forwarding(bench):
    bench.ec2.modify_instance_attribute(InstanceId=bench.ids["WebInstance"], SourceDestCheck={"Value": False})


def _stopped(bench):
    bench.ec2.stop_instances(InstanceIds=[bench.ids["WebInstance"]])


# On another one: what the own stack has not.

def _another(bench):
    """A network of its own, and a listener with a rule on the guard's load balancer."""
    def of(kind, **properties):
        return {"Type": f"AWS::{kind}", "Properties": properties}
    entry = {"NetworkAclId": {"Ref": "List"}, "RuleAction": "allow", "CidrBlock": EVERYWHERE}
    return {"Resources": {
        "Network": of("EC2::VPC", CidrBlock="10.99.0.0/16"), "Gateway": of("EC2::InternetGateway"),
        "Attachment": of("EC2::VPCGatewayAttachment", VpcId={"Ref": "Network"}, InternetGatewayId={"Ref": "Gateway"}),
        "List": of("EC2::NetworkAcl", VpcId={"Ref": "Network"}),
        "In": of("EC2::NetworkAclEntry", **entry, RuleNumber=100, Protocol=6, PortRange={"From": 443, "To": 443}),
        "Out": of("EC2::NetworkAclEntry", **entry, RuleNumber=100, Egress=True, Protocol=-1),
        "Subnet": of("EC2::Subnet", VpcId={"Ref": "Network"}, CidrBlock="10.99.0.0/24"),
        "Endpoint": of("EC2::VPCEndpoint", VpcId={"Ref": "Network"}, VpcEndpointType="Interface", ServiceName="com.amazonaws.us-east-1.sqs",
                       SubnetIds=[{"Ref": "Subnet"}], PrivateDnsEnabled=True),
        "ListOfSubnet": of("EC2::SubnetNetworkAclAssociation", SubnetId={"Ref": "Subnet"}, NetworkAclId={"Ref": "List"}),
        "Listener": of("ElasticLoadBalancingV2::Listener", LoadBalancerArn=bench.ids["LoadBalancer"], Protocol="HTTP", Port=8081, DefaultActions=FIXED,
                       ListenerAttributes=[{"Key": "routing.http.response.server.enabled", "Value": "false"}]),
        "Rule": of("ElasticLoadBalancingV2::ListenerRule", ListenerArn={"Ref": "Listener"}, Priority=10, Actions=FIXED,
                   Conditions=[{"Field": "path-pattern", "Values": ["/tea"]}])}}


def _seen(bench, ids):
    acl, = bench.ec2.describe_network_acls(NetworkAclIds=[ids["List"]])["NetworkAcls"]
    gateway, = bench.ec2.describe_internet_gateways(InternetGatewayIds=[ids["Gateway"]])["InternetGateways"]
    endpoint, = bench.ec2.describe_vpc_endpoints(VpcEndpointIds=[ids["Endpoint"]])["VpcEndpoints"]
    rules = bench.elb.describe_rules(ListenerArn=ids["Listener"])["Rules"]
    return (
        endpoint["PrivateDnsEnabled"],
        sorted((one["Egress"], one["RuleNumber"], one["RuleAction"], str(one.get("PortRange"))) for one in acl["Entries"]),
        [one["SubnetId"] for one in acl["Associations"]],
        [one["VpcId"] for one in gateway["Attachments"]],
        [(one["Priority"], str(one["Conditions"])) for one in rules],
        sorted(str(one) for one in bench.elb.describe_listener_attributes(ListenerArn=ids["Listener"])["Attributes"]))


def _detached(bench, ids):
    bench.ec2.detach_internet_gateway(InternetGatewayId=ids["Gateway"], VpcId=ids["Network"])


def _nameless(bench, ids):
    bench.ec2.modify_vpc_endpoint(VpcEndpointId=ids["Endpoint"], PrivateDnsEnabled=False)


def _entry_lost(bench, ids):
    bench.ec2.delete_network_acl_entry(NetworkAclId=ids["List"], RuleNumber=100, Egress=False)


def _entry_changed(bench, ids):
    bench.ec2.replace_network_acl_entry(NetworkAclId=ids["List"], RuleNumber=100, Egress=False, RuleAction="deny", Protocol="-1", CidrBlock=EVERYWHERE)


def _list_changed(bench, ids):
    acl, = bench.ec2.describe_network_acls(NetworkAclIds=[ids["List"]])["NetworkAcls"]
    default, = bench.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [ids["Network"]]}, {"Name": "default", "Values": ["true"]}])["NetworkAcls"]
    bench.ec2.replace_network_acl_association(AssociationId=acl["Associations"][0]["NetworkAclAssociationId"], NetworkAclId=default["NetworkAclId"])


def _listener_attributes(bench, ids):
    bench.elb.modify_listener_attributes(ListenerArn=ids["Listener"], Attributes=[{"Key": "routing.http.response.server.enabled", "Value": "true"}])


def _rule_changed(bench, ids):
    bench.elb.modify_rule(RuleArn=ids["Rule"], Conditions=[{"Field": "path-pattern", "Values": ["/coffee"]}])


def _rule_moved(bench, ids):
    bench.elb.set_rule_priorities(RulePriorities=[{"RuleArn": ids["Rule"], "Priority": 20}])


ENTRIES = [{"type": "AWS::EC2::NetworkAcl"}]
SCENES = [
    ByPolicy("a group without any rule", {"type": "AWS::EC2::SecurityGroup", "drift": "MISSING"}, empty_group),
    Reconciled("names that are off", _dns),
    Reconciled("a lost route", _route_lost),
    Reconciled("a route that leads elsewhere", _route_changed),
    ByPolicy("a route too many", {"type": "AWS::EC2::RouteTable", "drift": "EXTRA"}, _route_extra),
    Reconciled("a subnet that maps public addresses", _maps),
    Reconciled("a subnet at another table", _table_changed),
    Reconciled("a subnet at no table", _table_lost),
    ByPolicy("an entry too many in the default list", {"type": "AWS::EC2::VPC"}, _default_list),
    Reconciled("other attributes", _attributes),
    Reconciled("other groups of the load balancer", _balancer_groups),
    Reconciled("other subnets of the load balancer", _balancer_subnets),
    ByPolicy("a listener too many", {"type": "AWS::ElasticLoadBalancingV2::Listener", "drift": "EXTRA"}, _extra_listener),
    ByPolicy("a rule too many", {"type": "AWS::ElasticLoadBalancingV2::Listener", "drift": "EXTRA"}, _extra_rule),
    Reconciled("weaker metadata options", _options),
    Reconciled("an instance that forwards", _forwarding),
    ByPolicy("a stopped instance", {"type": "AWS::EC2::Instance"}, _stopped),
    Elsewhere("a detached gateway", _detached),
    Elsewhere("an endpoint that the name of its service does not lead to", _nameless),
    Elsewhere("a lost entry", _entry_lost, ENTRIES),
    Elsewhere("a changed entry", _entry_changed, ENTRIES),
    Elsewhere("a subnet with another list", _list_changed, [{"type": "AWS::EC2::Subnet"}]),
    Elsewhere("other attributes of a listener", _listener_attributes),
    Elsewhere("a changed rule", _rule_changed),
    Elsewhere("a rule at another place", _rule_moved),
]
