"""The documents say what is: generated tables are fresh, names exist, links lead somewhere."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))

import capture  # noqa: E402
import generate  # noqa: E402

DOCUMENTS = [*generate.DOCUMENTS, "CHANGELOG.md", "docs/drifts.md", "docs/limits.md", "events/README.md"]
EVERY_FILE = sorted(
    str(path.relative_to(ROOT))
    for place in [ROOT.glob("*.md"), *((ROOT / folder).rglob("*.md") for folder in ("docs", "events", "functions", "local", "tests", "workload"))]
    for path in place
)
SOURCES = [".ci", "Makefile", "bin", "docs/generate.py", "events", "functions", "local", "pom.xml", "samconfig.toml", "template.yaml", "workload"]
# What only the world outside has: IAM actions that are advised about, the placeholder for many calls, a class of AWS's runtime.
OUTSIDE = {"PutParameter", "DeleteParameter", "XxxRequest", "FramedTelemetryLogSink"}

every_document = pytest.mark.parametrize("document", DOCUMENTS)
every_file = pytest.mark.parametrize("document", EVERY_FILE)


def text(document: str) -> str:
    return (ROOT / document).read_text()


def code_spans(document: str) -> list[str]:
    """Without code blocks, which are samples, and without generated parts, which are what they are."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", generate.GENERATED.sub("", text(document)), flags=re.DOTALL))


@cache
def words_of_the_sources() -> frozenset[str]:
    words = set()
    for place in SOURCES:
        path = ROOT / place
        for file in [path] if path.is_file() else path.rglob("*"):
            if file.is_file() and file.suffix not in {".pyc", ".md"}:
                words |= set(re.findall(r"\w+", file.read_text(errors="replace"))) | {*re.findall(r"\w+", file.stem)}
    return frozenset(words)


@cache
def sources_of_the_command_line() -> str:
    return "".join(file.read_text() for file in (ROOT / "functions/src/main/java/dev/driftmend/cli").rglob("*.java"))


@pytest.mark.parametrize("document", generate.DOCUMENTS)
def test_generated_parts_are_fresh(document):
    assert text(document) == generate.renewed(text(document)), f"{document} is stale; run: make docs"


def test_a_stale_part_is_noticed():
    fresh = text("docs/configure.md")
    stale = fresh.replace("| `AppPort` | `5000` |", "| `AppPort` | `5001` |")
    assert stale != fresh
    assert generate.renewed(stale) == fresh


def test_every_generated_part_is_shown_somewhere():
    shown = {part[2] for document in generate.DOCUMENTS for part in generate.GENERATED.finditer(text(document))}
    assert shown == set(generate.blocks.BLOCKS)


def without_blocks(document: str) -> str:
    return re.sub(r"^```.*?^```$", "", text(document), flags=re.DOTALL | re.MULTILINE)


def anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", without_blocks(str(file.relative_to(ROOT))), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@every_file
def test_links_lead_somewhere(document):
    here = (ROOT / document).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(document)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (here / path).resolve() if path else ROOT / document
        assert file.exists(), f"{document} links to {target}"
        assert not anchor or anchor in anchors(file), f"{document}: {target}"


def broken_rows(markdown: str) -> list[str]:
    """Lines that are meant as rows of a table and are shown as text, rows that lose cells, and text that is shown as a row."""
    broken, head, before = [], 0, ""
    lines = re.sub(r"^```.*?^```$", "", markdown, flags=re.DOTALL | re.MULTILINE).splitlines()
    for line, after in zip(lines, [*lines[1:], ""]):
        if line.startswith("|"):
            cells = len(re.split(r"(?<!\\)\|", line.strip()))
            if not before.startswith("|"):
                head = cells if re.fullmatch(r"\|(?: ?:?-+:? ?\|)+", after.strip()) else 0
            if cells != head:
                broken.append(line)
        elif line.strip() and before.startswith("|") and not line.startswith("<!--"):
            broken.append(line)
        before = line
    return broken


@every_file
def test_no_table_is_broken(document):
    assert not broken_rows(text(document))


