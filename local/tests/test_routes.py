"""Route tables on the local AWS answer as EC2's do."""

import pytest
from botocore.config import Config
from network_parts import Site, code_of

EVERYWHERE = "0.0.0.0/0"


@pytest.fixture(scope="module")
def ec2(aws):
    return aws.client("ec2", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def site(ec2):
    return Site(ec2, "10.60")


@pytest.fixture
def table(ec2, site):
    return ec2.create_route_table(VpcId=site.vpc)["RouteTable"]["RouteTableId"]


def test_a_route_is_made_changed_and_deleted_and_the_local_one_stays(ec2, site, table):
    interface = ec2.create_network_interface(SubnetId=site.subnets[0])["NetworkInterface"]["NetworkInterfaceId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE, GatewayId=site.gateway)
    assert site.routes(table) == {"10.60.0.0/16": ("local", "active", "CreateRouteTable"), EVERYWHERE: (site.gateway, "active", "CreateRoute")}
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE, NetworkInterfaceId=interface)
    assert site.routes(table)[EVERYWHERE] == (interface, "blackhole", "CreateRoute")
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE)
    assert list(site.routes(table)) == ["10.60.0.0/16"]
    assert code_of(ec2.delete_route, RouteTableId=table, DestinationCidrBlock="10.60.0.0/16") == "InvalidParameterValue"


def test_a_destination_loses_its_host_bits_and_is_known_by_either_form(ec2, site, table):
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="198.51.100.77/24", GatewayId=site.gateway)
    ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="2001:DB8:0::/48", GatewayId=site.gateway)
    assert {"198.51.100.0/24", "2001:db8::/48"} < site.routes(table).keys()
    assert code_of(ec2.create_route, RouteTableId=table, DestinationCidrBlock="198.51.100.0/24", GatewayId=site.gateway) == "RouteAlreadyExists"
    ec2.delete_route(RouteTableId=table, DestinationIpv6CidrBlock="2001:db8::/48")
    assert "2001:db8::/48" not in site.routes(table)


def test_a_route_to_a_prefix_list_is_one_route(ec2, site, table):
    offices = ec2.create_managed_prefix_list(PrefixListName="offices", MaxEntries=3, AddressFamily="IPv4",
                                             Entries=[{"Cidr": "192.0.2.0/24"}])["PrefixList"]["PrefixListId"]
    ec2.create_route(RouteTableId=table, DestinationPrefixListId=offices, GatewayId=site.gateway)
    assert site.routes(table)[offices] == (site.gateway, "active", "CreateRoute")
    ec2.delete_route(RouteTableId=table, DestinationPrefixListId=offices)


@pytest.mark.parametrize(("change", "code"), [
    ({"RouteTableId": "rtb-00000000000000000"}, "InvalidRouteTableID.NotFound"),
    ({"GatewayId": "igw-00000000000000000"}, "InvalidGatewayID.NotFound"),
    ({"GatewayId": None, "NatGatewayId": "nat-00000000000000000"}, "InvalidNatGatewayID.NotFound"),
    ({"GatewayId": None, "NetworkInterfaceId": "eni-00000000000000000"}, "InvalidNetworkInterfaceID.NotFound"),
    ({"GatewayId": None, "InstanceId": "i-00000000000000000"}, "InvalidInstanceID.NotFound"),
    ({"GatewayId": None, "VpcPeeringConnectionId": "pcx-00000000000000000"}, "InvalidVpcPeeringConnectionID.NotFound"),
    ({"GatewayId": None}, "MissingParameter"),
    ({"NatGatewayId": "nat-00000000000000000"}, "InvalidParameterCombination"),
    ({"DestinationCidrBlock": "198.51.100.0/33"}, "InvalidParameterValue"),
    ({"DryRun": True}, "DryRunOperation"),
])
def test_a_wrong_route_is_named_by_its_fault(ec2, site, table, change, code):
    arguments = {"RouteTableId": table, "DestinationCidrBlock": EVERYWHERE, "GatewayId": site.gateway} | change
    assert code_of(ec2.create_route, **{k: v for k, v in arguments.items() if v is not None}) == code
    assert list(site.routes(table)) == ["10.60.0.0/16"]


def test_what_is_not_there_cannot_be_replaced_or_deleted(ec2, site, table):
    assert code_of(ec2.replace_route, RouteTableId=table, DestinationCidrBlock=EVERYWHERE, GatewayId=site.gateway) == "InvalidParameterValue"
    assert code_of(ec2.delete_route, RouteTableId=table, DestinationCidrBlock=EVERYWHERE) == "InvalidRoute.NotFound"


