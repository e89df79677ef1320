"""EC2 on the local AWS answers as EC2 does where moto by itself does not."""

import concurrent.futures

import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

HTTP = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}


@pytest.fixture(scope="module")
def ec2(aws):
    return aws.client("ec2", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture(scope="module")
def subnet(ec2, vpc):
    return ec2.create_subnet(VpcId=vpc, CidrBlock="10.30.1.0/24")["Subnet"]["SubnetId"]


@pytest.fixture
def group(ec2, vpc, request):
    return new_group(ec2, vpc, request.node.name)


def new_group(ec2, vpc, name):
    return ec2.create_security_group(GroupName=name[:200], Description="test", VpcId=vpc)["GroupId"]


def code_of(call, **arguments):
    with pytest.raises(ClientError) as problem:
        call(**arguments)
    return problem.value.response["Error"]["Code"]


def rules(ec2, group, egress=False):
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return [r for r in found if r["IsEgress"] == egress]


def test_one_permission_with_several_sources_makes_a_rule_for_each(ec2, vpc, group):
    other = new_group(ec2, vpc, "other-source")
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {**HTTP, "IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": "v4"}], "Ipv6Ranges": [{"CidrIpv6": "2001:DB8::/32", "Description": "v6"}],
         "UserIdGroupPairs": [{"GroupId": other, "Description": "group"}], "PrefixListIds": [{"PrefixListId": "pl-00000001", "Description": "list"}]},
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "198.51.100.7/24"}]}])["SecurityGroupRules"]
    assert [r.get("Description") for r in made] == ["v4", "v6", "group", "list", None]
    assert made[1]["CidrIpv6"] == "2001:db8::/32" and made[4]["CidrIpv4"] == "198.51.100.0/24"
    assert made[2]["ReferencedGroupInfo"]["GroupId"] == other
    assert (made[4]["IpProtocol"], made[4]["FromPort"], made[4]["ToPort"]) == ("-1", -1, -1)
    assert [r["SecurityGroupRuleId"] for r in rules(ec2, group)] == [r["SecurityGroupRuleId"] for r in made]
    shown = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    http = next(p for p in shown if p["IpProtocol"] == "tcp")
    assert http["PrefixListIds"] == [{"PrefixListId": "pl-00000001", "Description": "list"}]
    assert http["UserIdGroupPairs"] == [{"GroupId": other, "UserId": "123456789012", "Description": "group"}]
    assert "FromPort" not in next(p for p in shown if p["IpProtocol"] == "-1")


def test_a_duplicate_fails_the_whole_call_whatever_its_description(ec2, group):
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "UserIdGroupPairs": [{"GroupId": group, "Description": "one"}]}])
    again = [{**HTTP, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}, {**HTTP, "UserIdGroupPairs": [{"GroupId": group, "Description": "two"}]}]
    assert code_of(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=again) == "InvalidPermission.Duplicate"
    assert len(rules(ec2, group)) == 1


def test_a_call_that_names_one_rule_twice_is_refused_as_such(ec2, group):
    twice = [{**HTTP, "IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": "a"}]}, {**HTTP, "IpProtocol": "6", "IpRanges": [{"CidrIp": "192.0.2.7/24"}]}]
    assert code_of(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=twice) == "InvalidParameterValue"
    assert rules(ec2, group) == []


def test_a_group_of_a_peered_account_is_named_by_its_id_and_answered_with_its_owner(aws, ec2, group):
    peer = requests.post(f"{aws.url}/_local/peer-groups", json={"account": "111122223333"}).json()
    assert peer["UserId"] == "111122223333" and peer in requests.get(f"{aws.url}/_local/peer-groups").json()
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "UserIdGroupPairs": [{"GroupId": peer["GroupId"]}]}])["SecurityGroupRules"]
    assert made[0]["ReferencedGroupInfo"] == peer == rules(ec2, group)[0]["ReferencedGroupInfo"]
    shown = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"][0]["UserIdGroupPairs"][0]
    assert (shown["GroupId"], shown["UserId"]) == (peer["GroupId"], "111122223333")
    with_owner = [{**HTTP, "UserIdGroupPairs": [{"GroupId": peer["GroupId"], "UserId": "111122223333"}]}]
    assert code_of(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=with_owner) == "InvalidPermission.Duplicate"
    wrong_owner = [{**HTTP, "UserIdGroupPairs": [{"GroupId": peer["GroupId"], "UserId": "123456789012"}]}]
    assert code_of(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=wrong_owner) == "InvalidGroup.NotFound"
    assert code_of(ec2.describe_security_groups, GroupIds=[peer["GroupId"]]) == "InvalidGroup.NotFound"
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=with_owner)
    assert rules(ec2, group) == []


