import copy
import graphlib
import re

import pytest
from graph import dependencies, references
from translation import transform

LOGICAL_IDS = """
    Vpc PublicSubnetA PublicSubnetB PrivateSubnetA PrivateSubnetB InternetGateway NatGateway
    LoadBalancerSecurityGroup WebSecurityGroup WebIngressFromLoadBalancer
    LoadBalancer HttpListener WebTargetGroup WebInstance
    RouteFunction ReconcileFunction ProbeFunction WorkQueue WorkDeadLetterQueue EventDeadLetterQueue Ledger AlertTopic
    PolicyParameter
""".split()
OUTPUTS = """
    LoadBalancerDnsName Endpoint InstanceId InstancePrivateIp AlertTopicArn WorkQueueUrl LedgerTable PolicyParameter
    DashboardUrl
""".split()
PARAMETERS = """
    Workload Mode AppPort AlertEmail DomainName CertificateArn GuardedStacks SweepRate ProbeRate VpcCidr PublicSubnetACidr
    PublicSubnetBCidr PrivateSubnetACidr PrivateSubnetBCidr InstanceType ImageId ZoneA ZoneB CreateTrail SnapStart
    ReserveConcurrency LogRetentionDays
""".split()

# The property that names a resource within an account (or wider), by type; None where a type has none. A type that is
# missing here must be looked up before it is used.
NAME_PROPERTY = {
    "AWS::CloudTrail::Trail": "TrailName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::EC2::EIP": None,
    "AWS::EC2::Instance": None,
    "AWS::EC2::InternetGateway": None,
    "AWS::EC2::NatGateway": None,
    "AWS::EC2::Route": None,
    "AWS::EC2::RouteTable": None,
    "AWS::EC2::SecurityGroup": "GroupName",
    "AWS::EC2::SecurityGroupIngress": None,
    "AWS::EC2::Subnet": None,
    "AWS::EC2::SubnetRouteTableAssociation": None,
    "AWS::EC2::VPC": None,
    "AWS::EC2::VPCGatewayAttachment": None,
    "AWS::ElasticLoadBalancingV2::Listener": None,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": None,  # unique within its role only
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Key": None,
    "AWS::Lambda::Alias": None,  # unique within its function only
    "AWS::Lambda::EventInvokeConfig": None,
    "AWS::Lambda::EventSourceMapping": None,
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::Permission": None,
    "AWS::Lambda::Version": None,
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::S3::BucketPolicy": None,
    "AWS::SNS::Subscription": None,
    "AWS::SNS::Topic": "TopicName",
    "AWS::SNS::TopicPolicy": None,
    "AWS::SQS::Queue": "QueueName",
    "AWS::SQS::QueuePolicy": None,
    "AWS::SSM::Parameter": "Name",
    "AWS::Scheduler::Schedule": "Name",
}


def test_the_logical_ids_that_others_rely_on_are_kept(resources):
    assert set(LOGICAL_IDS) <= resources.keys()


def test_the_outputs_and_parameters_are_kept(template):
    assert template["Outputs"].keys() == set(OUTPUTS)
    assert set(PARAMETERS) <= template["Parameters"].keys()


def test_every_parameter_has_a_default_a_description_and_a_constraint(template):
    for name, parameter in template["Parameters"].items():
        assert {"Default", "Description"} <= parameter.keys(), name
        assert {"AllowedValues", "AllowedPattern", "MinValue"} & parameter.keys(), name
        if "AllowedPattern" in parameter:
            assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"]), name
            assert "ConstraintDescription" in parameter, f"{name}: a pattern is no help to a person"


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("GuardedStacks", ["", "shop", "shop-2"], ["*", "shop/x", "2shop", "shop*"]),
        ("SweepRate", ["rate(1 minute)", "rate(30 minutes)"], ["rate(1 minutes)", "rate(31 minutes)", "rate(1 hour)"]),
        ("ProbeRate", ["rate(1 minute)", "rate(5 minutes)"], ["rate(6 minutes)", "cron(* * * * ? *)"]),
        ("ImageId", ["", "ami-0123456789abcdef0"], ["{{resolve:ssm:/aws/service/x:94}}", "/aws/service/x", "ami-XYZ"]),
        ("ZoneA", ["", "eu-west-1a", "us-west-2-lax-1a"], ["a", "eu-west-1a,eu-west-1b", "EU-WEST-1A"]),
        ("DomainName", ["www.example.com"], ["https://www.example.com", "www", "-a.example.com"]),
        ("AlertEmail", ["on-call@example.com"], ["on-call", "a b@example.com"]),
        ("VpcCidr", ["10.0.0.0/16"], ["10.0.0.0/8", "10.0.0.0"]),
        ("PublicSubnetACidr", ["10.0.0.0/27"], ["10.0.0.0/28"]),
        ("PrivateSubnetACidr", ["10.0.0.0/28"], ["10.0.0.0/29"]),
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_is_deployed(template, parameter, good, bad):
    pattern = re.compile(template["Parameters"][parameter]["AllowedPattern"])
    assert all(pattern.search(value) for value in good)
    assert not any(pattern.search(value) for value in bad)


