"""Instances as EC2 treats them: one list of groups with their interface, one attribute per change, one profile at a time.

Source: Amazon EC2 API Reference, ModifyInstanceAttribute, ModifyInstanceMetadataOptions, AssociateIamInstanceProfile, StartInstances.
"""

from moto.core.types import Base64EncodedString
from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociationBackend
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses import instances as instance_responses
from moto.ec2.responses.instances import InstanceResponse

from .addresses import release_from
from .backends import backend_of, dry_run, instances_of, needed, not_found, only_one
from ..api.gateway import operation
from .interfaces import forget, known_groups, set_groups, set_source_dest_check
from ..api.request import AwsError

_ATTRIBUTES = ("Groups", "SourceDestCheck", "InstanceType", "UserData", "Kernel", "Ramdisk", "DisableApiTermination", "DisableApiStop",
               "InstanceInitiatedShutdownBehavior", "EbsOptimized", "BlockDeviceMappings", "EnaSupport", "SriovNetSupport")
_ONLY_STOPPED = {"InstanceType", "UserData", "Kernel", "Ramdisk", "EbsOptimized", "EnaSupport", "SriovNetSupport"}
_SNAKE = {"HttpTokens": "http_tokens", "HttpEndpoint": "http_endpoint", "HttpPutResponseHopLimit": "http_put_response_hop_limit",
          "HttpProtocolIpv6": "http_protocol_ipv6", "InstanceMetadataTags": "instance_metadata_tags"}


@operation("ec2", "RunInstances")
def run(call, moto):
    """Metadata options are those asked for; the answer shows them."""
    answer = moto(call)
    backend = backend_of(call)
    for shown in answer["Instances"]:
        _set_metadata(backend.get_instance(shown["InstanceId"]).metadata_options, call.params.get("MetadataOptions", {}))
        shown["MetadataOptions"] = shown.get("MetadataOptions", {}) | call.params.get("MetadataOptions", {})
    return answer


@operation("ec2", "StartInstances")
def start(call, moto):
    return _moved(call, moto, ("stopped", "running", "pending"), "started")


@operation("ec2", "StopInstances")
def stop(call, moto):
    """What ran on the instance ended, however soon it is started again: `stops` counts that."""
    answer = _moved(call, moto, ("stopped", "running", "stopping"), "stopped")
    for instance_id in needed(call, "InstanceIds")[0]:
        instance = _instance(call, instance_id)
        instance.stops = stops_of(instance) + 1
    return answer


def stops_of(instance):
    """How often it was stopped."""
    return getattr(instance, "stops", 0)


def _moved(call, moto, states, verb):
    for instance in [_instance(call, instance_id) for instance_id in needed(call, "InstanceIds")[0]]:
        if instance.state not in states:
            raise AwsError("IncorrectInstanceState", f"The instance '{instance.id}' is not in a state from which it can be {verb}.")
    return moto(call)


@operation("ec2", "TerminateInstances")
def terminate(call, moto):
    """The interfaces that a launch made go with the instance; its Elastic IP addresses stay with the account."""
    backend = backend_of(call)
    instances = [_instance(call, instance_id) for instance_id in needed(call, "InstanceIds")[0]]
    answer = moto(call)
    for instance in instances:
        for interface in list(instance.nics.values()):
            for address in [one for one in backend.addresses if one.eni is interface]:
                release_from(address)
            forget(backend, interface)
    return answer


@operation("ec2", "ModifyInstanceAttribute")
def modify(call, moto):
    [instance_id] = needed(call, "InstanceId")
    instance = _instance(call, instance_id)
    name, value = only_one(call, _ATTRIBUTES)
    if name == "Groups":
        if len(instance.nics) > 1:
            raise AwsError("InvalidInstanceID", f"There are multiple interfaces attached to instance '{instance_id}'. Please specify an interface ID for the operation instead.")
        groups = known_groups(backend_of(call), value)
        dry_run(call)
        set_groups(instance.nics[0], groups)
        return {}
    if name == "SourceDestCheck":
        _check(call, instance, value["Value"])
        return {}
    if name in _ONLY_STOPPED and instance.state != "stopped":
        raise AwsError("IncorrectInstanceState", f"The instance '{instance_id}' is not in the 'stopped' state.")
    return moto(call)


