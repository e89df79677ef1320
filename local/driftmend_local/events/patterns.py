"""EventBridge's event patterns: what they match, and which of them EventBridge refuses.

Source: Amazon EventBridge User Guide, "Comparison operators" and "Amazon EventBridge event patterns". A pattern below an array of
objects must be met by one element as a whole, as in AWS's Event Ruler.
"""

import ipaddress
import re

_ABSENT = object()
_OPERATORS = ("prefix", "suffix", "anything-but", "numeric", "exists", "equals-ignore-case", "wildcard", "cidr")
_COMPARE = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "=": lambda a, b: a == b}


def matches(pattern, event):
    """Whether the event, a dict, meets the pattern, a dict."""
    return _object(pattern, event)


def check(pattern, path=()):
    """Raises ValueError with EventBridge's reason if the pattern is not valid."""
    if not isinstance(pattern, dict) or not pattern:
        raise ValueError("Event pattern is not valid. Reason: Filter is not an object" if not path else
                         f"Event pattern is not valid. Reason: Empty objects are not allowed at {'.'.join(path)}")
    for key, inner in pattern.items():
        here = (*path, key)
        if key == "$or" and isinstance(inner, list) and all(isinstance(i, dict) for i in inner):
            for one in inner:
                check(one, here)
        elif isinstance(inner, dict):
            check(inner, here)
        elif not isinstance(inner, list) or not inner:
            raise ValueError(f'Event pattern is not valid. Reason: "{".".join(here)}" must be an object or a non-empty array')
        else:
            for matcher in inner:
                _check_matcher(matcher, here)


def _check_matcher(matcher, path):
    if isinstance(matcher, list) or (isinstance(matcher, dict) and (len(matcher) != 1 or next(iter(matcher)) not in _OPERATORS)):
        raise ValueError(f"Event pattern is not valid. Reason: Unrecognized match type at {'.'.join(path)}: {matcher}")


def _object(pattern, value):
    if isinstance(value, list):
        return any(_object(pattern, element) for element in value if isinstance(element, dict))
    if not isinstance(value, dict):
        value = {} if value is _ABSENT else None
    for key, inner in pattern.items():
        if key == "$or" and isinstance(inner, list):
            if not any(_object(one, value) for one in inner):
                return False
            continue
        found = _ABSENT if value is None else value.get(key, _ABSENT)
        if isinstance(inner, dict):
            if not _object(inner, found):
                return False
        elif not _leaf(inner, found):
            return False
    return True


def _leaf(matchers, value):
    if isinstance(value, dict):
        value = _ABSENT
    values = value if isinstance(value, list) else [value]
    values = [v for v in values if not isinstance(v, dict)] or [_ABSENT]
    return any(_one(matcher, v) for matcher in matchers for v in values)


def _one(matcher, value):
    if not isinstance(matcher, dict):
        return _same(matcher, value)
    operator, wanted = next(iter(matcher.items()))
    if operator == "exists":
        return (value is not _ABSENT) == wanted
    if value is _ABSENT:
        return False
    if operator == "numeric":
        return _numeric(wanted, value)
    if operator == "anything-but":
        return not _but(wanted, value)
    if operator == "cidr":
        return _in_network(wanted, value)
    return isinstance(value, str) and _text(operator, wanted, value)


def _same(wanted, value):
    if isinstance(wanted, bool) or isinstance(value, bool) or wanted is None or value is None:
        return wanted is value
    if isinstance(wanted, (int, float)) and isinstance(value, (int, float)):
        return wanted == value
    return isinstance(wanted, str) and isinstance(value, str) and wanted == value


def _text(operator, wanted, value):
    if isinstance(wanted, dict):
        wanted, value = wanted["equals-ignore-case"].lower(), value.lower()
    if operator == "prefix":
        return value.startswith(wanted)
    if operator == "suffix":
        return value.endswith(wanted)
    if operator == "equals-ignore-case":
        return value.lower() == wanted.lower()
    return re.fullmatch(".*".join(re.escape(part) for part in wanted.split("*")), value, re.DOTALL) is not None


def _but(wanted, value):
    """Whether the value is one of those that anything-but excludes."""
    if isinstance(wanted, dict):
        operator, inner = next(iter(wanted.items()))
        inner = inner if isinstance(inner, list) else [inner]
        return isinstance(value, str) and any(_text(operator, one, value) for one in inner)
    return any(_same(one, value) for one in (wanted if isinstance(wanted, list) else [wanted]))


def _numeric(wanted, value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return all(_COMPARE[wanted[i]](value, wanted[i + 1]) for i in range(0, len(wanted), 2))


def _in_network(wanted, value):
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted)
    except ValueError:
        return False