def test_a_broken_table_is_noticed():
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    assert broken_rows(table + "\ntext\n") == []
    assert broken_rows(table + "| `x \\| y` | 4 |\n<!-- end -->\n") == []
    assert broken_rows(table + "\n| 3 | 4 |\n") == ["| 3 | 4 |"], "a blank line ends the table"
    assert broken_rows(table + "| 3 | 4 | 5 |\n") == ["| 3 | 4 | 5 |"], "the fifth is not shown"
    assert broken_rows(table + "text\n") == ["text"], "shown as a row"


def test_the_readme_is_short():
    assert len(text("README.md").splitlines()) <= 150


def test_the_readme_links_every_document():
    linked = set(re.findall(r"\]\(([^)#\s]+)", text("README.md")))
    assert {*EVERY_FILE} - {"README.md"} <= linked


@every_document
def test_a_link_to_a_class_is_named_after_it(document):
    for name, path in re.findall(r"\[`(\w+)`\]\(([^)]+)\.java\)", text(document)):
        assert path.endswith(f"/{name}"), f"{document}: `{name}` links to {path}.java"


@every_document
def test_files_that_are_named_exist(document):
    # local/README.md names the files of the package that it describes from there.
    bases = [ROOT, (ROOT / document).parent, *([ROOT / "local/driftmend_local"] if document == "local/README.md" else [])]
    roots = {path.name for base in bases for path in base.iterdir()}
    for span in code_spans(document):
        path = span.rstrip("/")
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)+", path) and path.split("/")[0] in roots:
            made_by_a_build = path.startswith(("target/", ".aws-sam/", ".venv/", ".local-aws/"))
            assert made_by_a_build or any((base / path).exists() for base in bases), f"{document} names {span}"


@every_document
def test_names_in_code_exist_in_the_sources(document):
    """Class, resource, parameter, metric, variable, API: what looks like a name is one that the sources use."""
    unknown = {
        word
        for span in code_spans(document)
        for word in re.findall(r"\b(?:[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+|[A-Z]{2,}(?:_[A-Z]+)+)\b", span)
        if word not in words_of_the_sources() | OUTSIDE
    }
    assert not unknown, f"{document} names what does not exist: {', '.join(sorted(unknown))}"


@every_document
def test_make_targets_that_are_named_exist(document):
    known = re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE)
    for target in re.findall(r"(?:`|^|&& )make ([a-z-]+)", text(document), re.MULTILINE):
        assert target in known, f"{document}: make {target}"


@every_document
def test_commands_and_options_that_are_named_exist(document):
    commands = re.findall(r'@Command\(\s*name = "(\w+)"', sources_of_the_command_line())
    options = re.findall(r'"(--[a-z-]+)"', sources_of_the_command_line())
    for line in re.findall(r"(?:bin/driftmend|`driftmend) ([^`\n]+)", text(document)):
        assert line.split()[0] in commands, f"{document}: driftmend {line}"
        for option in re.findall(r"--[a-z-]+", line):
            assert option in options, f"{document}: driftmend {line}"


@every_document
def test_nothing_speaks_of_one_machine(document):
    assert not re.findall(r"(?<![\w.:~/])/(?:root|work|home|tmp)/\S*", text(document))


@every_document
def test_accounts_are_those_of_documentation(document):
    assert set(re.findall(r"(?<![\w.-])\d{12}(?![\w.-])", text(document))) <= {"111122223333", "123456789012"}


def test_the_words_of_an_alert_are_those_of_the_code():
    rows = dict(re.findall(r"^\| `([A-Z ]+)` \|.*?([^|]+) \|$", text("docs/operate.md"), re.MULTILINE))
    code = "".join(file.read_text() for file in sorted((ROOT / "functions/src/main/java/dev/driftmend").rglob("*.java")))
    severities = {
        exposure: severity.lower()
        for case, severity in re.findall(r"case ([A-Z, ]+) -> ([A-Z]+);", code.split("enum Severity")[1].split("\n}")[0])
        for exposure in case.split(", ")
    }
    first_words = re.findall(r'"([A-Z]+(?: [A-Z]+)?)"', code.split("String state(Alert ")[1].split(" static ")[0])
    assert len(severities) == 5 and len(first_words) == 5
    assert {exposure: rows[exposure].strip() for exposure in severities} == severities
    assert set(first_words) <= set(rows)


