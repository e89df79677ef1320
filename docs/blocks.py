"""The generated parts of the documents, each a function from the repository to Markdown."""

import re
from functools import cache
from pathlib import Path

import costs
import exercise
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "functions/src/main/java/dev/driftmend"
ROLES = ["RouteRole", "ReconcileRole", "ProbeRole", "ScheduleRole", "WebInstanceRole"]


@cache
def template() -> dict:
    return yaml_parse((ROOT / "template.yaml").read_text())


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(text) -> str:
    return f"`{text}`" if str(text) else "empty"


# ------------------------------------------------------------------------------------------------------- the template


def parameters() -> str:
    rows = [[code(name), code(one["Default"]), _allowed(one), one["Description"]] for name, one in template()["Parameters"].items()]
    return table(["parameter", "default", "allowed", "what it does"], rows)


def _allowed(parameter: dict) -> str:
    if "AllowedValues" in parameter:
        return ", ".join(code(value) for value in parameter["AllowedValues"])
    if "MinValue" in parameter:
        return f"{parameter['MinValue']} to {parameter['MaxValue']}"
    return parameter["ConstraintDescription"]


def outputs() -> str:
    return table(["output", "what it is"], [[code(name), one["Description"] + _of_web(one)] for name, one in template()["Outputs"].items()])


def _of_web(one: dict) -> str:
    return " (not with `Workload=false`)" if one.get("Condition") == "HasWorkload" else ""


def events() -> str:
    rules = template()["Resources"]["RouteFunction"]["Properties"]["Events"]
    rows = [[code(name), one["Properties"]["Pattern"]["source"][0], _passes(one["Properties"]["Pattern"])] for name, one in rules.items()]
    return table(["rule", "source", "what passes"], rows)


def _passes(pattern: dict) -> str:
    detail = pattern["detail"]
    if "eventName" in detail:
        return "calls without an error: " + ", ".join(detail["eventName"])
    for item in ("configurationItem", "configurationItemSummary"):
        if item in detail:
            return "changes of " + ", ".join(detail[item]["resourceType"])
    if "status-details" in detail:
        return "a stack that came to " + ", ".join(detail["status-details"]["status"])
    if "configuration" in detail:
        return "alarms that go off on metrics of " + detail["configuration"]["metrics"]["metricStat"]["metric"]["namespace"][0]
    if "state" not in detail:
        return f"{pattern['detail-type'][0]}, of {' and '.join(detail['kind'])}"
    return "an instance that is " + ", ".join(detail["state"])


def alarms() -> str:
    rows = [[code(name), one["AlarmDescription"] + _of_web(template()["Resources"][name]), _when(one)] for name, one in _of("AWS::CloudWatch::Alarm")]
    return table(["alarm", "what it says", "when"], rows)


def _when(alarm: dict) -> str:
    sign = {"GreaterThanOrEqualToThreshold": ">=", "GreaterThanThreshold": ">", "LessThanThreshold": "<"}[alarm["ComparisonOperator"]]
    times = f", {alarm['EvaluationPeriods']} times in a row" if alarm["EvaluationPeriods"] > 1 else ""
    return f"{alarm['Statistic'].lower()} of `{alarm['MetricName']}` over {alarm['Period'] // 60} min {sign} {alarm['Threshold']}{times}"


def metrics() -> str:
    return table(["metric", "on the dashboard"], [[code(name), label] for name, label in _metrics()])