def test_a_gateway_that_is_not_attached_here_is_no_target_and_one_that_goes_leaves_a_blackhole(ec2, site):
    vpc = ec2.create_vpc(CidrBlock="10.61.0.0/16")["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    assert code_of(ec2.create_route, RouteTableId=table, DestinationCidrBlock=EVERYWHERE, GatewayId=site.gateway) == "InvalidParameterValue"
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE, GatewayId=gateway)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert site.routes(table)[EVERYWHERE] == (gateway, "blackhole", "CreateRoute")
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert site.routes(table)[EVERYWHERE][1] == "active"


def test_a_route_to_an_instance_shows_its_interface_and_is_black_once_it_stops(ec2, site, table):
    instance = site.instance()
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE, InstanceId=instance)
    route = next(one for one in ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"] if one.get("DestinationCidrBlock") == EVERYWHERE)
    assert (route["InstanceId"], route["InstanceOwnerId"], route["State"]) == (instance, "123456789012", "active")
    assert route["NetworkInterfaceId"].startswith("eni-")
    ec2.stop_instances(InstanceIds=[instance])
    assert site.routes(table)[EVERYWHERE][1] == "blackhole"
    ec2.terminate_instances(InstanceIds=[instance])
    shown = next(one for one in ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"] if one.get("DestinationCidrBlock") == EVERYWHERE)
    assert (shown["State"], shown["NetworkInterfaceId"]) == ("blackhole", route["NetworkInterfaceId"])


def test_a_subnet_has_one_table_and_a_new_association_has_a_new_id(ec2, site, table):
    subnet = ec2.create_subnet(VpcId=site.vpc, CidrBlock="10.60.7.0/24")["Subnet"]["SubnetId"]
    first = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    assert ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"] == first
    assert code_of(ec2.associate_route_table, RouteTableId=site.table, SubnetId=subnet) == "Resource.AlreadyAssociated"
    second = ec2.replace_route_table_association(AssociationId=first, RouteTableId=site.table)["NewAssociationId"]
    assert second != first and tables_of(ec2, subnet) == [site.table]
    assert code_of(ec2.replace_route_table_association, AssociationId=first, RouteTableId=table) == "InvalidAssociationID.NotFound"
    ec2.disassociate_route_table(AssociationId=second)
    assert tables_of(ec2, subnet) == []
    assert code_of(ec2.disassociate_route_table, AssociationId=second) == "InvalidAssociationID.NotFound"
    ec2.delete_subnet(SubnetId=subnet)


def tables_of(ec2, subnet):
    return [one["RouteTableId"] for one in ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["RouteTables"]]


def test_another_table_can_be_made_the_main_one_and_the_main_one_stays(ec2, site, table):
    main, = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [site.vpc]}, {"Name": "association.main", "Values": ["true"]}])["RouteTables"]
    association = next(one["RouteTableAssociationId"] for one in main["Associations"] if one["Main"])
    assert code_of(ec2.disassociate_route_table, AssociationId=association) == "InvalidParameterValue"
    made = ec2.replace_route_table_association(AssociationId=association, RouteTableId=table)["NewAssociationId"]
    assert code_of(ec2.delete_route_table, RouteTableId=table) == "DependencyViolation"
    ec2.replace_route_table_association(AssociationId=made, RouteTableId=main["RouteTableId"])
    ec2.delete_route_table(RouteTableId=table)


def test_a_table_of_another_network_is_refused(ec2, site):
    vpc = ec2.create_vpc(CidrBlock="10.62.0.0/16")["Vpc"]["VpcId"]
    foreign = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    assert code_of(ec2.replace_route_table_association, AssociationId=site.associations[0], RouteTableId=foreign) == "InvalidParameterValue"


def test_tables_are_found_by_what_their_routes_say_and_an_unknown_filter_is_refused(ec2, site):
    def found(name, *values):
        return {one["RouteTableId"] for one in ec2.describe_route_tables(Filters=[{"Name": name, "Values": list(values)}])["RouteTables"]}
    assert found("route.gateway-id", site.gateway) >= {site.table}
    assert found("association.route-table-association-id", *site.associations) == {site.table}
    assert found("route-table-id", "rtb-00000000000000000", site.table) == {site.table}
    assert found("vpc-id", "vpc-00000000000000000") == set()
    assert code_of(ec2.describe_route_tables, Filters=[{"Name": "colour", "Values": ["red"]}]) == "InvalidParameterValue"
    assert code_of(ec2.describe_route_tables, RouteTableIds=["rtb-00000000000000000"]) == "InvalidRouteTableID.NotFound"


def test_the_route_of_a_gateway_endpoint_leads_a_prefix_list_to_it(ec2, site, table):
    endpoint = ec2.create_vpc_endpoint(VpcId=site.vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=[table])["VpcEndpoint"]["VpcEndpointId"]
    made = {destination: route for destination, route in site.routes(table).items() if destination.startswith("pl-")}
    assert list(made.values()) == [(endpoint, "active", "CreateRoute")]
