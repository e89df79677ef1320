"""What can be set on instances, subnets and VPCs of the local AWS, and what is refused."""

import pytest
from botocore.config import Config
from network_parts import code_of


@pytest.fixture(scope="module")
def ec2(aws):
    return aws.client("ec2", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.31.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture(scope="module")
def subnet(ec2, vpc):
    return ec2.create_subnet(VpcId=vpc, CidrBlock="10.31.1.0/24")["Subnet"]["SubnetId"]


@pytest.fixture
def instance(ec2, subnet):
    made = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet,
                             MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1})["Instances"][0]["InstanceId"]
    yield made
    ec2.terminate_instances(InstanceIds=[made])


def seen(ec2, instance):
    return ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]


def test_the_source_destination_check_of_an_instance_and_of_its_interface_are_one_thing(ec2, instance):
    interface = seen(ec2, instance)["NetworkInterfaces"][0]["NetworkInterfaceId"]
    ec2.modify_instance_attribute(InstanceId=instance, SourceDestCheck={"Value": False})
    shown = seen(ec2, instance)
    assert (shown["SourceDestCheck"], shown["NetworkInterfaces"][0]["SourceDestCheck"]) == (False, False)
    ec2.reset_network_interface_attribute(NetworkInterfaceId=interface, SourceDestCheck="x")
    assert seen(ec2, instance)["SourceDestCheck"] is True
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, SourceDestCheck={"Value": False})
    assert seen(ec2, instance)["SourceDestCheck"] is False
    ec2.reset_instance_attribute(InstanceId=instance, Attribute="sourceDestCheck")
    assert seen(ec2, instance)["SourceDestCheck"] is True


def test_one_attribute_is_set_at_a_time_and_some_only_while_the_instance_is_stopped(ec2, instance):
    both = {"SourceDestCheck": {"Value": False}, "DisableApiTermination": {"Value": True}}
    assert code_of(ec2.modify_instance_attribute, InstanceId=instance, **both) == "InvalidParameterCombination"
    assert code_of(ec2.modify_instance_attribute, InstanceId=instance, InstanceType={"Value": "t3.large"}) == "IncorrectInstanceState"
    ec2.stop_instances(InstanceIds=[instance])
    ec2.modify_instance_attribute(InstanceId=instance, InstanceType={"Value": "t3.large"})
    assert seen(ec2, instance)["InstanceType"] == "t3.large"
    ec2.start_instances(InstanceIds=[instance])


def test_metadata_options_that_a_call_does_not_name_stay(ec2, instance):
    answer = ec2.modify_instance_metadata_options(InstanceId=instance, HttpPutResponseHopLimit=3)["InstanceMetadataOptions"]
    assert (answer["State"], answer["HttpTokens"], answer["HttpPutResponseHopLimit"]) == ("pending", "required", 3)
    ec2.modify_instance_metadata_options(InstanceId=instance, HttpTokens="optional", InstanceMetadataTags="enabled")
    shown = seen(ec2, instance)["MetadataOptions"]
    assert (shown["State"], shown["HttpTokens"], shown["HttpPutResponseHopLimit"], shown["InstanceMetadataTags"]) == ("applied", "optional", 3, "enabled")
    assert code_of(ec2.modify_instance_metadata_options, InstanceId=instance, HttpPutResponseHopLimit=65) == "InvalidParameterValue"


def test_an_instance_has_one_profile_which_is_replaced_by_its_association(aws, ec2, instance):
    iam = aws.client("iam")
    for name in ("one", "two"):
        iam.create_instance_profile(InstanceProfileName=name)
    made = ec2.associate_iam_instance_profile(InstanceId=instance, IamInstanceProfile={"Name": "one"})["IamInstanceProfileAssociation"]["AssociationId"]
    assert seen(ec2, instance)["IamInstanceProfile"]["Arn"].endswith(":instance-profile/one")
    assert code_of(ec2.associate_iam_instance_profile, InstanceId=instance, IamInstanceProfile={"Name": "two"}) == "IncorrectState"
    ec2.replace_iam_instance_profile_association(AssociationId=made, IamInstanceProfile={"Name": "two"})
    assert seen(ec2, instance)["IamInstanceProfile"]["Arn"].endswith(":instance-profile/two")
    ec2.disassociate_iam_instance_profile(AssociationId=made)
    assert "IamInstanceProfile" not in seen(ec2, instance)


