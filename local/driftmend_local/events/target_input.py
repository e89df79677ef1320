"""What a rule hands to a target: the event, a part of it, a constant, or a text with parts of it filled in."""

import json
import re

_PLACE = re.compile(r"<([^<>\s]+)>")
_STEP = re.compile(r"\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]")


def input_for(target, event, rule_arn):
    """The text that the target of a rule gets for an event."""
    if "Input" in target:
        return target["Input"]
    if "InputPath" in target:
        return json.dumps(at(event, target["InputPath"]))
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], event, rule_arn)
    return json.dumps(event)


def at(event, path):
    """The value at a JSON path such as $.detail.items[0].id, or None."""
    value = event
    for name, quoted, index in _STEP.findall(path[1:] if path.startswith("$") else path):
        try:
            value = value[int(index)] if index else value[name or quoted]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _transformed(transformer, event, rule_arn):
    values = {name: at(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}
    values |= {"aws.events.rule-arn": rule_arn, "aws.events.rule-name": rule_arn.split("/")[-1], "aws.events.event": {k: v for k, v in event.items() if k != "detail"},
               "aws.events.event.json": event, "aws.events.event.ingestion-time": event.get("time")}
    template = transformer["InputTemplate"]
    quoted = _quoted_spans(template)

    def fill(match):
        if match.group(1) not in values:
            return match.group(0)
        value = values[match.group(1)]
        inside = any(start < match.start() < end for start, end in quoted)
        if not inside:
            return json.dumps(value)
        text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
        return json.dumps(text)[1:-1]
    return _PLACE.sub(fill, template)


def _quoted_spans(template):
    return [m.span() for m in re.finditer(r'"(?:[^"\\]|\\.)*"', template)]
