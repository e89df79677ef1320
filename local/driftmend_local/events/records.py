"""A CloudTrail record of one API call, in the shapes that AWS really sends, which differ by service and by call.

Source: AWS CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail userIdentity element"; the shapes of EC2's and ELBv2's
requestParameters are those of captured events.
"""

import base64
import uuid
from datetime import UTC, datetime

from ..api.request import ACCOUNT

_HIDDEN = "<sensitiveDataRemoved>"
_WRAPPED = {  # EC2 calls whose request and response CloudTrail writes as translated XML
    "ModifySecurityGroupRules", "CreateNatGateway", "DeleteNatGateway", "CreateLaunchTemplate", "CreateLaunchTemplateVersion",
    "DeleteLaunchTemplate", "ModifyLaunchTemplate", "CreateVpcEndpoint", "DeleteVpcEndpoints", "ModifyVpcEndpoint", "CreateFlowLogs",
    "DeleteFlowLogs", "CreateManagedPrefixList", "ModifyManagedPrefixList", "DeleteManagedPrefixList", "AssociateNatGatewayAddress",
    "DisassociateNatGatewayAddress", "ModifyInstanceMetadataOptions", "AssociateIamInstanceProfile", "DisassociateIamInstanceProfile",
    "ReplaceIamInstanceProfileAssociation", "CreateEgressOnlyInternetGateway", "DeleteEgressOnlyInternetGateway",
    "CreateTransitGatewayVpcAttachment", "DeleteTransitGatewayVpcAttachment", "AssignIpv6Addresses", "UnassignIpv6Addresses"}
_EC2_LISTS = {  # list parameters that CloudTrail names by what they hold: parameter -> (list key, item key)
    "InstanceIds": ("instancesSet", "instanceId"), "Resources": ("resourcesSet", "resourceId"), "Tags": ("tagSet", None),
    "Groups": ("groupSet", "groupId"), "SecurityGroupRuleIds": ("securityGroupRuleIds", "securityGroupRuleId"),
    "SecurityGroupIds": ("groupSet", "groupId")}
_SOURCES = {"elbv2": "elasticloadbalancing", "cloudwatch": "monitoring"}
_LAMBDA_VERSIONS = {
    "CreateFunction": "20150331", "DeleteFunction": "20150331", "UpdateFunctionCode": "20150331v2", "UpdateFunctionConfiguration": "20150331v2",
    "AddPermission": "20150331v2", "RemovePermission": "20150331v2", "PublishVersion": "20150331", "CreateAlias": "20150331",
    "UpdateAlias": "20150331", "DeleteAlias": "20150331", "CreateEventSourceMapping": "20150331", "UpdateEventSourceMapping": "20150331",
    "DeleteEventSourceMapping": "20150331", "PutFunctionConcurrency": "20171031", "DeleteFunctionConcurrency": "20171031"}
_KEYS_ONLY = {"CreateStack", "UpdateStack", "CreateChangeSet"}


def event_source(service):
    return f"{_SOURCES.get(service, service)}.amazonaws.com"


def record_of(call, status, answer, principal, invoked_by=None):
    """The record as a dict; `answer` is the decoded response, with `Error` if the call failed."""
    error = answer.get("Error")
    record = {
        "eventVersion": "1.10", "userIdentity": _identity(principal, invoked_by),
        "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "eventSource": event_source(call.service),
        "eventName": _event_name(call), "awsRegion": call.region,
        "sourceIPAddress": invoked_by or call.environ.get("REMOTE_ADDR", "127.0.0.1"),
        "userAgent": invoked_by or call.environ.get("HTTP_USER_AGENT", "")[:1024]}
    if error or status >= 400:
        code = (error or {}).get("Code") or "InternalError"
        if call.service == "ec2":
            code = f"{'Server' if status >= 500 else 'Client'}.{code}"
        record |= {"errorCode": code, "errorMessage": (error or {}).get("Message", "")[:1024]}
    record |= {
        "requestParameters": _request(call, record.get("errorCode")), "responseElements": None if error or status >= 400 else _response(call, answer),
        "requestID": call.request_id, "eventID": str(uuid.uuid4()), "readOnly": False, "eventType": "AwsApiCall", "managementEvent": True,
        "recipientAccountId": ACCOUNT, "eventCategory": "Management"}
    if call.service == "elbv2":
        record["apiVersion"] = "2015-12-01"
    return record


def _identity(principal, invoked_by):
    identity = principal.as_user_identity()
    if invoked_by:
        identity.pop("accessKeyId", None)
        identity["invokedBy"] = invoked_by
    return identity


def _event_name(call):
    return call.action + _LAMBDA_VERSIONS.get(call.action, "") if call.service == "lambda" else call.action


