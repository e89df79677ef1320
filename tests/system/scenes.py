"""What a role's actions are for: each scene prepares something, lets a function meet it, and knows how to undo it.

A scene has `prepare(bench)`, which answers the undoing, and `run(bench)`, which answers all that the function said.
"""

import json

TIME = "2026-11-01T03:00:00Z"


class _Scene:
    def __init__(self, name, prepare):
        self.__name__, self._prepare = name, prepare

    def prepare(self, bench):
        undo = self._prepare(bench) or (lambda: None)

        def reverted(bench):
            undo()
            self.restore(bench)
        return reverted

    def restore(self, bench):
        """Bring the system back with all permissions."""


class Reconciled(_Scene):
    """Reconcile is called with one message of the work queue."""

    def run(self, bench):
        return bench.tell("ReconcileFunction", {"Records": [record(bench)]})

    def restore(self, bench):
        self.run(bench)
        assert bench.is_declared(), f"{self.__name__} is not reverted: {bench.difference()}"


class Unknowing(Reconciled):
    """The same in a process that has read nothing yet."""

    def run(self, bench):
        bench.system.control(f"environments/{bench.ids['ReconcileFunction']}", method="DELETE")
        return super().run(bench)


class ReturnedToQueue(Reconciled):
    """A message really taken from the queue, and a run that cannot be finished."""

    def run(self, bench):
        bench.fault({"service": "ssm", "action": "GetParameters", "kind": "throttle", "times": 10})
        try:
            return bench.tell("ReconcileFunction", {"Records": [{**record(bench), "receiptHandle": self._receipt}]})
        finally:
            bench.allow_all()

    def prepare(self, bench):
        functions, sqs, queue = bench.client("lambda"), bench.client("sqs"), bench.system.outputs()["WorkQueueUrl"]
        functions.update_event_source_mapping(UUID=bench.ids["ReconcileFunctionWork"], Enabled=False)
        sqs.send_message(QueueUrl=queue, MessageBody="taken by the test", MessageGroupId="a-test", MessageDeduplicationId=bench.unique())
        self._receipt = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"][0]["ReceiptHandle"]

        def reverted(bench):
            sqs.purge_queue(QueueUrl=queue)
            functions.update_event_source_mapping(UUID=bench.ids["ReconcileFunctionWork"], Enabled=True)
        return reverted


class Routed(_Scene):
    """Route is called with an event."""

    def __init__(self, name, event, prepare=lambda bench: None):
        super().__init__(name, prepare)
        self._event = event

    def run(self, bench):
        return bench.tell("RouteFunction", {"version": "0", "id": bench.unique(), "account": "123456789012", "region": "us-east-1",
                                            "time": TIME, "resources": [], **self._event(bench)})


class Probed(_Scene):
    """Probe is called as often as it takes to believe what it sees."""

    def __init__(self, name, prepare, times=1):
        super().__init__(name, prepare)
        self._times = times

    def run(self, bench):
        return "".join(bench.tell("ProbeFunction", {}) for _ in range(self._times))

    def restore(self, bench):
        for _ in range(self._times):
            bench.tell("ProbeFunction", {})


def record(bench, stack=None):
    """A message of the work queue, as Lambda hands it over."""
    cause = {"origin": "SWEEP", "eventId": bench.unique(), "event": "Sweep", "time": TIME, "caller": None}
    return {"messageId": "of-a-test", "body": json.dumps({"schema": "driftmend.work/v1", "stack": stack or bench.stack, "cause": cause})}


def granted(bench, role):
    """The actions that the inline policies of a deployed role allow."""
    iam, name, actions = bench.client("iam"), bench.ids[role], set()
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        for statement in iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                actions |= {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
    return actions


# What Reconcile meets.

def _egress(bench):
    group = bench.ids["WebSecurityGroup"]
    [declared] = [one for one in bench.rules(group) if one["IsEgress"]]
    bench.ec2.revoke_security_group_egress(GroupId=group, SecurityGroupRuleIds=[declared["SecurityGroupRuleId"]])
    bench.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[
        {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}])


