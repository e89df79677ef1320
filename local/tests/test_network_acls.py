"""Network ACLs on the local AWS answer as EC2's do."""

import pytest
from botocore.config import Config
from network_parts import Site, code_of

ALLOW = {"RuleNumber": 100, "Egress": False, "RuleAction": "allow", "Protocol": "6", "CidrBlock": "0.0.0.0/0", "PortRange": {"From": 80, "To": 80}}


@pytest.fixture(scope="module")
def ec2(aws):
    return aws.client("ec2", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def site(ec2):
    return Site(ec2, "10.63")


@pytest.fixture
def acl(ec2, site):
    return ec2.create_network_acl(VpcId=site.vpc)["NetworkAcl"]["NetworkAclId"]


def entries(ec2, acl, egress=False):
    shown, = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"]
    return {one["RuleNumber"]: one for one in shown["Entries"] if one["Egress"] is egress}


def test_a_new_list_denies_everything_and_the_one_of_the_vpc_allows_everything(ec2, site, acl):
    for egress in (True, False):
        assert [(n, one["RuleAction"], one["CidrBlock"], one["Protocol"]) for n, one in entries(ec2, acl, egress).items()] == [(32767, "deny", "0.0.0.0/0", "-1")]
    default, _ = site.acl()
    assert default["IsDefault"] is True and default["VpcId"] == site.vpc
    assert {(n, one["RuleAction"]) for n, one in entries(ec2, default["NetworkAclId"]).items()} == {(100, "allow"), (32767, "deny")}


def test_an_entry_is_made_replaced_and_deleted(ec2, acl):
    ec2.create_network_acl_entry(NetworkAclId=acl, **ALLOW)
    assert entries(ec2, acl)[100] == {**ALLOW}
    ec2.replace_network_acl_entry(NetworkAclId=acl, **{**ALLOW, "RuleAction": "deny", "Protocol": "-1", "CidrBlock": "198.51.100.9/24", "PortRange": {"From": 1, "To": 2}})
    assert entries(ec2, acl)[100] == {"RuleNumber": 100, "Egress": False, "RuleAction": "deny", "Protocol": "-1", "CidrBlock": "198.51.100.0/24"}
    ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=False)
    assert list(entries(ec2, acl)) == [32767]


def test_a_protocol_comes_back_as_its_number_and_icmp_with_type_and_code(ec2, acl):
    ec2.create_network_acl_entry(NetworkAclId=acl, **{**ALLOW, "Protocol": "tcp"})
    ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=110, Egress=False, RuleAction="allow", Protocol="1", CidrBlock="0.0.0.0/0", IcmpTypeCode={"Type": -1, "Code": -1})
    ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=120, Egress=False, RuleAction="allow", Protocol="-1", Ipv6CidrBlock="2001:DB8::/32")
    seen = entries(ec2, acl)
    assert (seen[100]["Protocol"], seen[110]["IcmpTypeCode"], seen[120]["Ipv6CidrBlock"]) == ("6", {"Type": -1, "Code": -1}, "2001:db8::/32")


@pytest.mark.parametrize(("change", "code"), [
    ({"NetworkAclId": "acl-00000000000000000"}, "InvalidNetworkAclID.NotFound"),
    ({"RuleNumber": 32767}, "InvalidParameterValue"), ({"RuleNumber": 0}, "InvalidParameterValue"),
    ({"PortRange": None}, "MissingParameter"), ({"CidrBlock": None}, "MissingParameter"), ({"RuleAction": "maybe"}, "InvalidParameterValue"),
    ({"Protocol": "300"}, "InvalidParameterValue"), ({"CidrBlock": "0.0.0.0/99"}, "InvalidParameterValue"), ({"DryRun": True}, "DryRunOperation"),
])
def test_a_wrong_entry_is_named_by_its_fault(ec2, acl, change, code):
    arguments = {"NetworkAclId": acl, **ALLOW} | change
    assert code_of(ec2.create_network_acl_entry, **{k: v for k, v in arguments.items() if v is not None}) == code
    assert list(entries(ec2, acl)) == [32767]


def test_a_number_is_used_once_per_direction_and_must_be_there_to_be_changed(ec2, acl):
    ec2.create_network_acl_entry(NetworkAclId=acl, **ALLOW)
    assert code_of(ec2.create_network_acl_entry, NetworkAclId=acl, **ALLOW) == "NetworkAclEntryAlreadyExists"
    ec2.create_network_acl_entry(NetworkAclId=acl, **{**ALLOW, "Egress": True})
    assert code_of(ec2.replace_network_acl_entry, NetworkAclId=acl, **{**ALLOW, "RuleNumber": 7}) == "InvalidNetworkAclEntry.NotFound"
    assert code_of(ec2.delete_network_acl_entry, NetworkAclId=acl, RuleNumber=7, Egress=False) == "InvalidNetworkAclEntry.NotFound"
    assert code_of(ec2.delete_network_acl_entry, NetworkAclId=acl, RuleNumber=32767, Egress=False) == "InvalidParameterValue"


def test_twenty_entries_are_the_most_in_one_direction(ec2, acl):
    for number in range(1, 21):
        ec2.create_network_acl_entry(NetworkAclId=acl, **{**ALLOW, "RuleNumber": number})
    assert code_of(ec2.create_network_acl_entry, NetworkAclId=acl, **{**ALLOW, "RuleNumber": 21}) == "NetworkAclEntryLimitExceeded"
    ec2.create_network_acl_entry(NetworkAclId=acl, **{**ALLOW, "RuleNumber": 21, "Egress": True})


def test_a_subnet_has_one_list_and_a_new_association_has_a_new_id(ec2, site, acl):
    default, association = site.acl()
    made = ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)["NewAssociationId"]
    assert made != association and site.acl()[0]["NetworkAclId"] == acl
    assert code_of(ec2.delete_network_acl, NetworkAclId=acl) == "DependencyViolation"
    assert code_of(ec2.replace_network_acl_association, AssociationId=association, NetworkAclId=acl) == "InvalidAssociationID.NotFound"
    ec2.replace_network_acl_association(AssociationId=made, NetworkAclId=default["NetworkAclId"])
    ec2.delete_network_acl(NetworkAclId=acl)
    assert code_of(ec2.describe_network_acls, NetworkAclIds=[acl]) == "InvalidNetworkAclID.NotFound"


def test_the_list_of_the_vpc_cannot_be_deleted_and_one_of_another_network_not_used(ec2, site):
    default, association = site.acl()
    assert code_of(ec2.delete_network_acl, NetworkAclId=default["NetworkAclId"]) == "InvalidParameterValue"
    foreign = ec2.create_network_acl(VpcId=ec2.create_vpc(CidrBlock="10.64.0.0/16")["Vpc"]["VpcId"])["NetworkAcl"]["NetworkAclId"]
    assert code_of(ec2.replace_network_acl_association, AssociationId=association, NetworkAclId=foreign) == "InvalidParameterValue"


def test_lists_are_found_by_what_they_are_for(ec2, site, acl):
    def found(*filters):
        return {one["NetworkAclId"] for one in ec2.describe_network_acls(Filters=[{"Name": n, "Values": v} for n, v in filters])["NetworkAcls"]}
    default, association = site.acl()
    assert found(("vpc-id", [site.vpc]), ("default", ["true"])) == {default["NetworkAclId"]}
    assert found(("association.association-id", [association])) == {default["NetworkAclId"]}
    assert found(("network-acl-id", [acl, "acl-00000000000000000"])) == {acl}