def test_no_deploy_replaces_the_instance_by_a_newer_image(template, resources):
    image = template["Parameters"]["ImageId"]
    assert resources["WebInstance"]["Properties"]["ImageId"] == {"Ref": "ImageId"}
    assert image["Type"] == "String", "CloudFormation reads a parameter of an SSM type anew at every deploy"
    assert image["Default"] == "", "an image, or a version of AWS's parameter, is one region's"


# ------------------------------------------------------------------------------------------------ a guard alone


def under(conditions) -> bool:
    """Whether a resource or output of this condition is there only with the web system."""
    return conditions in ("HasWorkload", "HasCertificate")


def of_workload(template) -> set[str]:
    return {name for name, one in template["Resources"].items() if under(one.get("Condition"))}


WEB_TYPES = re.compile(r"AWS::(EC2|ElasticLoadBalancingV2)::|AWS::IAM::InstanceProfile")


def test_a_guard_alone_has_no_vpc_no_load_balancer_and_no_instance_and_all_else(template, resources):
    web = of_workload(template)
    assert {name for name, one in resources.items() if WEB_TYPES.match(one["Type"])} <= web
    assert web - {name for name, one in resources.items() if WEB_TYPES.match(one["Type"])} == {"WebInstanceRole", "UnhealthyHostsAlarm"}
    guard = set(LOGICAL_IDS) - web
    assert {"RouteFunction", "ReconcileFunction", "ProbeFunction", "WorkQueue", "Ledger", "AlertTopic", "PolicyParameter"} <= guard


def taken(node, chosen: dict[str, bool]):
    """`node` with each Fn::If decided, so far as `chosen` names its condition."""
    match node:
        case {"Fn::If": [condition, yes, no]} if condition in chosen:
            return taken(yes if chosen[condition] else no, chosen)
        case dict():
            return {name: taken(inner, chosen) for name, inner in node.items()}
        case list():
            return [taken(inner, chosen) for inner in node]
        case _:
            return node


@pytest.mark.parametrize("balancers", [True, False])
@pytest.mark.parametrize("vpcs", [True, False])
def test_nothing_that_stays_refers_to_what_a_guard_alone_does_not_have(template, balancers, vpcs):
    chosen = {"HasWorkload": False, "HasCertificate": False, "HasGuardedLoadBalancers": balancers, "ReachesLoadBalancers": balancers,
              "HasGuardedVpcs": vpcs, "ReachesVpcs": vpcs}
    web = of_workload(template)
    for section in ("Resources", "Outputs"):
        for name, one in template[section].items():
            if not under(one.get("Condition")):
                depends = one.get("DependsOn", [])
                named = {*references(taken(one, chosen)), *([depends] if isinstance(depends, str) else depends)}
                assert not named & web, name


def test_each_value_that_a_guard_alone_still_needs_is_a_parameter_of_the_guard(template):
    """What only the web system reads is asked for by nothing else, so that a guard alone needs none of it."""
    chosen = {"HasWorkload": False, "HasCertificate": False}
    stays = [taken(one, chosen) for section in ("Resources", "Outputs") for one in template[section].values() if not under(one.get("Condition"))]
    web = {"DomainName", "CertificateArn", "AppPort", "InstanceType", "ImageId", "ZoneA", "ZoneB", "VpcCidr", "PublicSubnetACidr",
           "PublicSubnetBCidr", "PrivateSubnetACidr", "PrivateSubnetBCidr"}
    assert not set(references(stays)) & web
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    labelled = {name for group in groups if group["Label"]["default"] in ("Web", "Network") for name in group["Parameters"]}
    assert labelled == web, "the groups of the console say the same"


def test_no_rule_asks_a_guard_alone_for_what_only_a_web_system_needs(source):
    for name, rule in source["Rules"].items():
        condition = rule["RuleCondition"]
        first = condition["Fn::And"][0] if "Fn::And" in condition else condition
        assert first == {"Fn::Equals": [{"Ref": "Workload"}, "true"]}, name