def _descriptions(bench):
    group = bench.ids["WebSecurityGroup"]
    bench.ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[
        {"SecurityGroupRuleId": one["SecurityGroupRuleId"], "SecurityGroupRule": _spoken(one)} for one in bench.rules(group)])


def _spoken(rule):
    said = {"IpProtocol": rule["IpProtocol"], "FromPort": rule["FromPort"], "ToPort": rule["ToPort"], "Description": "edited"}
    if "CidrIpv4" in rule:
        return {**said, "CidrIpv4": rule["CidrIpv4"]}
    return {**said, "ReferencedGroupId": rule["ReferencedGroupInfo"]["GroupId"]}


def _prefix_list(bench):
    made = bench.ec2.create_managed_prefix_list(PrefixListName="offices", MaxEntries=5, AddressFamily="IPv4", Entries=[{"Cidr": "0.0.0.0/0"}])
    name = made["PrefixList"]["PrefixListId"]
    bench.ec2.authorize_security_group_ingress(GroupId=bench.ids["WebSecurityGroup"], IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 5000, "ToPort": 5000, "PrefixListIds": [{"PrefixListId": name}]}])


def empty_group(bench):
    """A group that is there without any rule, which only another call than the one for rules can tell from one that is gone."""
    group, rules = bench.ids["WebSecurityGroup"], bench.rules(bench.ids["WebSecurityGroup"])
    for revoke, egress in ((bench.ec2.revoke_security_group_ingress, False), (bench.ec2.revoke_security_group_egress, True)):
        revoke(GroupId=group, SecurityGroupRuleIds=[one["SecurityGroupRuleId"] for one in rules if one["IsEgress"] is egress])


def _shared_group(bench):
    """Another stack exports our group's id, so its importers may have rules on it."""
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
                "Outputs": {"Group": {"Value": bench.ids["WebSecurityGroup"], "Export": {"Name": "shared-group"}}}}
    bench.client("cloudformation").create_stack(StackName="sharing", TemplateBody=json.dumps(template))
    bench.open_port()
    return lambda: bench.client("cloudformation").delete_stack(StackName="sharing")


def _died_halfway(bench):
    """A run wrote down what it was about to do, and nothing after that."""
    bench.open_port()
    actions = [one for one in granted(bench, "ReconcileRole") if one != "dynamodb:DeleteItem"]
    bench.system.control("permissions", {"role": bench.ids["ReconcileRole"], "actions": actions})
    bench.tell("ReconcileFunction", {"Records": [record(bench)]})
    bench.system.control("permissions", method="DELETE")


def _targets(bench):
    group, instance = bench.ids["WebTargetGroup"], bench.ids["WebInstance"]
    bench.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": instance, "Port": 5001}])


def _listener(bench):
    bench.elb.modify_listener(ListenerArn=bench.ids["HttpListener"], DefaultActions=[
        {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "gone"}}])


def _groups(bench):
    bench.ec2.modify_instance_attribute(InstanceId=bench.ids["WebInstance"], Groups=[bench.ids["LoadBalancerSecurityGroup"]])


def _address(bench):
    allocation = bench.ec2.allocate_address(Domain="vpc")["AllocationId"]
    bench.ec2.associate_address(AllocationId=allocation, InstanceId=bench.ids["WebInstance"])


# What Route meets.

def _sweep(bench):
    return {"source": "driftmend.schedule", "detail-type": "Sweep", "detail": {}}


def _stack_status(bench):
    return {"source": "aws.cloudformation", "detail-type": "CloudFormation Stack Status Change", "resources": [bench.stack],
            "detail": {"stack-id": bench.stack, "logical-resource-id": "driftmend", "physical-resource-id": bench.stack,
                       "status-details": {"status": "UPDATE_COMPLETE", "status-reason": ""}, "resource-type": "AWS::CloudFormation::Stack",
                       "client-request-token": ""}}


