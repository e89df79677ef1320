"""As much of CloudWatch Logs Insights' language as the queries of docs/logs.md use: fields, filter, stats ... by, sort, limit.

Source: Amazon CloudWatch Logs user guide, "CloudWatch Logs Insights language query syntax" and "Supported logs and discovered fields":
the fields of a JSON line are found by their names, those inside by dots, items of a list by their number.
"""

import json
import re

_COMMANDS = ("fields", "filter", "stats", "sort", "limit")
_TESTS = {
    r'([\w@.]+) = "([^"]*)"': lambda found, wanted: found == wanted,
    r"([\w@.]+) > (\d+)": lambda found, wanted: isinstance(found, (int, float)) and found > int(wanted),
    r"([\w@.]+) in (\[[^]]*\])": lambda found, wanted: found in json.loads(wanted),
    r"ispresent\(([\w@.]+)\)()": lambda found, _: found is not None}


def queries(page):
    """The queries of a page: its fenced parts of text that begin with a command."""
    return [part for part in re.findall(r"```text\n(.*?)```", page, re.DOTALL) if part.split()[0] in _COMMANDS]


def selected(query, lines):
    """The lines (JSON objects) that the query's filters let through. A part that is not understood is a ValueError."""
    found = lines
    for command, said in _parts(query):
        if command == "filter":
            found = [line for line in found if all(_holds(part.strip(), line) for part in said.split(" and "))]
    return found


def named(query):
    """The names of the fields that the query shows or counts by."""
    shown = [said for command, said in _parts(query) if command == "fields"] + [said.partition(" by ")[2] for command, said in _parts(query) if command == "stats"]
    return [name.strip() for said in shown for name in said.split(",") if name.strip() != "@timestamp"]


def field(line, name):
    """The value of a field of a line, None if it has none."""
    value = line
    for part in name.split("."):
        if isinstance(value, list) and part.isdigit():
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _parts(query):
    for part in query.strip().split("\n"):
        command, _, said = part.removeprefix("| ").partition(" ")
        if command not in _COMMANDS:
            raise ValueError(f"{command} is no command of Logs Insights: {part}")
        yield command, said


def _holds(test, line):
    for form, judge in _TESTS.items():
        if found := re.fullmatch(form, test):
            return judge(field(line, found[1]), found[2])
    raise ValueError(f"this condition is not understood: {test}")