def test_the_template_has_its_sections_in_order_each_under_a_heading(root):
    heads = re.findall(r"^ *# -{5,} (.+)$", (root / "template.yaml").read_text(), re.MULTILINE)
    assert heads == [
        "parameters", "what a deployment is refused for", "conditions", "all functions", "resources", "workload: network", "workload: load balancer",
        "workload: instance", "guard: functions and event rules", "guard: permissions", "guard: queues", "guard: table and policy", "guard: schedules",
        "guard: alerts", "guard: alarms", "guard: dashboard", "guard: trail", "outputs"]


def test_an_image_that_was_not_given_is_refused_with_the_way_to_get_one(source):
    [rule] = source["Rules"]["ImageIsGiven"]["Assertions"]
    assert rule["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "ImageId"}, ""]}]}
    assert "make deploy" in rule["AssertDescription"] and "/aws/service/ami-amazon-linux-latest/" in rule["AssertDescription"]


def test_a_new_account_can_deploy_it_because_nothing_is_reserved_unasked(template, resources):
    """Lambda keeps 100 executions for functions that reserve nothing; a new account has 10 in all."""
    assert template["Parameters"]["ReserveConcurrency"]["Default"] == "false"
    functions = [one for one in resources.values() if one["Type"] == "AWS::Lambda::Function"]
    for function in functions:
        reserved = function["Properties"]["ReservedConcurrentExecutions"]
        assert reserved["Fn::If"][0] == "UseReservedConcurrency" and reserved["Fn::If"][2] == {"Ref": "AWS::NoValue"}


def test_what_is_not_reserved_is_still_one_run_for_each_stack_and_a_few_at_a_time(resources, of_type):
    """What holds without reserved concurrency: the queue's groups and the mapping's own limit, of 2 to 1000."""
    assert resources["WorkQueue"]["Properties"]["FifoQueue"] is True
    [mapping] = of_type("AWS::Lambda::EventSourceMapping").values()
    assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] < 10, "the least quota of an account"


def test_the_trail_is_made_last_so_that_a_first_deployment_that_fails_leaves_an_empty_bucket(resources):
    """Whatever the guard needs to be made is made before anything is written into the bucket, which is deleted only if empty."""
    before, found = [], ["Trail"]
    while found:
        before += found
        found = [name for one in found for name in dependencies(resources)[one] if name not in before]
    slow = {"WebInstance", "HttpListener", "ReconcileFunction", "ProbeFunction", "RouteFunction", "SweepSchedule", "ProbeSchedule"}
    assert slow <= set(before)


def test_no_name_is_unique_in_the_account_so_that_two_stacks_fit(resources):
    for logical_id, resource in resources.items():
        property_name = NAME_PROPERTY[resource["Type"]]
        name = resource.get("Properties", {}).get(property_name)
        if name is not None:
            assert list(references(name)).count("AWS::StackName") == 1, f"{logical_id}: {name}"


def test_a_dashboard_is_named_after_its_region_too_because_its_name_is_global(resources):
    assert "AWS::Region" in references(resources["Dashboard"]["Properties"]["DashboardName"])


def test_nothing_depends_on_itself(resources):
    tuple(graphlib.TopologicalSorter(dependencies(resources)).static_order())


def test_every_reference_has_something_to_refer_to(template, resources):
    known = resources.keys() | template["Parameters"].keys()
    for section in ("Resources", "Outputs", "Conditions"):
        unknown = {name for name in references(template[section]) if not name.startswith("AWS::")} - known
        assert not unknown, section


def test_what_remembers_is_kept_and_everything_else_leaves_with_the_stack(template, resources):
    # SAM retains versions; they leave with their function.
    kept = {name for name, one in resources.items() if one.get("DeletionPolicy", "").startswith("Retain")} - versions(template)
    assert kept == {"Ledger", "TrailBucket"}
    assert all(resources[name]["UpdateReplacePolicy"] == "Retain" for name in kept)
    assert all(resources[name]["DeletionPolicy"] == "RetainExceptOnCreate" for name in kept), "a failed first deployment leaves nothing"


def versions(template: dict) -> set[str]:
    return {name for name, one in template["Resources"].items() if one["Type"] == "AWS::Lambda::Version"}


def test_a_version_is_published_for_new_code_and_for_no_parameter(source):
    first = versions(transform(source, "one"))
    assert len(first) == 3
    assert versions(transform(source, "one", Mode="observe", GuardedStacks="shop", SnapStart="false")) == first
    assert not versions(transform(source, "two")) & first


def test_a_template_that_only_changes_what_no_version_holds_publishes_none(source):
    """Lambda refuses a version that equals the last one, which would fail the deployment."""
    changed = copy.deepcopy(source)
    changed["Globals"]["Function"]["Tags"] = {"team": "on-call"}
    assert versions(transform(changed, "one")) == versions(transform(source, "one"))