def _metrics() -> list[tuple[str, str]]:
    body, _ = template()["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    return re.findall(r'\["Driftmend", "(\w+)".*?"label": "([^"]+)"', body)


def retained() -> str:
    kept = [(name, one["Type"]) for name, one in template()["Resources"].items() if one.get("DeletionPolicy", "").startswith("Retain")]
    return "\n".join(f"- `{name}` ({kind})" for name, kind in kept)


def _of(kind: str) -> list[tuple[str, dict]]:
    return [(name, one["Properties"]) for name, one in template()["Resources"].items() if one["Type"] == kind]


# -------------------------------------------------------------------------------------------------------- permissions


def permissions() -> str:
    denials = template()["Resources"]["GuardDenials"]["Properties"]["PolicyDocument"]["Statement"]
    parts = [f"**Denied to Route, Reconcile and Probe, whatever else allows it** (`GuardDenials`)\n\n{_statements(denials)}"]
    for role in ROLES:
        properties = template()["Resources"][role]["Properties"]
        statements = [one for policy in properties.get("Policies", []) for one in policy["PolicyDocument"]["Statement"]]
        for _, policy in _of("AWS::IAM::Policy"):
            if {"Ref": role} in policy["Roles"]:
                statements += policy["PolicyDocument"]["Statement"]
        managed = [one["Fn::Sub"].split("/")[-1] for one in properties.get("ManagedPolicyArns", []) if "Fn::Sub" in one]
        text = f"**{role}**: {properties['Description']}\n\n"
        text += "\n".join(f"AWS's managed policy `{name}`." for name in managed)
        parts.append(text + (_statements(statements) if statements else ""))
    return "\n\n".join(parts)


def _statements(statements: list) -> str:
    return table(["why", "actions", "on", "only if"], [_statement(one) for one in statements])


def _statement(statement: dict) -> list[str]:
    only_with = ""
    if "Fn::If" in statement:
        condition, statement, _ = statement["Fn::If"]
        only_with = f" (with {_ONLY_WITH.get(condition, code(condition))})"
    actions = _list(statement["Action"])
    on = [_text(one) for one in _named(statement.get("Resource", []))]
    on += [f"everything but {_text(one)}" for one in _named(statement.get("NotResource", []))]
    on = ["every rule of `RouteFunction`"] if on and all(one.startswith("`RouteFunction") for one in on) else on
    return [statement["Sid"] + only_with, ", ".join(code(action) for action in actions), ", ".join(on), _conditions(statement.get("Condition", {}))]


_ONLY_WITH = {"ReachesLoadBalancers": "a web system or `GuardedLoadBalancers`", "ReachesVpcs": "a web system or `GuardedVpcs`"}
_OWN = {"HasGuardedStacks": "stack", "HasGuardedVpcs": "VPC"}


def _named(value) -> list:
    """The resources. Those of the own load balancer stand also for those that the deployment names beside it."""
    if not isinstance(value, dict) or "Fn::If" not in value:
        return _list(value)
    condition, _, own = value["Fn::If"]
    assert condition == "HasGuardedLoadBalancers"
    own = [one["Fn::If"][1] if "Fn::If" in one else one for one in _list(own)]
    return [{"Fn::Sub": one["Fn::Sub"].replace("/${LoadBalancer.LoadBalancerFullName}/", "/(the own, or one named in GuardedLoadBalancers)/")} for one in own]


def _conditions(conditions: dict) -> str:
    said = []
    for operator, keys in conditions.items():
        for key, value in keys.items():
            if operator == "Null":
                said.append(f"there is {'a' if value == 'false' else 'no'} `{key}`")
            elif isinstance(value, dict) and "Fn::If" in value:
                condition = value["Fn::If"][0]
                said.append(f"`{key}` is the own {_OWN[condition]} or one named in `{condition.removeprefix('Has')}`")
            else:
                said.append(f"`{key}` is {', '.join(_text(one) for one in _list(value))}")
    return "; ".join(said)


def _text(value) -> str:
    """A resource without the part that is the same for all: partition, region and account."""
    if isinstance(value, str):
        return "anything" if value == "*" else code(value)
    if "Ref" in value:
        return code(value["Ref"])
    if "Fn::GetAtt" in value:
        return code(value["Fn::GetAtt"][0])
    text = value["Fn::Sub"].replace("${AWS::Partition}", "aws").replace("${AWS::StackName}", "STACK")
    text = re.sub(r"^arn:aws:(\w[\w-]*):(\$\{AWS::Region})?:(\$\{AWS::AccountId})?:", r"\1 ", text)
    return code(re.sub(r"\$\{(?:AWS::)?([\w.]+)}", r"\1", text))


def _list(value) -> list:
    return value if isinstance(value, list) else [value]


# -------------------------------------------------------------------------------------------------------- the sources


def packages() -> str:
    test = (ROOT / "functions/src/test/java/dev/driftmend/ArchitectureTest.java").read_text()
    own = {}
    for name, row in re.findall(r'Map\.entry\(\s*"(\w+)",\s*((?:Set\.of|allBut)\([^)]*\))', test):
        quoted = re.findall(r'"(\w+)"', row)
        own[name] = "all but " + ", ".join(n for n in quoted if n != name) if row.startswith("allBut") else ", ".join(quoted) or "–"
    libraries = {}
    for library, row in re.findall(r'"([\w.]+)",\s+(Set\.of\([^)]*\))', test.split("LIBRARIES =")[1].split(";")[0]):
        for name in re.findall(r'"(\w+)"', row):
            libraries.setdefault(name, []).append(library)
    rows = [[code(name), _purpose(name), own[name], ", ".join(sorted(libraries.get(name, []))) or "–"] for name in own]
    return table(["package", "what belongs there", "own packages it may import", "libraries"], rows)


def _purpose(package: str) -> str:
    text = (SOURCES / package / "package-info.java").read_text()
    doc = re.search(r"/\*\*(.*?)\*/", text, re.DOTALL)[1]
    return re.sub(r"\{@\w+ ([^}]*)}", r"`\1`", " ".join(line.strip(" *") for line in doc.split("<p>")[0].splitlines()).strip())


def ledger() -> str:
    doc = (SOURCES / "aws/ledger/DynamoLedger.java").read_text().split("<table>")[1].split("</table>")[0]
    rows = []
    for row in re.findall(r"<tr><td>(.*?)</td></tr>", re.sub(r"\n \*\s*", " ", doc)):
        rows.append([re.sub(r"\{@code ([^}]*)}", r"`\1`", cell).strip() for cell in re.split(r"</td>\s*<td>", row)])
    return table(["`pk`", "`sk`", "what"], rows)


def targets() -> str:
    found = re.findall(r"^([a-z-]+):.*## (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return table(["command", "what it does"], [[code(f"make {name}"), text] for name, text in found])


BLOCKS = {
    one.__name__: one
    for one in (parameters, outputs, events, alarms, metrics, retained, permissions, packages, ledger, targets)
} | {
    "costs": lambda: costs.table(template(), len(_metrics()), table),
    "faults": lambda: exercise.faults(table),
    "enhancements": lambda: exercise.enhancements(table),
    "stages": lambda: exercise.stages(table),
}