def test_a_rule_is_revoked_without_its_description_and_named_in_the_answer(ec2, group):
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "UserIdGroupPairs": [{"GroupId": group, "Description": "one"}]}])
    gone = ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "UserIdGroupPairs": [{"GroupId": group}]}])["RevokedSecurityGroupRules"]
    assert (gone[0]["ReferencedGroupId"], gone[0]["Description"]) == (group, "one")
    assert rules(ec2, group) == []


def test_a_revoke_with_one_unknown_rule_revokes_nothing(ec2, group):
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}])
    both = [{**HTTP, "IpRanges": [{"CidrIp": "192.0.2.0/24"}, {"CidrIp": "203.0.113.0/24"}]}]
    assert code_of(ec2.revoke_security_group_ingress, GroupId=group, IpPermissions=both) == "InvalidPermission.NotFound"
    assert code_of(ec2.revoke_security_group_ingress, GroupId=group, SecurityGroupRuleIds=["sgr-00000000000000000"]) == "InvalidSecurityGroupRuleId.NotFound"
    assert len(rules(ec2, group)) == 1


@pytest.mark.parametrize(("permission", "code"), [
    ({"IpProtocol": "tcp", "FromPort": 80, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}, "InvalidParameterValue"),
    ({"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}, "InvalidParameterValue"),
    ({**HTTP, "IpRanges": [{"CidrIp": "192.0.2.0/33"}]}, "InvalidParameterValue"),
    ({**HTTP, "UserIdGroupPairs": [{"GroupId": "sg-00000000000000000"}]}, "InvalidGroup.NotFound"),
    ({"IpProtocol": "carrier-pigeon", "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}, "InvalidPermission.Malformed"),
    (HTTP, "MissingParameter"),
])
def test_a_malformed_rule_is_named_by_its_fault(ec2, group, permission, code):
    assert code_of(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[permission]) == code


def test_protocols_come_back_in_their_normal_form(ec2, group):
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "6", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]},
        {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]},
        {"IpProtocol": "50", "FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}])["SecurityGroupRules"]
    assert [(r["IpProtocol"], r["FromPort"], r["ToPort"]) for r in made] == [("tcp", 22, 22), ("icmp", -1, -1), ("50", -1, -1)]


def test_a_rule_is_modified_in_place_but_not_in_its_type(ec2, group):
    rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}])["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    change = {"SecurityGroupRuleId": rule, "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 81, "ToPort": 81, "CidrIpv4": "198.51.100.0/24", "Description": "new"}}
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[change])
    seen = rules(ec2, group)[0]
    assert (seen["SecurityGroupRuleId"], seen["FromPort"], seen["CidrIpv4"], seen["Description"]) == (rule, 81, "198.51.100.0/24", "new")
    change["SecurityGroupRule"] = {"IpProtocol": "tcp", "FromPort": 81, "ToPort": 81, "CidrIpv6": "2001:db8::/32"}
    assert code_of(ec2.modify_security_group_rules, GroupId=group, SecurityGroupRules=[change]) == "InvalidParameterCombination"


def test_a_description_is_set_and_taken_away_without_touching_the_rule(ec2, group):
    permission = {**HTTP, "IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": "old"}]}
    rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    ec2.update_security_group_rule_descriptions_ingress(GroupId=group, SecurityGroupRuleDescriptions=[{"SecurityGroupRuleId": rule, "Description": "new"}])
    assert rules(ec2, group)[0]["Description"] == "new"
    ec2.update_security_group_rule_descriptions_ingress(GroupId=group, IpPermissions=[{**HTTP, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}])
    assert "Description" not in rules(ec2, group)[0] and rules(ec2, group)[0]["SecurityGroupRuleId"] == rule


def test_the_quota_of_sixty_counts_each_family_by_itself(ec2, group):
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "IpRanges": [{"CidrIp": f"192.0.2.{i}/32"} for i in range(60)]}])
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}])
    more = [{**HTTP, "IpRanges": [{"CidrIp": "192.0.2.60/32"}]}]
    assert code_of(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=more) == "RulesPerSecurityGroupLimitExceeded"


def test_a_prefix_list_counts_as_many_rules_as_it_may_have_entries(ec2, group):
    listed = ec2.create_managed_prefix_list(PrefixListName="offices", MaxEntries=59, AddressFamily="IPv4", Entries=[{"Cidr": "192.0.2.0/24"}])
    of_list = [{**HTTP, "PrefixListIds": [{"PrefixListId": listed["PrefixList"]["PrefixListId"]}]}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=of_list)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}])
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "IpRanges": [{"CidrIp": "192.0.2.1/32"}]}])
    more = [{**HTTP, "IpRanges": [{"CidrIp": "192.0.2.2/32"}]}]
    assert code_of(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=more) == "RulesPerSecurityGroupLimitExceeded"


