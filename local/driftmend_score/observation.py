"""What was to be seen of Driftmend during a wave: what it alerted, and what it changed."""

import json
from dataclasses import dataclass

_SERVICES = {"elasticloadbalancing": "elbv2"}


@dataclass(frozen=True)
class Alerted:
    """One drift of one alert, or one of the guard's own parts (then only the logical id is known)."""

    fingerprint: str
    logical_id: str
    property: str | None
    sort: str | None
    exposure: str | None
    state: str
    done: bool
    what: str
    why: str = ""

    def is_about(self, drift):
        return (self.logical_id, self.property, self.sort) == (drift.logical_id, drift.property, drift.sort)

    def __str__(self):
        return " ".join(filter(None, (self.logical_id, self.property, self.sort, self.exposure))) + f" ({self.what})"


@dataclass(frozen=True)
class Observation:
    """`alerted` is [Alerted] by stack name; `records` are CloudTrail's of all who changed something; `own` those of Driftmend's roles."""

    world: object
    alerted: dict
    records: list
    own: list

    @classmethod
    def of(cls, world, mark):
        alerted, records = {}, world.records()
        for alert in world.alerts(mark):
            if alert["json"]:
                alerted.setdefault(alert["json"]["stack"]["name"], []).extend(_alerted(alert["json"]))
        return cls(world, alerted, records, [one for one in records if world.is_guards(one)])

    @property
    def services(self):
        """The services in which anything was changed, by anybody."""
        sources = {one["eventSource"].split(".")[0] for one in self.records if "errorCode" not in one}
        return {_SERVICES.get(one, one) for one in sources}

    def part(self, account):
        """What of an account belongs to those services."""
        return {name: value for name, value in account.items() if name.split(" ")[0] in self.services}

    def on(self, lane, taken):
        """What concerns one lane; `taken` are the texts that the case of each lane has taken from answers, by lane. What no lane explains, all must."""
        def owners(record):
            text = json.dumps(record["requestParameters"])
            return {name for name, one in self.world.lanes.items() if one.owns(text) or any(value in text for value in taken.get(name, ()))}

        return Seen(self.alerted.get(lane.name, []), [one for one in self.own if lane.name in (owners(one) or self.world.lanes)])


@dataclass(frozen=True)
class Seen:
    """What concerns one case. `own` are the records of Driftmend's calls that no other lane explains."""

    alerted: list
    own: list

    @property
    def writes(self):
        """The names of the calls, in order; one that failed says so."""
        return [one["eventName"] + (f" ({one['errorCode']})" if "errorCode" in one else "") for one in self.own]


def _alerted(alert):
    if alert["kind"] == "guard":
        yield Alerted(alert["id"], alert["title"].split(" ")[0], None, None, None, alert["state"], alert["state"] == "resolved", alert["title"])
    if alert["kind"] == "drift":
        for one in alert["drifts"]:
            step = one["step"] or {}
            yield Alerted(one["fingerprint"], one["logicalId"], one["property"], one["drift"], one["exposure"], alert["state"], step.get("result") == "done", one["what"],
                       step.get("why") or "")