def _call(name, parameters):
    def event(bench):
        return {"source": "aws.ec2", "detail-type": "AWS API Call via CloudTrail", "detail": {
            "eventVersion": "1.08", "eventSource": "ec2.amazonaws.com", "eventName": name, "eventTime": TIME, "awsRegion": "us-east-1",
            "sourceIPAddress": "192.0.2.1", "userAgent": "a-test", "eventID": bench.unique(), "requestParameters": parameters(bench),
            "responseElements": {"_return": True}, "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/on-call-laptop"}}}
    return event


def _two_guarded(bench):
    """The policy names a second stack, which no index knows yet."""
    bench.client("cloudformation").create_stack(StackName="second", TemplateBody=json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}))
    ssm, name = bench.client("ssm"), bench.ids["PolicyParameter"]
    before = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    ssm.put_parameter(Name=name, Value=json.dumps({**json.loads(before), "guardedStacks": ["second"]}), Overwrite=True)

    def undo():
        ssm.put_parameter(Name=name, Value=before, Overwrite=True)
        bench.client("cloudformation").delete_stack(StackName="second")
    return undo


# What Probe meets.

def _killed(bench):
    bench.system.control("workload/kill", {})

    def undo():
        bench.system.control("workload/start", {})
        bench.eventually(lambda: bench.health() == {"healthy"})
    return undo


def _answers_again(bench):
    """An outage that was alerted and is over."""
    undo = _killed(bench)
    bench.eventually(lambda: bench.health() == {"unhealthy"})
    for _ in range(2):
        bench.tell("ProbeFunction", {})
    undo()


def _rule_off(bench):
    name = bench.ids["RouteFunctionAlarmState"]
    bench.client("events").disable_rule(Name=name)


def _mapping_off(bench):
    bench.client("lambda").update_event_source_mapping(UUID=bench.ids["ReconcileFunctionWork"], Enabled=False)


def _schedule_off(bench):
    scheduler = bench.client("scheduler")
    now = scheduler.get_schedule(Name=bench.ids["SweepSchedule"])
    scheduler.update_schedule(State="DISABLED", **{name: now[name] for name in ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")})


def _trail_off(bench):
    bench.client("cloudtrail").stop_logging(Name=bench.ids["Trail"])


SCENES = {
    "RouteRole": [
        Routed("a call on a guarded group", _call("AuthorizeSecurityGroupIngress", lambda bench: {"groupId": bench.ids["WebSecurityGroup"]})),
        Routed("a stack that came to rest", _stack_status),
        Routed("a sweep of two stacks", _sweep, _two_guarded),
        Routed("a call that does not tell whose it is", _call(
            "ReplaceRouteTableAssociation", lambda bench: {"associationId": "rtbassoc-0123456789abcdef0", "routeTableId": None})),
    ],
    "ReconcileRole": [
        Reconciled("nothing to do", lambda bench: None),
        Reconciled("an opened port", lambda bench: bench.open_port() and None),
        Reconciled("a revoked rule", lambda bench: bench.revoke_declared_rule()),
        Reconciled("rules to elsewhere", _egress),
        Reconciled("edited descriptions", _descriptions),
        Reconciled("a port opened to a prefix list", _prefix_list),
        Unknowing("an opened port, in a new process", lambda bench: bench.open_port() and None),
        Unknowing("a group that another stack exports", _shared_group),
        Reconciled("a run that died halfway", _died_halfway),
        Reconciled("a target too many", _targets),
        Reconciled("a deregistered target", lambda bench: bench.deregister_target()),
        Reconciled("another health check", lambda bench: bench.change_health_path()),
        Reconciled("another default action", _listener),
        Reconciled("other groups of the instance", _groups),
        Reconciled("a public address", _address),
        ReturnedToQueue("a run that has to be tried again", None),
    ],
    "ProbeRole": [
        Probed("all is well", lambda bench: None),
        Probed("a rule that is off", _rule_off),
        Probed("a mapping that is off", _mapping_off),
        Probed("a schedule that is off", _schedule_off),
        Probed("a trail that is off", _trail_off),
        Probed("a dead application", _killed, times=2),
        Probed("an application that answers again", _answers_again, times=2),
    ],
}