@operation("ec2", "ResetInstanceAttribute")
def reset(call, _moto):
    instance_id, attribute = needed(call, "InstanceId", "Attribute")
    if attribute != "sourceDestCheck":
        raise AwsError("InvalidParameterValue", f"Value ({attribute}) for parameter attribute is invalid. It can be sourceDestCheck here.")
    _check(call, _instance(call, instance_id), True)
    return {}


def _check(call, instance, value):
    if len(instance.nics) > 1:
        raise AwsError("InvalidInstanceID", f"There are multiple interfaces attached to instance '{instance.id}'. Please specify an interface ID for the operation instead.")
    dry_run(call)
    set_source_dest_check(instance.nics[0], value)


@operation("ec2", "ModifyInstanceMetadataOptions")
def modify_metadata(call, _moto):
    """What the call does not name stays as it is."""
    [instance_id] = needed(call, "InstanceId")
    options = _instance(call, instance_id).metadata_options
    limit = call.params.get("HttpPutResponseHopLimit")
    if limit is not None and not 1 <= limit <= 64:
        raise AwsError("InvalidParameterValue", f"Value ({limit}) for parameter HttpPutResponseHopLimit is invalid. It must be between 1 and 64.")
    dry_run(call)
    _set_metadata(options, call.params)
    return {"InstanceId": instance_id, "InstanceMetadataOptions": {"State": "pending"} | {name: getattr(options, field) for name, field in _SNAKE.items()}}


def _set_metadata(options, asked):
    for name, field in _SNAKE.items():
        if asked.get(name) is not None:
            setattr(options, field, asked[name])


def _instance(call, instance_id):
    instance = instances_of(backend_of(call)).get(instance_id)
    if instance is None:
        raise not_found(instance_id)
    if instance.state == "terminated" and call.action != "TerminateInstances":
        raise AwsError("IncorrectInstanceState", f"The instance '{instance_id}' is not in a state that allows this: it is terminated.")
    return instance


# Where moto differs inside.

def _set_instance_groups(self, instance_id, new_group_id_list):
    instance = self.get_instance(instance_id)
    set_groups(instance.nics[0], known_groups(self, new_group_id_list))
    return instance


_prepare_interfaces = Instance.prep_nics
_check_device_as_moto = InstanceResponse._validate_block_device_mapping
_read_user_data = instance_responses.parse_user_data
_replace_profile = IamInstanceProfileAssociationBackend.replace_iam_instance_profile_association


def _prep_nics(self, *args, **kwargs):
    """The groups of the first interface are the instance's."""
    _prepare_interfaces(self, *args, **kwargs)
    first = self.nics.get(0)
    if first is not None:
        if self.security_groups:
            first._group_set = list(self.security_groups)
        else:
            self.security_groups = list(first._group_set)


def _check_device(device):
    """A volume without a size has that of the image's snapshot, 8 GiB."""
    if "Ebs" in device and not device["Ebs"].get("VolumeSize") and not device["Ebs"].get("SnapshotId"):
        device["Ebs"]["VolumeSize"] = 8
    _check_device_as_moto(device)


def _user_data(value):
    """ModifyInstanceAttribute carries a blob, which the request parser has decoded already."""
    return Base64EncodedString.from_raw_bytes(value) if isinstance(value, bytes) else _read_user_data(value)


def _replaced_profile(self, *args, **kwargs):
    """The instance has the new profile too."""
    association = _replace_profile(self, *args, **kwargs)
    association.instance.iam_instance_profile = {"Arn": association.iam_instance_profile.arn, "Id": association.iam_instance_profile.id}
    return association


InstanceBackend.modify_instance_security_groups = _set_instance_groups
IamInstanceProfileAssociationBackend.replace_iam_instance_profile_association = _replaced_profile
instance_responses.parse_user_data = _user_data
Instance.prep_nics = _prep_nics
InstanceResponse._validate_block_device_mapping = staticmethod(_check_device)
