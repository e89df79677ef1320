"""The Condition element of a statement.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Creating a condition with multiple keys or values".
"""

import functools
import ipaddress
import re
from datetime import UTC, datetime

from .reference import Uncovered

_QUALIFIER = re.compile(r"(?i)(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?")
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERAL = {"*": "*", "?": "?", "$": "$"}


class Many(list):
    """The values of a key that AWS calls multivalued: only the operators for sets are sure to be met by one."""


def met(conditions, value_of):
    """Whether all conditions hold. `value_of(key)` answers a list of strings, or None for a key that is not in the request."""
    return all(_met(operator, key, wanted, value_of)
               for operator, tests in (conditions or {}).items() for key, wanted in tests.items())


def substituted(text, value_of):
    """The text with its policy variables filled in, as parts (literal, may hold wildcards); None if one of them has no value."""
    parts, end = [], 0
    for found in _VARIABLE.finditer(text):
        parts.append((text[end:found.start()], True))
        end = found.end()
        name, _, default = found.group(1).partition(",")
        if name in _LITERAL:
            parts.append((_LITERAL[name], False))
            continue
        values = value_of(name.strip())
        if values is None and default:
            values = [default.strip().strip("'")]
        if not values or len(values) > 1:
            return None
        parts.append((values[0], False))
    return [*parts, (text[end:], True)]


def matches(pattern, value, value_of, fold=False):
    """Whether the value matches a pattern with `*`, `?` and policy variables."""
    if "${" not in pattern:
        return bool(_compiled(pattern, fold).fullmatch(value))
    parts = substituted(pattern, value_of)
    if parts is None:
        return False
    written = "".join(_as_regex(text) if wild else re.escape(text) for text, wild in parts)
    return bool(re.fullmatch(written, value, re.IGNORECASE | re.DOTALL if fold else re.DOTALL))


def _as_regex(text):
    return "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in text)


@functools.lru_cache(4096)
def _compiled(pattern, fold):
    return re.compile(_as_regex(pattern), re.IGNORECASE | re.DOTALL if fold else re.DOTALL)


def _met(written, key, wanted, value_of):
    quantifier, operator, if_exists = _QUALIFIER.fullmatch(written).groups()
    operator, quantifier = operator.lower(), (quantifier or "").lower()
    wanted = [_text(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
    values = value_of(key)
    if operator == "null":
        return (values is None) == (wanted[0].lower() == "true")
    if operator not in _OPERATORS:
        raise Uncovered(f"the condition operator {written}")
    test, negated = _OPERATORS[operator]
    if values is None:
        # A negated operator holds for a key that is not there; so does a set that is empty.
        return bool(if_exists) or negated or quantifier == "forallvalues"

    def holds(value):
        return any(test(value, one, value_of) for one in wanted) != negated
    if quantifier == "forallvalues":
        return all(holds(value) for value in values)
    if quantifier == "foranyvalue":
        return any(holds(value) for value in values)
    return not isinstance(values, Many) and len(values) == 1 and holds(values[0])


def _text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(text, value_of):
    parts = substituted(text, value_of)
    return None if parts is None else "".join(part for part, _ in parts)


def _equals(value, wanted, value_of):
    return value == _plain(wanted, value_of)


def _equals_folded(value, wanted, value_of):
    plain = _plain(wanted, value_of)
    return plain is not None and value.lower() == plain.lower()


def _like(value, wanted, value_of):
    return matches(wanted, value, value_of)


def _arn(value, wanted, value_of):
    """Each of the six parts by itself, so that no star reaches over a colon before the last of them."""
    have, want = value.split(":", 5), wanted.split(":", 5)
    return len(have) == len(want) == 6 and all(matches(w, h, value_of) for h, w in zip(have, want))


def _address(value, wanted, _value_of):
    return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)


def _number(compare):
    return lambda value, wanted, _value_of: compare(float(value), float(wanted))


def _date(compare):
    return lambda value, wanted, _value_of: compare(_time(value), _time(wanted))


def _time(text):
    return datetime.fromtimestamp(float(text), UTC) if re.fullmatch(r"\d+(\.\d+)?", text) else datetime.fromisoformat(text.replace("Z", "+00:00"))


_COMPARISONS = {"lessthan": lambda a, b: a < b, "lessthanequals": lambda a, b: a <= b,
                "greaterthan": lambda a, b: a > b, "greaterthanequals": lambda a, b: a >= b, "equals": lambda a, b: a == b}
# Operator in lower case -> (test of one value and one wanted value, whether it is negated).
_OPERATORS = {
    "stringequals": (_equals, False), "stringnotequals": (_equals, True),
    "stringequalsignorecase": (_equals_folded, False), "stringnotequalsignorecase": (_equals_folded, True),
    "stringlike": (_like, False), "stringnotlike": (_like, True),
    "arnequals": (_arn, False), "arnlike": (_arn, False), "arnnotequals": (_arn, True), "arnnotlike": (_arn, True),
    "bool": (_equals_folded, False), "ipaddress": (_address, False), "notipaddress": (_address, True),
    "numericnotequals": (_number(_COMPARISONS["equals"]), True), "datenotequals": (_date(_COMPARISONS["equals"]), True),
    **{f"numeric{name}": (_number(test), False) for name, test in _COMPARISONS.items()},
    **{f"date{name}": (_date(test), False) for name, test in _COMPARISONS.items()}}
