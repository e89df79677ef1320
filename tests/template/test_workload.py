"""The web system of the template: who can reach whom, and what the instance is given."""

import email
import re
import subprocess

ANYWHERE = "0.0.0.0/0"


def test_clients_reach_the_load_balancer_and_only_it_reaches_the_application(resources):
    front = resources["LoadBalancerSecurityGroup"]["Properties"]
    web = resources["WebSecurityGroup"]["Properties"]
    between = resources["WebIngressFromLoadBalancer"]["Properties"]
    http, https = front["SecurityGroupIngress"]
    assert (http["FromPort"], http["ToPort"], http["CidrIp"]) == (80, 80, ANYWHERE)
    assert https["Fn::If"][0] == "HasCertificate"
    assert https["Fn::If"][2] == {"Ref": "AWS::NoValue"}
    assert [rule["DestinationSecurityGroupId"] for rule in front["SecurityGroupEgress"]] == [
        {"Fn::GetAtt": ["WebSecurityGroup", "GroupId"]}
    ]
    assert "SecurityGroupIngress" not in web, "its only way in is a resource of its own"
    assert between["SourceSecurityGroupId"] == {"Fn::GetAtt": ["LoadBalancerSecurityGroup", "GroupId"]}
    assert between["FromPort"] == between["ToPort"] == {"Ref": "AppPort"}
    assert [(rule["FromPort"], rule["ToPort"]) for rule in web["SecurityGroupEgress"]] == [(443, 443)]


def test_the_instance_is_private_and_gives_its_credentials_to_tokens_only(resources):
    instance = resources["WebInstance"]["Properties"]
    assert instance["SubnetId"] == {"Ref": "PrivateSubnetA"}
    assert not {"KeyName", "NetworkInterfaces", "PublicIp"} & instance.keys()
    assert instance["MetadataOptions"] == {
        "HttpEndpoint": "enabled",
        "HttpTokens": "required",
        "HttpPutResponseHopLimit": 1,
    }
    assert all(device["Ebs"]["Encrypted"] for device in instance["BlockDeviceMappings"])


def test_the_instance_boots_only_once_it_can_fetch_its_packages(resources):
    instance = resources["WebInstance"]
    assert set(instance["DependsOn"]) == {
        "PrivateDefaultRoute",
        "PrivateSubnetARouteTableAssociation",
        "InternetGatewayAttachment",
    }
    assert instance["CreationPolicy"]["ResourceSignal"]["Count"] == 1


def test_a_certificate_moves_the_application_to_443_and_redirects_80(resources):
    actions = resources["HttpListener"]["Properties"]["DefaultActions"]["Fn::If"]
    assert actions[0] == "HasCertificate"
    assert actions[1][0]["RedirectConfig"] == {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    assert actions[2] == [{"Type": "forward", "TargetGroupArn": {"Ref": "WebTargetGroup"}}]
    assert resources["HttpsListener"]["Condition"] == "HasCertificate"


def test_health_is_asked_as_agreed_and_the_target_is_declared(resources):
    group = resources["WebTargetGroup"]["Properties"]
    assert {name: group[name] for name in group if name.startswith("Health") or name.startswith("Unhealthy")} == {
        "HealthCheckEnabled": True,
        "HealthCheckProtocol": "HTTP",
        "HealthCheckPort": "traffic-port",
        "HealthCheckPath": "/health",
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckTimeoutSeconds": 5,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 2,
    }
    assert group["Targets"] == [{"Id": {"Ref": "WebInstance"}, "Port": {"Ref": "AppPort"}}]


def test_the_user_data_fits_and_is_a_script_that_bash_can_read(resources):
    longest = {"AWS::StackName": "s" * 128, "AWS::Region": "ap-southeast-1", "AppPort": "65535"}
    text = resources["WebInstance"]["Properties"]["UserData"]["Fn::Base64"]["Fn::Sub"]
    rendered = re.sub(r"\$\{([^}!]+)\}", lambda name: longest[name[1]], text)
    assert len(rendered.encode()) < 16 * 1024
    script = email.message_from_string(rendered).get_payload()[1].get_payload()
    assert script.startswith("#!/bin/bash\n")
    checked = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
