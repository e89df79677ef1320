"""The concerns that fill moto's gaps; importing one registers it."""

import importlib

PARTS = ("api.moto_once", "api.calls", "api.faults", "api.permissions", "ec2.lists", "ec2.networks", "ec2.interfaces", "ec2.instances",
         "ec2.addresses", "ec2.gateways", "ec2.endpoints", "ec2.routes", "ec2.network_acls", "elbv2.balancers", "elbv2.listener_rules", "elbv2.targets",
         "api.identity", "api.parameter_store", "functions.lambda_settings", "api.account_limits", "cloudformation", "cloudcontrol", "events.eventbridge", "events.cloudtrail", "events.alarms")


def load_parts():
    for part in PARTS:
        importlib.import_module(f"driftmend_local.{part}")
