"""A template's rules: assertions about its parameters, checked before anything is made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from ..api.request import AwsError

_FUNCTIONS = {
    "Fn::And": lambda values: all(values), "Fn::Or": lambda values: any(values), "Fn::Not": lambda values: not values[0],
    "Fn::Equals": lambda values: values[0] == values[1], "Fn::Contains": lambda values: values[1] in values[0],
    "Fn::EachMemberEquals": lambda values: all(one == values[1] for one in values[0]),
    "Fn::EachMemberIn": lambda values: all(one in values[1] for one in values[0])}


def check(spec):
    """Raises ValidationError with the description of the first assertion that does not hold."""
    for name, rule in spec.template.get("Rules", {}).items():
        if not _value(rule.get("RuleCondition", True), spec.resolved, name):
            continue
        for assertion in rule["Assertions"]:
            if not _value(assertion["Assert"], spec.resolved, name):
                raise AwsError("ValidationError", f"Rule {name} is not met: {assertion.get('AssertDescription', assertion['Assert'])}")


def _value(value, parameters, rule):
    if isinstance(value, list):
        return [_value(one, parameters, rule) for one in value]
    if not isinstance(value, dict):
        return value
    [(function, arguments)] = value.items()
    if function == "Ref":
        return parameters[arguments]
    if function not in _FUNCTIONS:
        raise AwsError("ValidationError", f"The local AWS does not know {function} in the rule {rule}")
    return _FUNCTIONS[function](_value(arguments, parameters, rule))
