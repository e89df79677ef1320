"""The case files of the diagnosis: read, checked, and turned into cases."""

from dataclasses import dataclass

from ..cases import DATA, Entry, entries

HOPS = ("dns", "load-balancer", "internet-route", "load-balancer-acl", "load-balancer-group", "listener", "rule", "target-group", "targets", "load-balancer-egress",
        "instance-acl", "instance-group", "instance", "app", "health-check", "packages", "deployment", "shared-group", "public-subnet", "public-address", "world-open")
VERDICTS = ("ok", "degraded", "outage")
SEEN = ("no-name", "timeout", "refused", "502", "503", "504", "status", "slow", "none")
SITES = ("single", "pair")
VERBS = ("deploy", "install", "kill", "start")
DIRECTORY = DATA / "diagnosis"
_SINGLE = {"case", "site", "do", "back", "seen", "health", "verdict", "broken", "explainedBy"}
_DOUBLE = {"case", "site", "both", "seen", "health", "verdict", "broken", "explainedBy"}


@dataclass(frozen=True)
class Case:
    """One entry. `seen` is what a client gets, `health` the states or reasons of all registered targets, sorted; the rest is what must be said."""

    name: str
    file: str
    site: str
    do: tuple
    back: tuple
    seen: str
    health: tuple
    verdict: str
    broken: tuple
    explained_by: str | None
    is_double: bool = False

    @property
    def sort(self):
        return "nothing broken" if not self.broken else "two faults" if self.is_double else "one fault"


def load(directory=DIRECTORY):
    """[Case], those of two-faults.yaml last. Raises Wrong."""
    read = list(entries(directory / "cases"))
    cases = [_single(*entry) for entry in read if "both" not in entry[2]]
    known = {one.name: one for one in cases}
    cases += [_double(*entry, known) for entry in read if "both" in entry[2]]
    for file, common, entry in read:
        case = Entry(file, common, entry, _SINGLE | _DOUBLE)
        case.require(sum(one.name == case.name for one in cases) == 1, "another case has the same name")
    return cases


def _single(file, common, entry):
    case = Entry(file, common, entry, _SINGLE, VERBS)
    return _case(case, file, case.choice("site", SITES, "single"), case.steps("do"), case.steps("back"))


def _double(file, common, entry, known):
    case = Entry(file, common, entry, _DOUBLE)
    for name in case.list("both"):
        case.require(name in known, f"no case is called {name!r}")
    case.require(len(case.list("both")) == 2, "both names two cases")
    first, second = (known[name] for name in case.list("both"))
    case.require(first.site == second.site, "the two are played on different sites")
    return _case(case, file, first.site, first.do + second.do, second.back + first.back, is_double=True)


def _case(case, file, site, do, back, is_double=False):
    case.require(bool(back), "nothing puts it back")
    broken = tuple(case.list("broken"))
    case.require(list(broken) == [hop for hop in HOPS if hop in broken], f"broken names hops in the order of the walk: {', '.join(HOPS)}")
    verdict, explained = case.choice("verdict", VERDICTS, None), case.get("explainedBy")
    case.require((explained is None) == (verdict == "ok"), "what is not ok is explained by a hop")
    case.require(explained is None or explained in broken, "it is explained by a hop that is not broken")
    seen = case.choice("seen", SEEN, None)
    case.require((seen != "none") == (verdict == "outage"), "an outage is seen, and nothing else is")
    health = case.list("health") or ["healthy"] * (1 if site == "single" else 2)
    return Case(case.name, file, site, do, back, seen, tuple(sorted(one for one in health if one != "nothing")), verdict, broken, explained, is_double)
