"""Templates of other people: diagnosed as they are and with faults planted, counted into docs/score.md.

The templates are no part of the project. A folder holds them as OWNER/NAME/PATH; a table names each with what was judged of it: columns
repository, path, `verdict said (parameters guessed)` (before) and judged (a fault verdict that begins with FALSE was none).
"""

import argparse
import collections
import csv
import pathlib
import subprocess
import sys
import tempfile

from driftmend_score import sheet

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT.parent / "shared" / "cases" / "published.tsv"
HARNESS = ROOT / "functions/src/test/java/dev/driftmend/diagnose/PublishedTemplates.java"
FAULTS = ("outage", "degraded")
AS_THEY_ARE = "-"
PLANTS = ("wrong-port", "no-listener", "no-ingress", "no-route", "no-target")


def main(arguments):
    parser = argparse.ArgumentParser(prog="make score-published", description=__doc__)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT.parent / "published" / "all")
    parser.add_argument("--cases", type=pathlib.Path, default=CASES)
    parser.add_argument("--show", action="store_true", help="only print each fault verdict and each planted fault that was not found")
    options = parser.parse_args(arguments)
    if not options.cases.is_file() or not options.folder.is_dir():
        print(f"skipped: there is no {options.cases if not options.cases.is_file() else options.folder}")
        return 0
    with options.cases.open(encoding="utf-8", newline="") as file:
        cases = {f"{row['repository']}/{row['path']}": row for row in csv.DictReader(file, delimiter="\t")}
    looks = look(options.folder, [name for name in cases if (options.folder / name).is_file()])
    if options.show:
        show(cases, looks)
    else:
        sheet.insert_published(text(cases, looks))
    return 0


def look(folder, names):
    """{(name, plant): (verdict, hop, broken hops, evidence or error)}; the plant is `-` for the template as it is."""
    java = pathlib.Path(subprocess.run([ROOT / "bin/jdk25"], check=True, capture_output=True, text=True).stdout.strip()) / "bin"
    built = f"{ROOT}/target/classes:{ROOT}/target/full-lib/*:{ROOT}/target/cli-lib/*"
    with tempfile.TemporaryDirectory() as classes:
        subprocess.run([java / "javac", "-nowarn", "-proc:none", "-d", classes, "-cp", built, HARNESS], check=True)
        output = subprocess.run([java / "java", "-cp", f"{classes}:{built}", "dev.driftmend.diagnose.PublishedTemplates"], check=True,
                                input="\n".join(str(folder / name) for name in names), capture_output=True, text=True).stdout
    looks = {}
    for line in output.splitlines():
        path, plant, *rest = line.split("\t")
        looks[str(pathlib.Path(path).relative_to(folder)), plant] = tuple(rest)
    return looks


def false_faults(cases, looks):
    """The names of templates with a fault verdict of which it was judged that there is no fault."""
    return [name for (name, plant), look in looks.items() if plant == AS_THEY_ARE and look[0] in FAULTS and cases[name]["judged"].startswith("FALSE")]


def planted(looks):
    """{plant: {name: whether it was found}}, of templates that have no fault by themselves."""
    found = collections.defaultdict(dict)
    for (name, plant), answer in looks.items():
        if plant != AS_THEY_ARE and looks[name, AS_THEY_ARE][0] not in FAULTS:
            found[plant][name] = answer[0] in FAULTS
    return found


def text(cases, looks):
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
        "One fault planted in each that has none by itself and something to break:", "",
        sheet.table(["planted", "templates", "found"], [
            [plant, str(len(found[plant])), str(sum(found[plant].values()))] for plant in PLANTS])])


def show(cases, looks):
    for (name, plant), answer in looks.items():
        if plant == AS_THEY_ARE and answer[0] not in ("ok", "unknown"):
            print(f"{name}\n  {answer[0]} {answer[1]} ({answer[2]}): {answer[3]}\n  judged: {cases[name]['judged'] or 'nothing'}")
    for plant, names in planted(looks).items():
        for name in (name for name, is_found in names.items() if not is_found):
            print(f"{plant} not found: {name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