def test_of_many_equal_calls_at_once_exactly_one_wins(ec2, group):
    def add(_):
        try:
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**HTTP, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}])
            return "ok"
        except ClientError as problem:
            return problem.response["Error"]["Code"]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(add, range(8))) == ["InvalidPermission.Duplicate"] * 7 + ["ok"]


def test_a_group_in_use_cannot_be_deleted(ec2, vpc, subnet, group):
    referring = new_group(ec2, vpc, "referring")
    ec2.authorize_security_group_ingress(GroupId=referring, IpPermissions=[{**HTTP, "UserIdGroupPairs": [{"GroupId": group}]}])
    assert code_of(ec2.delete_security_group, GroupId=group) == "DependencyViolation"
    ec2.revoke_security_group_ingress(GroupId=referring, IpPermissions=[{**HTTP, "UserIdGroupPairs": [{"GroupId": group}]}])
    instance = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group])["Instances"][0]["InstanceId"]
    assert code_of(ec2.delete_security_group, GroupId=group) == "DependencyViolation"
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.delete_security_group(GroupId=group)
    assert code_of(ec2.describe_security_groups, GroupIds=[group]) == "InvalidGroup.NotFound"


def groups_of(ec2, instance):
    seen = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    return sorted(g["GroupId"] for g in seen["SecurityGroups"]), sorted(g["GroupId"] for g in seen["NetworkInterfaces"][0]["Groups"])


def test_the_groups_of_an_instance_and_of_its_interface_are_one_thing(ec2, vpc, subnet, group):
    second = new_group(ec2, vpc, "second")
    launched = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group],
                                 MetadataOptions={"HttpTokens": "required"})["Instances"][0]
    instance, interface = launched["InstanceId"], launched["NetworkInterfaces"][0]["NetworkInterfaceId"]
    assert launched["MetadataOptions"]["HttpTokens"] == "required"
    ec2.modify_instance_attribute(InstanceId=instance, Groups=[second])
    assert groups_of(ec2, instance) == ([second], [second])
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[group, second])
    assert groups_of(ec2, instance) == (sorted([group, second]), sorted([group, second]))
    assert code_of(ec2.modify_instance_attribute, InstanceId=instance, Groups=["sg-00000000000000000"]) == "InvalidGroup.NotFound"
    ec2.terminate_instances(InstanceIds=[instance])


def test_an_instance_launched_with_an_interface_has_its_groups(ec2, subnet, group):
    launched = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, NetworkInterfaces=[
        {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group], "AssociatePublicIpAddress": False}])["Instances"][0]["InstanceId"]
    assert groups_of(ec2, launched) == ([group], [group])
    ec2.terminate_instances(InstanceIds=[launched])


def test_groups_come_in_pages_when_asked_and_when_a_test_says_so(aws, ec2, vpc):
    made = {new_group(ec2, vpc, f"page-{i}") for i in range(12)}
    mine = [{"Name": "group-name", "Values": ["page-*"]}]
    first = ec2.describe_security_groups(Filters=mine, MaxResults=5)
    assert len(first["SecurityGroups"]) == 5 and first["NextToken"]
    pages = list(ec2.get_paginator("describe_security_groups").paginate(Filters=mine, PaginationConfig={"PageSize": 5}))
    assert [len(p["SecurityGroups"]) for p in pages] == [5, 5, 2]
    assert {g["GroupId"] for p in pages for g in p["SecurityGroups"]} == made
    assert "NextToken" not in ec2.describe_security_groups(Filters=mine)
    assert code_of(ec2.describe_security_groups, NextToken="nonsense") == "InvalidPaginationToken"
    requests.post(f"{aws.url}/_local/faults", json={"kind": "page", "service": "ec2", "action": "DescribeSecurityGroups", "size": 2})
    assert [len(p["SecurityGroups"]) for p in ec2.get_paginator("describe_security_groups").paginate(Filters=mine)] == [2] * 6
    requests.delete(f"{aws.url}/_local/faults")


def test_the_groups_of_a_vpc_can_be_listed(ec2, vpc, group):
    assert group in {g["GroupId"] for g in ec2.get_security_groups_for_vpc(VpcId=vpc)["SecurityGroupForVpcs"]}


def test_a_public_image_parameter_answers_at_any_pinned_version(aws):
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64"
    ssm = aws.client("ssm")
    latest = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    assert ssm.get_parameter(Name=f"{name}:7")["Parameter"] | {"Value": latest, "Version": 7} == ssm.get_parameter(Name=f"{name}:7")["Parameter"]
    assert ssm.get_parameters(Names=[f"{name}:7"])["Parameters"][0]["Value"] == latest