def test_a_terminated_instance_is_not_started_again(ec2, subnet):
    gone = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]["InstanceId"]
    ec2.terminate_instances(InstanceIds=[gone])
    assert code_of(ec2.start_instances, InstanceIds=[gone]) == "IncorrectInstanceState"
    assert code_of(ec2.start_instances, InstanceIds=["i-00000000000000000"]) == "InvalidInstanceID.NotFound"


def test_dns_of_a_vpc_is_set_one_flag_at_a_time(ec2, vpc):
    def flag(name):
        return ec2.describe_vpc_attribute(VpcId=vpc, Attribute=name)[name[0].upper() + name[1:]]["Value"]
    assert (flag("enableDnsSupport"), flag("enableDnsHostnames")) == (True, False)
    both = {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}
    assert code_of(ec2.modify_vpc_attribute, VpcId=vpc, **both) == "InvalidParameterCombination"
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    assert flag("enableDnsHostnames") is True
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": False})
    assert code_of(ec2.modify_vpc_attribute, VpcId=vpc, EnableDnsHostnames={"Value": True}) == "InvalidParameterValue"
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": True})
    assert code_of(ec2.modify_vpc_attribute, VpcId="vpc-00000000000000000", EnableDnsSupport={"Value": True}) == "InvalidVpcID.NotFound"


def test_a_subnet_maps_public_addresses_if_it_is_set_to(ec2, subnet):
    def maps():
        return ec2.describe_subnets(Filters=[{"Name": "subnet-id", "Values": [subnet]}])["Subnets"][0]["MapPublicIpOnLaunch"]
    assert maps() is False
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    assert maps() is True
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": False})
    assert code_of(ec2.modify_subnet_attribute, SubnetId="subnet-00000000000000000", MapPublicIpOnLaunch={"Value": True}) == "InvalidSubnetID.NotFound"


def test_a_network_that_something_uses_is_not_deleted(ec2, vpc, subnet, instance):
    assert code_of(ec2.delete_subnet, SubnetId=subnet) == "DependencyViolation"
    assert code_of(ec2.delete_vpc, VpcId=vpc) == "DependencyViolation"
    interface = seen(ec2, instance)["NetworkInterfaces"][0]["NetworkInterfaceId"]
    assert code_of(ec2.delete_network_interface, NetworkInterfaceId=interface) == "InvalidParameterValue"


def test_an_id_that_is_not_there_fails_a_look_by_id_and_none_by_filter(ec2, vpc):
    assert code_of(ec2.describe_vpcs, VpcIds=[vpc, "vpc-00000000000000000"]) == "InvalidVpcID.NotFound"
    assert code_of(ec2.describe_subnets, SubnetIds=["subnet-00000000000000000"]) == "InvalidSubnetID.NotFound"
    found = ec2.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc, "vpc-00000000000000000"]}])["Vpcs"]
    assert [one["VpcId"] for one in found] == [vpc]


def test_tags_and_stars_are_filters_too(ec2, vpc):
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "team", "Value": "web [a]"}])
    for value in ("web [a]", "web*", "w?b [[]a]"):
        found = ec2.describe_vpcs(Filters=[{"Name": "tag:team", "Values": [value]}])["Vpcs"]
        assert [one["VpcId"] for one in found] == ([vpc] if value != "w?b [[]a]" else []), value
    assert ec2.describe_vpcs(Filters=[{"Name": "tag-key", "Values": ["team"]}])["Vpcs"][0]["VpcId"] == vpc
