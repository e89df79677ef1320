"""An account as its APIs describe it, generated: filters, ids and pages are those of AWS. What is written to the ledger and the queue is kept."""

import json
import threading

from driftmend_bench.stub import Exchange, Recorder, Unrecorded, _environ, key_of
from driftmend_local.api.request import ACCOUNT, AwsError, answer, read_call

from .stacks import TRUST, UPDATED, described

# As EC2 documents MaxResults, CloudFormation its pages.
MOST, MOST_STACK_RESOURCES, MOST_STACKS, MOST_TABLES = 1000, 100, 100, 100
# What the local AWS keeps for the functions: the ledger, the work queue, the policy, the alerts, the bus.
_KEPT = {"dynamodb", "sqs", "ssm", "sns", "events"}


class Account:
    """Answers the stub's requests. `stacks` are under guard, `others` exist beside them and `others_rules` are their rules by group.

    `calls` and `answered` count the requests and the bytes of their answers since `begin`.
    """

    def __init__(self, stacks, keeping, others=(), others_rules=None):
        self.stacks, self.others, self.others_rules = list(stacks), list(others), others_rules or {}
        self._kept, self._lock, self._made = Recorder(keeping), threading.Lock(), 0
        self._rules = {group: list(rules) for one in self.stacks for group, rules in one.rules.items()} | self.others_rules
        self._of = {group: one for one in self.stacks for group in one.rules}
        self.begin()

    def begin(self):
        self.calls, self.answered = [], 0

    def open_port(self, stack, port):
        """The drift: a rule that no template has."""
        group = stack.groups[0]
        self._made += 1
        self._rules[group].append(described(stack, group, f"x{self._made:x}", False, port, "0.0.0.0/0"))

    def is_as_declared(self, stack):
        return all(len(self._rules[group]) == len(stack.rules[group]) for group in stack.groups)

    def answer(self, method, path, headers, body):
        key = key_of(method, path, headers, body)
        if key[0] in _KEPT:
            exchange = self._kept.answer(method, path, headers, body)
            self._kept.take()
        else:
            exchange = self._generated(key, method, path, headers, body)
        with self._lock:
            self.calls.append(exchange.name)
            self.answered += len(exchange.body)
        return exchange

    def _generated(self, key, method, path, headers, body):
        call = read_call(_environ(method, path, headers, body))
        answers = call and getattr(self, f"_{call.service}_{call.action}", None)
        if not answers:
            raise Unrecorded(f"{key[0]}:{key[1]}")
        try:
            result = answers(call.params)
        except AwsError as error:
            result = error
        status, shown, text = answer(call, result)
        return Exchange(key, "", f"{key[0]}:{call.action}", call.service, call.action, {}, status, tuple(shown.items()), text)

    # ------------------------------------------------------------------------------------------------------ CloudFormation

    def _stack(self, name):
        for one in [*self.stacks, *self.others]:
            if name in (one.id, one.name):
                return one
        raise AwsError("ValidationError", f"Stack with id {name} does not exist")

    def _cloudformation_DescribeStacks(self, params):
        many = [self._stack(params["StackName"])] if "StackName" in params else [*self.stacks, *self.others]
        shown, more = _page(many, params, MOST_STACKS)
        return {"Stacks": [{"StackId": one.id, "StackName": one.name, "CreationTime": UPDATED, "LastUpdatedTime": UPDATED,
                            "StackStatus": "UPDATE_COMPLETE"} for one in shown], **more}

    def _cloudformation_GetTemplate(self, params):
        return {"TemplateBody": self._stack(params["StackName"]).template}

    def _cloudformation_ListStackResources(self, params):
        shown, more = _page(self._stack(params["StackName"]).resources, params, MOST_STACK_RESOURCES)
        return {"StackResourceSummaries": [{"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": physical,
                                            "LastUpdatedTimestamp": UPDATED, "ResourceStatus": "CREATE_COMPLETE"}
                                           for name, kind, _, physical in shown], **more}

    def _cloudformation_DescribeStackResources(self, params):
        if "StackName" in params:
            return {"StackResources": []}
        raise AwsError("ValidationError", f"Stack for {params['PhysicalResourceId']} does not exist")

    def _cloudformation_ListExports(self, params):
        return {"Exports": []}

    def _cloudtrail_LookupEvents(self, params):
        return {"Events": []}

    # ----------------------------------------------------------------------------------------------------------------- EC2

    def _ec2_DescribeSecurityGroupRules(self, params):
        ids, groups = params.get("SecurityGroupRuleIds"), _filters(params).get("group-id")
        among = groups if groups is not None else list(self._rules)
        rules = [rule for group in among for rule in self._rules.get(group, ()) if not ids or rule["SecurityGroupRuleId"] in ids]
        shown, more = _page(rules, params)
        return {"SecurityGroupRules": shown, **more}

    def _ec2_DescribeSecurityGroups(self, params):
        asked = _filters(params).get("group-id") or params.get("GroupIds")
        shown, more = _page([one for one in self._rules if not asked or one in asked], params)
        return {"SecurityGroups": [{"GroupId": one, "GroupName": one, "OwnerId": ACCOUNT} for one in shown], **more}

    def _ec2_RevokeSecurityGroupIngress(self, params):
        rules = self._rules[params["GroupId"]]
        rules[:] = [one for one in rules if one["SecurityGroupRuleId"] not in params["SecurityGroupRuleIds"]]
        return {"Return": True}

    def _ec2_DescribeVpcs(self, params):
        return {"Vpcs": [{"VpcId": one.vpc, "CidrBlock": "10.0.0.0/16", "State": "available",
                          "CidrBlockAssociationSet": [{"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}}]}
                         for one in self._asked(params, "vpc-id", "VpcIds")]}

    def _ec2_DescribeVpcAttribute(self, params):
        return {"VpcId": params["VpcId"], "EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}

    def _ec2_DescribeInternetGateways(self, params):
        asked = _filters(params).get("internet-gateway-id") or params.get("InternetGatewayIds")
        vpcs = _filters(params).get("attachment.vpc-id")
        return {"InternetGateways": [{"InternetGatewayId": one.physical("igw", 0), "Attachments": [{"VpcId": one.vpc, "State": "available"}]}
                                     for one in self.stacks
                                     if (not asked or one.physical("igw", 0) in asked) and (not vpcs or one.vpc in vpcs)]}

    def _ec2_DescribeSubnets(self, params):
        asked = _filters(params).get("subnet-id") or params.get("SubnetIds")
        found = [{"SubnetId": physical, "VpcId": one.vpc, "CidrBlock": properties["CidrBlock"], "MapPublicIpOnLaunch": False,
                  "State": "available", "AvailabilityZone": "us-east-1a"}
                 for one in self.stacks for _, _, properties, physical in one.of("AWS::EC2::Subnet") if not asked or physical in asked]
        shown, more = _page(found, params)
        return {"Subnets": shown, **more}

    def _ec2_DescribeRouteTables(self, params):
        tables = []
        for one in self._asked(params, "vpc-id", None, "route-table-id", "rtb", "association.subnet-id"):
            used = [{"RouteTableAssociationId": one.physical("rtbassoc", i), "RouteTableId": one.physical("rtb", 0),
                     "SubnetId": one.physical("subnet", i), "Main": False, "AssociationState": {"State": "associated"}}
                    for i in range(len(one.of("AWS::EC2::Subnet")))]
            routes = [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active", "Origin": "CreateRouteTable"},
                      {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": one.physical("igw", 0), "State": "active", "Origin": "CreateRoute"}]
            tables.append({"RouteTableId": one.physical("rtb", 0), "VpcId": one.vpc, "Associations": used, "Routes": routes})
        shown, more = _page(tables, params, MOST_TABLES)
        return {"RouteTables": shown, **more}

    def _ec2_DescribeNetworkAcls(self, params):
        entries = [{"CidrBlock": "0.0.0.0/0", "Egress": egress, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100} for egress in (True, False)]
        acls = [{"NetworkAclId": one.physical("acl", 0), "VpcId": one.vpc, "IsDefault": True, "Entries": entries,
                 "Associations": [{"NetworkAclAssociationId": one.physical("aclassoc", i), "NetworkAclId": one.physical("acl", 0),
                                   "SubnetId": one.physical("subnet", i)} for i in range(len(one.of("AWS::EC2::Subnet")))]}
                for one in self._asked(params, "vpc-id", None, "network-acl-id", "acl", "association.subnet-id")]
        shown, more = _page(acls, params)
        return {"NetworkAcls": shown, **more}

    def _ec2_DescribeNetworkInterfaces(self, params):
        """One for each group; the first one of a stack has a public address."""
        filters, found = _filters(params), []
        for group in filters.get("group-id", [one for stack in self.stacks for one in stack.groups]):
            one = self._of.get(group)
            if one:
                i = one.groups.index(group)
                found.append({"NetworkInterfaceId": one.physical("eni", i), "VpcId": one.vpc, "InterfaceType": "interface", "Status": "in-use",
                              "SubnetId": one.physical("subnet", i % len(one.of("AWS::EC2::Subnet"))), "Description": "growth", "OwnerId": ACCOUNT,
                              "Groups": [{"GroupId": group, "GroupName": group}],
                              "PrivateIpAddresses": [{"PrivateIpAddress": f"10.0.{i // 250}.{i % 250 + 4}", "Primary": True,
                                                      **({"Association": {"PublicIp": "198.51.100.7"}} if i == 0 else {})}]})
        asked = filters.get("subnet-id")
        shown, more = _page([one for one in found if not asked or one["SubnetId"] in asked], params)
        return {"NetworkInterfaces": shown, **more}

    def _asked(self, params, by_vpc, ids, by_id=None, prefix=None, by_subnet=None):
        """The stacks whose VPC, or whose one resource of this prefix, is asked for."""
        filters = _filters(params)
        vpcs = filters.get(by_vpc) or (params.get(ids) if ids else None)
        own, subnets = filters.get(by_id), filters.get(by_subnet)
        return [one for one in self.stacks
                if (not vpcs or one.vpc in vpcs) and (not own or one.physical(prefix, 0) in own)
                and (not subnets or any(physical in subnets for _, _, _, physical in one.of("AWS::EC2::Subnet")))]

    # ------------------------------------------------------------------------------------- Elastic Load Balancing and IAM

    def _elbv2_DescribeTargetGroups(self, params):
        asked = params.get("TargetGroupArns")
        return {"TargetGroups": [
            {"TargetGroupArn": physical, "TargetGroupName": name, "Protocol": "HTTP", "Port": 80, "VpcId": one.vpc, "HealthCheckProtocol": "HTTP",
             "HealthCheckPort": "traffic-port", "HealthCheckEnabled": True, "HealthCheckIntervalSeconds": 30, "HealthCheckTimeoutSeconds": 5,
             "HealthyThresholdCount": 5, "UnhealthyThresholdCount": 2, "HealthCheckPath": "/", "Matcher": {"HttpCode": "200"},
             "TargetType": "instance", "ProtocolVersion": "HTTP1"}
            for one in self.stacks for name, _, _, physical in one.of("AWS::ElasticLoadBalancingV2::TargetGroup") if not asked or physical in asked]}

    def _elbv2_DescribeTargetHealth(self, params):
        return {"TargetHealthDescriptions": []}

    def _elbv2_DescribeTargetGroupAttributes(self, params):
        return {"Attributes": []}

    def _iam_GetRole(self, params):
        name = params["RoleName"]
        return {"Role": {"RoleName": name, "RoleId": "AROAEXAMPLE", "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "Path": "/", "CreateDate": UPDATED,
                         "AssumeRolePolicyDocument": json.dumps(TRUST), "MaxSessionDuration": 3600}}

    def _iam_ListAttachedRolePolicies(self, params):
        return {"AttachedPolicies": [], "IsTruncated": False}

    def _iam_ListRolePolicies(self, params):
        return {"PolicyNames": [], "IsTruncated": False}

    def _iam_ListInstanceProfilesForRole(self, params):
        return {"InstanceProfiles": [], "IsTruncated": False}


def _filters(params):
    return {one["Name"]: one["Values"] for one in params.get("Filters", [])}


def _page(items, params, most=MOST):
    """([what is on this page], {"NextToken"} if there is another one)"""
    start = int(params.get("NextToken") or 0)
    end = start + min(int(params.get("MaxResults") or most), most)
    return items[start:end], ({"NextToken": str(end)} if end < len(items) else {})


