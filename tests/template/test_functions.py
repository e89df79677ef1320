import pytest
from graph import references

FUNCTIONS = ("RouteFunction", "ReconcileFunction", "ProbeFunction")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_environment_holds_names_of_things_and_nothing_that_decides(resources, template, function):
    """An alias keeps the environment of its version: what is changed there later would silently not count."""
    variables = dict(resources[function]["Properties"]["Environment"]["Variables"])
    assert "-XX:TieredStopAtLevel=1" in variables.pop("JAVA_TOOL_OPTIONS")
    for name, value in variables.items():
        assert name.startswith("DRIFTMEND_")
        assert isinstance(value, dict), f"{name} is a literal"
        assert not set(references(value)) & template["Parameters"].keys(), f"{name} hangs on a parameter"
        assert set(references(value)) <= resources.keys() | {"AWS::StackId"}


def test_each_function_gets_only_the_names_that_it_uses(resources):
    common = {"JAVA_TOOL_OPTIONS", "DRIFTMEND_STACK", "DRIFTMEND_LEDGER", "DRIFTMEND_POLICY"}
    got = {name: resources[name]["Properties"]["Environment"]["Variables"].keys() - common for name in FUNCTIONS}
    assert got == {
        "RouteFunction": {"DRIFTMEND_QUEUE_URL"},
        "ReconcileFunction": {"DRIFTMEND_ALERT_TOPIC", "DRIFTMEND_QUEUE_URL"},
        "ProbeFunction": {"DRIFTMEND_ALERT_TOPIC"},
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_runtime_logging_and_tracing(resources, function):
    properties = resources[function]["Properties"]
    short = function.removesuffix("Function")
    assert properties["Runtime"] == "java25"
    assert properties["Architectures"] == ["arm64"]
    assert properties["Handler"] == f"dev.driftmend.lambda.{short}Handler::handleRequest"
    assert properties["TracingConfig"] == {"Mode": "Active"}
    assert properties["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": f"{short}LogGroup"}}
    assert resources[f"{short}LogGroup"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert resources[f"{function}Aliaslive"]["Properties"]["Name"] == "live"


def test_nobody_calls_a_function_past_its_published_alias(resources, of_type):
    aliases = {f"{function}Aliaslive" for function in FUNCTIONS}
    targets = [target["Arn"] for rule in of_type("AWS::Events::Rule").values() for target in rule["Targets"]]
    targets += [schedule["Target"]["Arn"] for schedule in of_type("AWS::Scheduler::Schedule").values()]
    targets += [mapping["FunctionName"] for mapping in of_type("AWS::Lambda::EventSourceMapping").values()]
    targets += [permission["FunctionName"] for permission in of_type("AWS::Lambda::Permission").values()]
    assert all(target["Ref"] in aliases for target in targets)


def test_one_failed_stack_does_not_take_its_neighbours_along(resources):
    mapping = resources["ReconcileFunctionWork"]["Properties"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    reserved = resources["ReconcileFunction"]["Properties"]["ReservedConcurrentExecutions"]["Fn::If"][1]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] <= reserved, "the queue would hand out work that is throttled"
