"""Templates of other people: diagnosed as they are and with faults planted, counted into docs/score.md.

The templates are no part of the project. A folder holds them as OWNER/NAME/PATH; a table names each with what was judged of it: columns
repository, path, `verdict said (parameters guessed)` (before) and judged (a fault verdict that begins with FALSE was none). A file of the folder
that the table does not name is diagnosed and planted in all the same.
"""

import argparse
import collections
import copy
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

from driftmend_score import plants, sheet, templates
from driftmend_score.plants import PLANTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT.parent / "shared" / "cases" / "published.tsv"
HARNESS = ROOT / "functions/src/test/java/dev/driftmend/diagnose/PublishedTemplates.java"
FAULTS = ("outage", "degraded")
AS_THEY_ARE = "-"


def main(arguments):
    parser = argparse.ArgumentParser(prog="make score-published", description=__doc__)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT.parent / "published" / "all")
    parser.add_argument("--cases", type=pathlib.Path, default=CASES)
    parser.add_argument("--classes", default=f"{ROOT}/target/classes:{ROOT}/target/full-lib/*:{ROOT}/target/cli-lib/*", help="what was built")
    parser.add_argument("--show", action="store_true", help="only print each fault verdict and each planted fault that was not found")
    options = parser.parse_args(arguments)
    if not options.cases.is_file() or not options.folder.is_dir():
        print(f"skipped: there is no {options.cases if not options.cases.is_file() else options.folder}")
        return 0
    with options.cases.open(encoding="utf-8", newline="") as file:
        cases = {f"{row['repository']}/{row['path']}": row for row in csv.DictReader(file, delimiter="\t")}
    names = sorted(str(path.relative_to(options.folder)) for path in options.folder.rglob("*") if path.is_file())
    with tempfile.TemporaryDirectory() as planted_in:
        planted_as, undecided = plant(options.folder, names, pathlib.Path(planted_in))
        answers = diagnosed([*(options.folder / name for name in names), *planted_as.values()], options.classes)
        looks = {(name, AS_THEY_ARE): answers[options.folder / name] for name in names}
        looks |= {key: answers[path] for key, path in planted_as.items()}
    if options.show:
        show(cases, looks)
    else:
        sheet.insert_published(text(cases, looks, undecided))
    return 0


def plant(folder, names, directory):
    """Writes each template with each fault: ({(name, place in PLANTS): path}, {place: Counter of reasons why a plant was none})."""
    planted_as, undecided = {}, collections.defaultdict(collections.Counter)
    for number, name in enumerate(names):
        tree = templates.read((folder / name).read_text(encoding="utf-8", errors="replace"))
        for place, (_, _, change) in enumerate(PLANTS) if tree else ():
            changed = copy.deepcopy(tree)
            reason = plants.plant(changed, change)
            if reason:
                undecided[place][reason] += 1
            elif reason is None:
                planted_as[name, place] = directory / f"{number}-{place}.json"
                planted_as[name, place].write_text(json.dumps(changed, default=str), encoding="utf-8")
    return planted_as, undecided


def diagnosed(paths, built):
    """{path: (verdict, hop, broken hops, evidence or error)}."""
    java = pathlib.Path(subprocess.run([ROOT / "bin/jdk25"], check=True, capture_output=True, text=True).stdout.strip()) / "bin"
    with tempfile.TemporaryDirectory() as classes:
        subprocess.run([java / "javac", "-nowarn", "-proc:none", "-d", classes, "-cp", built, HARNESS], check=True)
        output = subprocess.run([java / "java", "-cp", f"{classes}:{built}", "dev.driftmend.diagnose.PublishedTemplates"], check=True,
                                input="\n".join(map(str, paths)), capture_output=True, text=True).stdout
    rows = (line.split("\t") for line in output.splitlines())
    return {pathlib.Path(path): tuple(rest) for path, *rest in rows}


def false_faults(cases, looks):
    """The names of templates with a fault verdict of which it was judged that there is no fault."""
    return [name for (name, plant), look in looks.items()
            if plant == AS_THEY_ARE and look[0] in FAULTS and cases.get(name, {}).get("judged", "").startswith("FALSE")]


def planted(looks):
    """{place in PLANTS: {name: whether it was found}}, of templates that have no fault by themselves and can be read."""
    found = collections.defaultdict(dict)
    for (name, plant), answer in looks.items():
        if plant != AS_THEY_ARE and looks[name, AS_THEY_ARE][0] not in (*FAULTS, "error"):
            found[plant][name] = answer[0] in FAULTS
    return found


def text(cases, looks, undecided):
    before = collections.Counter(row["verdict said (parameters guessed)"].split(":")[0] or "not readable" for row in cases.values())
    wrong_before = sum(row["judged"].startswith("FALSE") for row in cases.values())
    after = collections.Counter(answer[0] for (_, plant), answer in looks.items() if plant == AS_THEY_ARE)
    faults, wrong = sum(after[verdict] for verdict in FAULTS), len(false_faults(cases, looks))
    found = planted(looks)
    return "\n".join([
        "## Published templates", "",
        f"Written by `make score-published` from {sum(after.values())} public templates of other people, which are no part of the project. Before: what was",
        "said with guessed values for the parameters, when a template without them was refused. Now: no value is given.", "",
        sheet.table(["", "before", "now"], [
            ["ok", str(before["ok"]), str(after["ok"])],
            ["unknown", str(before["unknown"]), str(after["unknown"])],
            ["a fault (outage, degraded)", str(sum(before[verdict] for verdict in FAULTS)), str(faults)],
            ["of these judged false", str(wrong_before), str(wrong)],
            ["refused, a template or not", str(before["refused"] + before["not readable"]), str(after["error"])]]), "",
        "One fault planted in the text of each that has none by itself and something to break. Left out, and counted in the last columns, is where",
        "the template alone does not tell that clients would see it: unknown is right there.", "",
        sheet.table(["planted", "how", "templates", "found", "", "left out", "because"], [
            *(row(kind, how, list(found[place].values()), undecided[place]) for place, (kind, how, _) in enumerate(PLANTS)),
            *(total(kind, found) for kind in dict.fromkeys(kind for kind, _, _ in PLANTS))])])


def row(kind, how, found, undecided):
    return [kind, how, str(len(found)), str(sum(found)), share(found), str(undecided.total() or "-"),
            "; ".join(f"{reason} ({count})" for reason, count in sorted(undecided.items())) or "-"]


def total(kind, found):
    return row(f"**{kind}**", "all", [each for place, plant in enumerate(PLANTS) if plant[0] == kind for each in found[place].values()],
               collections.Counter())


def share(found):
    return f"{100 * sum(found) / len(found):.0f} %" if found else "-"


def show(cases, looks):
    for (name, plant), answer in looks.items():
        if plant == AS_THEY_ARE and answer[0] not in ("ok", "unknown"):
            print(f"{name}\n  {answer[0]} {answer[1]} ({answer[2]}): {answer[3]}\n  judged: {cases.get(name, {}).get('judged') or 'nothing'}")
    found = planted(looks)
    for place, (kind, how, _) in enumerate(PLANTS):
        print(f"{kind}, {how}: {sum(found[place].values())} of {len(found[place])}")
        for name in (name for name, is_found in found[place].items() if not is_found):
            print(f"  not found: {name}: {looks[name, place][0]} {looks[name, place][3]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