def captured(name: str, document: str) -> list[str]:
    return re.search(generate.CAPTURED.format(name=name), text(document), re.DOTALL)[0].splitlines()[2:-2]


def test_every_scene_of_the_demo_is_shown():
    titles = re.findall(r'Result\(\s*"([^"]+)"', text("local/driftmend_demo/scenes.py"))
    assert len(titles) >= 5
    shown = "\n".join(captured("demo", "local/README.md"))
    missing = [title for title in titles if f"ok   {title}" not in shown]
    assert not missing, "show a run of make demo in local/README.md, as docs/generate.py says"


def test_parts_of_a_run_are_whole_parts_of_the_run_that_is_shown():
    whole = "\n".join(captured("demo", "local/README.md"))
    for part in ("scene", "summary"):
        assert "\n".join(captured(part, "README.md")) in whole
    assert captured("alert", "docs/operate.md") == [line[7:] for line in captured("scene", "README.md") if line.startswith("     |")]


@pytest.mark.parametrize("document", ["README.md", "docs/operate.md", "local/README.md"])
def test_no_line_of_a_run_stands_for_others(document):
    assert not re.findall(r"^[\s|]*\.\.\.[\s|]*$", text(document), re.MULTILINE)


def test_the_readme_shows_no_step_of_the_tests_that_there_is_not():
    shown = re.search(generate.CAPTURED.format(name="test"), text("README.md"), re.DOTALL)[0]
    known = re.findall(r'(?:echo "==>|bin/step ") ?([^"]+)"', text("Makefile"))
    for step in re.findall(r"^==> (.*)$", shown, re.MULTILINE):
        assert any(step.startswith(one.replace("$(VENV)", ".venv").replace("$(TOOLS)", ".aws-sam/tools")) for one in known), step


def test_a_run_is_shown_without_paths_and_cut_between_scenes():
    scene = [
        "--- 1. somebody opens a port -----", "ok   closed", "     | FIXED", "     |", "     | Who", "     |   with aws-cli/2 of this machine",
        "     |     and of its kernel", "     |   event 1"]
    run = "\n".join([
        "--- deploying -----", f"     logs in {ROOT}/.local-aws", "", *scene, "", "--- 2. more -----", "ok   more", "", "--- summary -----",
        "\x1b[1mok\x1b[0m   2 of 2", "", "The demo has shown all of it.", "", "real 1m", ""])
    shown = [*scene[:5], "     |   with aws-cli/2 ...", "     |   event 1"]
    assert capture.scene(run, ROOT).splitlines() == shown
    assert capture.alert(run, ROOT).splitlines() == ["FIXED", "", "Who", "  with aws-cli/2 ...", "  event 1"]
    assert capture.summary(run, ROOT).splitlines() == ["--- summary -----", "ok   2 of 2", "", "The demo has shown all of it."]
    assert capture.demo(run, ROOT).splitlines() == [
        "--- deploying -----", "     logs in ~/driftmend/.local-aws", "", *shown, "", "--- 2. more -----", "ok   more", "",
        "--- summary -----", "ok   2 of 2", "", "The demo has shown all of it.", "", "real 1m"]


def test_of_a_run_of_the_tests_each_step_and_its_result_are_shown():
    steps = ["==> Java: unit tests done (9 s)", "[INFO] Tests run: 5, Failures: 0, Errors: 0, Skipped: 0"]
    run = ["==> install the tools .. done (3 s)", steps[0].replace("done", "... done"), steps[1], "==> local AWS", "....    [ 50%]", "....    [100%]", "1 failed, 7 passed in 2.00s", "",
           "real 0m11s", "user 0m9s"]
    assert capture.test("\n".join([*run, "==> make test passed"]), ROOT).splitlines() == [
        "==> Java: unit tests done (9 s): Tests run: 5, Failures: 0, Errors: 0, Skipped: 0", "==> local AWS: 1 failed, 7 passed in 2.00s; real 0m11s",
        "==> make test passed"]


def test_the_generator_changes_nothing_that_is_fresh():
    ran = subprocess.run([sys.executable, "-B", ROOT / "docs/generate.py"], capture_output=True, text=True, check=True)
    assert ran.stdout == ""