def _request(call, failed):
    params = {k: v for k, v in call.params.items() if k != "UnreadableRequest"}
    if failed and (call.service == "elbv2" and "AccessDenied" in failed or call.service == "cloudformation"):
        return None
    if call.service == "cloudformation" and call.action in _KEYS_ONLY:
        kept = {k: v for k, v in params.items() if k not in ("TemplateBody", "Parameters", "Tags")}
        kept["Parameters"] = [{"ParameterKey": p["ParameterKey"]} for p in params.get("Parameters", [])]
        return _plain(kept)
    if call.service == "ec2":
        shape = call.operation.input_shape
        if call.action in _WRAPPED:
            return {f"{call.action}Request": _translated(shape, params)}
        return _acl_form(call, _ec2(shape, params, top=True) | _flat_form(call, params)) if params else None
    return _plain(params) or None


def _flat_form(call, params):
    """An empty ipPermissions stands beside the single rule that the call named at top level or by its id."""
    if "SecurityGroup" in call.action and call.action.split("SecurityGroup")[0] in ("Authorize", "Revoke") and "IpPermissions" not in params:
        return {"ipPermissions": {}}
    return {}


def _acl_form(call, written):
    """An entry of a network ACL names its protocol otherwise than on the wire, and its ports and ICMP type even if it has none."""
    if call.action not in ("CreateNetworkAclEntry", "ReplaceNetworkAclEntry"):
        return written
    return {"aclProtocol": written.pop("protocol", None), "icmpTypeCode": written.pop("icmp", {}), "portRange": written.pop("portRange", {})} | written


def _response(call, answer):
    result = {k: v for k, v in answer.items() if k != "ResponseMetadata"}
    if call.service != "ec2":
        return _plain(result) or None
    shape = call.operation.output_shape
    if call.action in _WRAPPED:
        return {f"{call.action}Response": {"xmlns": "http://ec2.amazonaws.com/doc/2016-11-15/", **(_answered(shape, result) if shape else {})}}
    elements = {"requestId": call.request_id}
    written = _ec2(shape, result) if shape else {}
    written.pop("return", None)
    if not shape or not written or "Return" in shape.members or call.action == "AssociateAddress":
        elements["_return"] = True
    return elements | written


def _ec2(shape, value, top=False):
    """EC2's own form: names as on the wire, lists as {"items": [...]}, an empty list as {}."""
    kind = shape.type_name
    if kind == "structure":
        written = {}
        for name, inner in value.items():
            if name == "UserData":
                written["userData"] = _HIDDEN
            elif name in shape.members:
                key, item_key = _EC2_LISTS.get(name, (None, None)) if top else (None, None)
                member = shape.members[name]
                if key and member.type_name == "list":
                    written[key] = {"items": [{item_key: v} if item_key else _ec2(member.member, v) for v in inner]}
                else:
                    written[_lower(member.serialization.get("name", name))] = _ec2(member, inner)
        if shape.name == "IpPermission":
            for key in ("groups", "ipRanges", "ipv6Ranges", "prefixListIds"):
                written.setdefault(key, {})
        return written
    if kind == "list":
        return {"items": [_ec2(shape.member, v) for v in value]} if value else {}
    return _scalar(value)


def _translated(shape, value):
    """The translated XML: names as sent, a list's items counted by `tag`, a list of one collapsed to its item."""
    if shape.type_name == "structure":
        written = {}
        for name, inner in value.items():
            if name not in shape.members:
                continue
            member = shape.members[name]
            key = member.serialization.get("queryName") or _upper(member.serialization.get("name", name))
            if member.type_name == "list":
                items = [{**_translated(member.member, v), "tag": i} if isinstance(v, dict) else {"content": v, "tag": i} for i, v in enumerate(inner, 1)]
                written[key] = items[0] if len(items) == 1 else items
            else:
                written[key] = _translated(member, inner)
        return written
    return _scalar(value)


def _answered(shape, value):
    """The translated XML of an answer: names as on the wire, a list below `item`, one item without a list."""
    if shape.type_name == "structure":
        return {_lower(shape.members[name].serialization.get("name", name)): _answered(shape.members[name], inner)
                for name, inner in value.items() if name in shape.members}
    if shape.type_name == "list":
        items = [_answered(shape.member, inner) for inner in value]
        return {"item": items[0] if len(items) == 1 else items} if items else ""
    return _scalar(value)


def _plain(value):
    """The form of the JSON services and of ELBv2: first letters lower-cased, lists as lists."""
    if isinstance(value, dict):
        return {_lower(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return _scalar(value)


def _scalar(value):
    if isinstance(value, datetime):
        return value.strftime("%b %d, %Y %I:%M:%S %p")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _lower(name):
    return name[:1].lower() + name[1:]


def _upper(name):
    return name[:1].upper() + name[1:]
