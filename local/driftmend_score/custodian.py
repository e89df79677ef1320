"""The same mutations on Cloud Custodian: event mode by its own handler, on the same local AWS and in the same run as Driftmend."""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml
from driftmend_demo.system import NotStarted

from . import account, sheet
from .cases import DATA, Wrong, load
from .play import Player, moment
from .steps import Stage, Unplayable, filled
from .world import NotReady, World

HOME = DATA / "custodian"
PYTHON = sheet.ROOT / ".aws-sam" / "custodian" / "bin" / "python"
SETS = {"documented": "as in its documentation", "tailored": "tailored to the stack by hand"}
ROUNDS = 6
WRITES = ("Authorize", "Revoke", "Modify", "Update")


@dataclass(frozen=True)
class Outcome:
    """What became of one case: what differs from before, the calls that wrote, whether clients were cut off, an error of the tool."""

    left: list
    writes: list
    cut: bool
    error: str | None = None

    def text(self, cuts_by_itself):
        if self.error:
            return f"failed: {self.error}"
        said = "as before" if not self.left else "; ".join(self.left)
        if self.cut and not cuts_by_itself:
            said += ", traffic cut meanwhile"
        return f"{said} ({', '.join(self.writes) or 'nothing was called'})"


class Custodian:
    """A process of Custodian's with one set of policies; events go in one by one, as Lambda hands them over."""

    def __init__(self, world, name, names):
        self._directory = tempfile.TemporaryDirectory(prefix="custodian-")
        policies = filled(yaml.safe_load((HOME / f"{name}.yaml").read_text(encoding="utf-8")), names)["policies"]
        options = {"account_id": "123456789012", "output_dir": self._directory.name}
        for policy in policies:
            policy["mode"] = {**policy["mode"], "execution-options": options}
        self.heard = {event["event"] for policy in policies for event in policy["mode"]["events"]}
        Path(self._directory.name, "config.json").write_text(json.dumps({"execution-options": dict(options), "policies": policies}))
        worker = Path(__file__).with_name("custodian_worker.py")
        self._log = open(Path(self._directory.name, "log"), "wb")
        self._process = subprocess.Popen([PYTHON, worker], cwd=self._directory.name, env=self._environment(world), text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log)

    @staticmethod
    def _environment(world):
        keys = world.keys("role/custodian")
        return {"PATH": os.environ.get("PATH", ""), "AWS_ENDPOINT_URL": world.system.url, "AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"], "AWS_SESSION_TOKEN": keys["SessionToken"]}

    def take(self, event):
        """{"calls", "error"} of one event."""
        print(json.dumps(event), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            log = Path(self._log.name).read_text(errors="replace").strip().splitlines()
            raise NotReady(f"Cloud Custodian ended: {log[-1] if log else 'without a word'}")
        return json.loads(answer)

    def close(self):
        self._process.kill()
        self._process.wait()
        self._log.close()
        self._directory.cleanup()


def main():
    argparse.ArgumentParser(prog="make score-custodian", description=__doc__).parse_args()
    try:
        cases = chosen()
        rows = play(cases)
    except (Wrong, NotStarted, NotReady) as problem:
        print(f"driftmend: {problem}", file=sys.stderr)
        return 1
    sheet.insert_custodian(table(cases, rows))
    print(f"written: {sheet.PATH.relative_to(sheet.ROOT)}")
    return 0


def chosen():
    """The cases that cases.yaml names. Raises Wrong."""
    names = yaml.safe_load((HOME / "cases.yaml").read_text(encoding="utf-8"))
    known = {one.name: one for one in load()[0]}
    for name in names:
        if name not in known or known[name].stack != "driftmend" or known[name].kind != "AWS::EC2::SecurityGroup":
            raise Wrong(f"custodian/cases.yaml: {name} is no mutation of a security group of Driftmend's stack")
    return [known[name] for name in names]


def play(cases, say=lambda text: print(text, flush=True)):
    """{column: [Outcome]} for Driftmend and each set of policies, in the order of the cases."""
    rows = {}
    with World(say=say) as world:
        player = Player(world)
        results = [result for one in cases for result in player.play([one])]
        rows["Driftmend"] = [Outcome([] if result.is_good else result.shortfalls, result.writes, result.interrupted) for result in results]
        world.system.switch_rules(on=False)
        lane = world.lanes["driftmend"]
        names = {"Web": lane.ids["WebSecurityGroup"], "Balancer": lane.ids["LoadBalancerSecurityGroup"]}
        for name in SETS:
            custodian = Custodian(world, name, names)
            with contextlib.closing(custodian):
                rows[name] = [_play(world, lane, custodian, one) for one in cases]
    for place, one in enumerate(cases):
        say(f"{one.name}\n" + "\n".join(f"       {column}: {outcomes[place].text(one.traffic == 'cut')}" for column, outcomes in rows.items()))
    return rows


def _play(world, lane, custodian, case):
    """One case with Custodian alone: Driftmend hears nothing, and puts back by a sweep what is left."""
    world.forget()
    began, stage = moment(), Stage(world.client, lane, lane.ids)
    stage.play(case.do)
    writes, error, done = [], None, set()
    for _ in range(ROUNDS):
        fresh = [one for one in world.events() if one["id"] not in done and one["detail"].get("eventName") in custodian.heard]
        if not fresh:
            break
        for event in fresh:
            done.add(event["id"])
            answer = custodian.take(event)
            writes += [call for call in answer["calls"] if call.startswith(WRITES)]
            error = error or answer["error"]
    after = account.read(world.client, {"ec2"})
    left = _left(world.before, after, lane)
    cut = any(one.fault for one in lane.traffic.since(began))
    world.sweep()
    with contextlib.suppress(Unplayable):
        stage.play(case.back)
    if _left(world.before, account.read(world.client, {"ec2"}), lane):
        raise NotReady(f"after {case.name} the groups are not what they were")
    return Outcome(left, writes, cut, error)


def _left(before, after, lane):
    """What of the groups' rules differs, as a person would say it."""
    said = []
    for logical_id in ("WebSecurityGroup", "LoadBalancerSecurityGroup"):
        was, now = (part[f"ec2 {lane.ids[logical_id]}"]["Rules"] for part in (before, after))
        said += [f"still open: {_rule(one)}" for one in now if one not in was and not _described(one, was)]
        said += [f"lost: {_rule(one)}" for one in was if one not in now and not _described(one, now)]
        said += [f"described otherwise: {_rule(one)}" for one in now if one not in was and _described(one, was)]
    return said


def _described(rule, others):
    return any({k: v for k, v in one.items() if k != "Description"} == {k: v for k, v in rule.items() if k != "Description"} for one in others)


def _rule(one):
    peer = one.get("CidrIpv4") or one.get("CidrIpv6") or ("a prefix list" if one.get("PrefixListId") else "a group")
    ports = "" if one["FromPort"] == -1 else f" {one['FromPort']}" if one["FromPort"] == one["ToPort"] else f" {one['FromPort']}-{one['ToPort']}"
    return f"{'everything' if one['IpProtocol'] == '-1' else one['IpProtocol']}{ports} {'to' if one['IsEgress'] else 'from'} {peer}"


def table(cases, rows):
    """The comparison for the sheet."""
    version = next(line for line in (HOME / "requirements.txt").read_text().splitlines() if line.startswith("c7n=="))
    head = ["case", "Driftmend", *(f"Custodian, {said}" for said in SETS.values())]
    lines = [head, ["---"] * len(head)]
    lines += [[one.name, *(outcomes[place].text(one.traffic == "cut") for outcomes in rows.values())] for place, one in enumerate(cases)]
    sums = ["as before, and no more traffic cut than by the case itself"]
    sums += [f"{sum(not o.left and not o.error and (not o.cut or c.traffic == 'cut') for o, c in zip(outcomes, cases, strict=True))} of {len(cases)}"
             for outcomes in rows.values()]
    body = "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in [*lines, sums])
    return f"""## Beside Cloud Custodian

{len(cases)} of the mutations of security groups, played on Driftmend and then on Cloud Custodian (`{version}`) in the same run on the same local AWS:
`make score-custodian`. Custodian runs in event mode by its own Lambda handler; it gets the event of each call that its policies subscribe to, its own
calls' too. In brackets the calls that changed something. The policies are in `local/score/custodian`: one as the documentation writes them, and a
set made by hand for this stack, ids of groups and all. What is compared is not the same kind of thing: Custodian looks at one group and enforces
what somebody wrote down; Driftmend looks at the whole stack and enforces its template, and nobody wrote anything down.

{body}"""


if __name__ == "__main__":
    sys.exit(main())
