"""What moto's backends know of a resource that a policy may ask for: its tags, its VPC, its key, its own policy."""

import json

from moto.awslambda.models import lambda_backends
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends

from ..cloudformation import stacks
from ..api.request import ACCOUNT
from .reference import Uncovered


def tags(arn):
    """The tags of a resource. Raises Uncovered for a service whose tags are not read here."""
    service, region, resource = arn.split(":", 5)[2], arn.split(":", 5)[3], arn.split(":", 5)[5]
    if service == "ec2":
        return dict(ec2_backends[ACCOUNT][region].tags.get(resource.split("/")[-1], {}))
    if service == "elasticloadbalancing":
        return _pairs(elbv2_backends[ACCOUNT][region].tagging_service.list_tags_for_resource(arn)["Tags"])
    if service == "iam" and resource.startswith("role/"):
        role = _role(resource.split("/")[-1])
        return {tag["Key"]: tag["Value"] for tag in role.tags.values()} if role else {}
    if service == "sqs":
        queue = sqs_backends[ACCOUNT][region].queues.get(resource)
        return dict(queue.tags) if queue else {}
    raise Uncovered(f"the tags of {arn} (add them to local/driftmend_local/iam/facts.py)")


def _pairs(written):
    return {one["Key"]: one["Value"] for one in written}


def vpc(arn):
    """The ARN of an EC2 resource's VPC, or None."""
    region, (kind, resource_id) = arn.split(":")[3], arn.split(":", 5)[5].split("/", 1)
    backend = ec2_backends[ACCOUNT][region]
    found = {
        "security-group": lambda: backend.get_security_group_from_id(resource_id), "subnet": lambda: _in_zones(backend.subnets, resource_id),
        "route-table": lambda: backend.route_tables.get(resource_id), "network-acl": lambda: backend.network_acls.get(resource_id),
        "network-interface": lambda: backend.enis.get(resource_id)}
    if kind not in found:
        raise Uncovered(f"the VPC of {arn} (add it to local/driftmend_local/iam/facts.py)")
    one = found[kind]()
    vpc_id = one and (one.subnet.vpc_id if kind == "network-interface" else one.vpc_id)
    return vpc_id and f"arn:aws:ec2:{region}:{ACCOUNT}:vpc/{vpc_id}"


def _in_zones(subnets, subnet_id):
    return next((zone[subnet_id] for zone in list(subnets.values()) if subnet_id in zone), None)


def stack_arn(name, region):
    stack = stacks.live(name, region)
    return stack and stack.id


def role_arn(name):
    role = _role(name)
    return role and role.arn


def _role(name):
    return next((role for role in list(iam_backends[ACCOUNT]["aws"].roles.values()) if role.name == name), None)


def function_of_mapping(uuid, region):
    mapping = lambda_backends[ACCOUNT][region]._event_source_mappings.get(uuid)
    return [mapping.function_arn] if mapping else None


# Keys. AWS's own ones let in whoever the service lets in, so nothing is asked for them.

def key_arn(key, region):
    """The ARN of a customer's key by id, ARN or alias; None for none and for one of AWS's own."""
    if not key or "alias/aws/" in key:
        return None
    if ":alias/" in key or key.startswith("alias/"):
        held = kms_backends[ACCOUNT][region].get_key_id_from_alias("alias/" + key.split("alias/")[1])
        return held and f"arn:aws:kms:{region}:{ACCOUNT}:key/{held}"
    return key if key.startswith("arn:") else f"arn:aws:kms:{region}:{ACCOUNT}:key/{key}"


def key_of_topic(arn, region):
    topic = sns_backends[ACCOUNT][region].topics.get(arn)
    return topic and key_arn(topic.kms_master_key_id, region)


def key_of_queue(url, region):
    queue = sqs_backends[ACCOUNT][region].queues.get(url.rstrip("/").split("/")[-1])
    return queue and key_arn(getattr(queue, "kms_master_key_id", None), region)


def keys_of_parameters(names, region):
    """Of the secure ones among them. The default key is AWS's, but a denial of kms:Decrypt holds for it too."""
    held, found = ssm_backends[ACCOUNT][region]._parameters, []
    for name in names:
        parameter = (held.get(name.split(":")[0]) or [None])[-1]
        if parameter is not None and parameter.parameter_type == "SecureString":
            key = parameter.keyid or "alias/aws/ssm"
            found.append(key_arn(key, region) or f"arn:aws:kms:{region}:{ACCOUNT}:{AWS_MANAGED}{key.split('/')[-1]}")
    return list(dict.fromkeys(found))


AWS_MANAGED = "key/of-aws-"


# Resources' own policies.

def is_there(arn):
    """Whether the queue, topic or function exists."""
    service, region, name = arn.split(":")[2], arn.split(":")[3], arn.split(":", 5)[5]
    if service == "sqs":
        return name in sqs_backends[ACCOUNT][region].queues
    if service == "sns":
        return arn in sns_backends[ACCOUNT][region].topics
    return service != "lambda" or bool(_of_function(arn, region))


def policies_of(arn):
    """(documents, must) of a resource: its own policies, and whether one of them has to allow, as a key's."""
    if arn == "*":
        return [], False
    service, region, name = arn.split(":")[2], arn.split(":")[3], arn.split(":", 5)[5]
    if service == "sqs":
        queue = sqs_backends[ACCOUNT][region].queues.get(name)
        return _documents(queue and queue.policy), False
    if service == "sns":
        topic = sns_backends[ACCOUNT][region].topics.get(arn)
        return _documents(topic and topic.policy), False
    if service == "lambda" and name.startswith("function:"):
        return _of_function(arn, region), False
    if service == "kms":
        if name.startswith(AWS_MANAGED):
            return [{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}]}], True
        key = kms_backends[ACCOUNT][region].keys.get(name.split("/")[-1])
        return _documents(key and key.policy), True
    if service == "s3":
        bucket = s3_backends[ACCOUNT]["aws"].buckets.get(name.split("/")[0])
        return _documents(bucket and bucket.policy), False
    return [], False


def _of_function(arn, region):
    try:
        return [{"Statement": lambda_backends[ACCOUNT][region].get_function(arn).policy.statements}]
    except Exception:  # moto raises several kinds for what is not there, and then the call itself says so
        return []


def _documents(policy):
    if not policy:
        return []
    return [policy if isinstance(policy, dict) else json.loads(policy)]


# A role's policies.

def documents_of_role(arn):
    """(identity-based documents, permissions boundary or None) of a role as it is now; none for one that is gone."""
    backend = iam_backends[ACCOUNT]["aws"]
    role = next((one for one in list(backend.roles.values()) if one.arn == arn), None)
    if role is None:
        return [], None
    managed = [_default(policy) for policy in list(role.managed_policies.values())]
    inline = [_parsed(text) for text in list(role.policies.values())]
    boundary = role.permissions_boundary_arn and backend.managed_policies.get(role.permissions_boundary_arn)
    return inline + managed, _default(boundary) if boundary else {"Statement": []} if role.permissions_boundary_arn else None


def trust_of_role(arn):
    role = next((one for one in list(iam_backends[ACCOUNT]["aws"].roles.values()) if one.arn == arn), None)
    return _documents(role and role.assume_role_policy_document)


def _default(policy):
    return _parsed(next(one.document for one in policy.versions if one.version_id == policy.default_version_id))


def _parsed(text):
    """A document's text is the key: a changed policy is another text."""
    if isinstance(text, dict):
        return text
    found = _known.get(text)
    if found is None:
        if len(_known) > 500:
            _known.clear()
        found = _known[text] = json.loads(text)
    return found


_known = {}
