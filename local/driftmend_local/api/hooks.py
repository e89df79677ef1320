"""What the running half of the local AWS does for the API half; set by assignment, e.g. `hooks.invoke_async = ...`."""


def healthy(target_group_arn, target):
    """(state, reason, description) of a registered target {"Id", "Port"}; asked only for a running instance of a used group."""
    return "healthy", None, None


def refuse(function_arn, payload, dead_letter=None, retry=None):
    """Hand `payload` bytes to a function without waiting. Raises LookupError if there is no such function."""
    raise LookupError(f"nothing runs functions in this local AWS, so {function_arn} was not invoked")


health_provider = healthy
invoke_async = refuse
