"""The concerns that fill moto's gaps; importing one registers it."""

import importlib

PARTS = ("calls", "faults", "permissions", "ec2", "networks", "interfaces", "instances", "addresses", "gateways", "routes", "network_acls",
         "balancers", "listener_rules", "elbv2", "identity", "parameter_store", "lambda_settings", "account_limits", "cloudformation", "eventbridge", "cloudtrail", "alarms")


def load_parts():
    for part in PARTS:
        importlib.import_module(f"driftmend_local.{part}")
