"""What of each service makes up its state: every describe call that matters, times and ids that a repair must renew left out."""

import json

_EVERYWHERE = {"ResponseMetadata", "LaunchTime", "CreatedTime", "CreateTime", "AttachTime", "CreateDate", "RoleLastUsed", "UsageOperationUpdateTime",
               "StateTransitionReason", "StateReason", "DeleteTime", "LastModified", "LastModifiedTime", "LastModificationDate", "CreationDate"}
# A restored rule, association or registration is a new one.
_RENEWED = {"SecurityGroupRuleId", "SecurityGroupRuleArn", "RouteTableAssociationId", "NetworkAclAssociationId", "AssociationId", "AttachmentId", "SubscriptionArn"}


def plain(value):
    """Comparable: lists have no order, and what may change by itself is left out."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key not in _EVERYWHERE and key not in _RENEWED}
    if isinstance(value, (list, tuple)):
        return sorted((plain(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True, default=str))
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _ec2(ec2):
    def all_of(operation, key, name):
        def call():
            pages = ec2.get_paginator(operation).paginate()
            return {one[name]: plain(one) for page in pages for one in page[key]}
        return call

    def instances():
        pages = ec2.get_paginator("describe_instances").paginate()
        return {one["InstanceId"]: plain(one | {"IamInstanceProfile": one.get("IamInstanceProfile", {}).get("Arn")})
                for page in pages for held in page["Reservations"] for one in held["Instances"]}

    def groups():
        """With their rules one by one: a rule is its content."""
        rules = {}
        for page in ec2.get_paginator("describe_security_group_rules").paginate():
            for one in page["SecurityGroupRules"]:
                rules.setdefault(one["GroupId"], []).append({key: value for key, value in one.items() if key not in ("Tags", "GroupId")})
        pages = ec2.get_paginator("describe_security_groups").paginate()
        return {one["GroupId"]: plain({k: v for k, v in one.items() if not k.startswith("IpPermissions")} | {"Rules": rules.get(one["GroupId"], [])})
                for page in pages for one in page["SecurityGroups"]}

    def vpcs():
        found = {}
        for one in ec2.describe_vpcs()["Vpcs"]:
            flags = {flag: ec2.describe_vpc_attribute(VpcId=one["VpcId"], Attribute=flag)[f"{flag[0].upper()}{flag[1:]}"]["Value"]
                     for flag in ("enableDnsSupport", "enableDnsHostnames")}
            ranges = [each for each in one.get("CidrBlockAssociationSet", []) if each["CidrBlockState"]["State"] == "associated"]
            found[one["VpcId"]] = plain(one | flags | {"CidrBlockAssociationSet": ranges})
        return found

    return [instances, groups, vpcs, all_of("describe_subnets", "Subnets", "SubnetId"),
            all_of("describe_route_tables", "RouteTables", "RouteTableId"), all_of("describe_network_acls", "NetworkAcls", "NetworkAclId"),
            all_of("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
            all_of("describe_nat_gateways", "NatGateways", "NatGatewayId"),
            lambda: {one["PublicIp"]: plain(one) for one in ec2.describe_addresses()["Addresses"]}]


def _elbv2(elb):
    def balancers():
        found = {}
        for page in elb.get_paginator("describe_load_balancers").paginate():
            for one in page["LoadBalancers"]:
                arn = one["LoadBalancerArn"]
                found[arn] = plain(one | {"Attributes": elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]})
                found |= listeners(arn)
        return found

    def listeners(balancer):
        found = {}
        for one in elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]:
            arn = one["ListenerArn"]
            found[arn] = plain(one | {"Attributes": elb.describe_listener_attributes(ListenerArn=arn)["Attributes"],
                                       "DefaultActions": _actions(one["DefaultActions"]),
                                       "AllCertificates": elb.describe_listener_certificates(ListenerArn=arn)["Certificates"]})
            for rule in elb.describe_rules(ListenerArn=arn)["Rules"]:
                found[rule["RuleArn"]] = plain(rule | {"Actions": _actions(rule["Actions"]), "Conditions": [_condition(each) for each in rule["Conditions"]]})
        return found

    def groups():
        found = {}
        for page in elb.get_paginator("describe_target_groups").paginate():
            for one in page["TargetGroups"]:
                arn = one["TargetGroupArn"]
                health = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
                found[arn] = plain(one | {"Attributes": elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"],
                                           "Targets": [each["Target"] for each in health if each["TargetHealth"]["State"] != "draining"]})
        return found

    return [balancers, groups]


def _actions(actions):
    """The place of an action that is the only one says nothing."""
    return [_action({key: value for key, value in one.items() if key != "Order" or len(actions) > 1}) for one in actions]


def _condition(one):
    """The name of a header is not case-sensitive, says the API reference of RuleCondition; values have no order, and may stand twice."""
    header = one.get("HttpHeaderConfig")
    return one | {"HttpHeaderConfig": header | {"HttpHeaderName": header["HttpHeaderName"].lower()}} if header else one


def _action(one):
    """A forward to one group is shown with or without its details, which say no more."""
    config = one.get("ForwardConfig", {})
    groups = [each["TargetGroupArn"] for each in config.get("TargetGroups", [])] or [one.get("TargetGroupArn")]
    if one["Type"] != "forward" or len(groups) != 1:
        return one
    return {key: value for key, value in one.items() if key not in ("ForwardConfig", "TargetGroupArn")} | {"To": groups[0]}


def _iam(iam):
    def role(name):
        inline = {policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                  for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]}
        attached = [one["PolicyArn"] for one in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]]
        return plain(iam.get_role(RoleName=name)["Role"] | {"Inline": inline, "Attached": attached})

    def roles():
        return {f"role {one['RoleName']}": role(one["RoleName"]) for page in iam.get_paginator("list_roles").paginate() for one in page["Roles"]}

    return [roles]


def _events(events):
    def rules():
        return {f"event rule {one['Name']}": plain(one | {"Targets": events.list_targets_by_rule(Rule=one["Name"])["Targets"]})
                for page in events.get_paginator("list_rules").paginate() for one in page["Rules"]}
    return [rules]


def _scheduler(scheduler):
    def schedules():
        return {f"schedule {one['Name']}": plain(scheduler.get_schedule(Name=one["Name"]))
                for page in scheduler.get_paginator("list_schedules").paginate() for one in page["Schedules"]}
    return [schedules]


def _lambda(functions):
    return [lambda: {f"mapping {one['UUID']}": plain(one) for one in functions.list_event_source_mappings()["EventSourceMappings"]}]


def _cloudtrail(trails):
    return [lambda: {f"trail {one['Name']}": plain(one | {"IsLogging": trails.get_trail_status(Name=one["TrailARN"])["IsLogging"]})
                     for one in trails.describe_trails()["trailList"]}]


def _sns(sns):
    return [lambda: {f"subscription of {one['Endpoint']}": plain(one) for one in sns.list_subscriptions()["Subscriptions"]}]


READERS = {"ec2": _ec2, "elbv2": _elbv2, "iam": _iam, "events": _events, "scheduler": _scheduler, "lambda": _lambda, "cloudtrail": _cloudtrail, "sns": _sns}
