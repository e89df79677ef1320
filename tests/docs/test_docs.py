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

DOCUMENTS = [*generate.DOCUMENTS, "CHANGELOG.md", "docs/drifts.md", "events/README.md", "local/README.md"]
SOURCES = [".ci", "Makefile", "bin", "docs/generate.py", "events", "functions", "local", "pom.xml", "samconfig.toml", "template.yaml", "workload"]
# What only the world outside has: IAM actions that are advised about, and the placeholder for many calls.
OUTSIDE = {"PutParameter", "DeleteParameter", "XxxRequest"}

every_document = pytest.mark.parametrize("document", DOCUMENTS)


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
    return "".join(file.read_text() for file in (ROOT / "functions/src/main/java/dev/driftmend/cli").glob("*.java"))


@pytest.mark.parametrize("document", generate.DOCUMENTS)
def test_generated_parts_are_fresh(document):
    assert text(document) == generate.renewed(text(document)), f"{document} is stale; run: make docs"


def test_a_stale_part_is_noticed():
    stale = text("README.md").replace("| `AppPort` | `5000` |", "| `AppPort` | `5001` |")
    assert stale != text("README.md")
    assert generate.renewed(stale) == text("README.md")


def test_every_generated_part_is_shown_somewhere():
    shown = {part[2] for document in generate.DOCUMENTS for part in generate.GENERATED.finditer(text(document))}
    assert shown == set(generate.blocks.BLOCKS)


@every_document
def test_links_lead_somewhere(document):
    here = (ROOT / document).parent
    for target in re.findall(r"\]\(([^)]+)\)", text(document)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = here / path if path else ROOT / document
        assert file.exists(), f"{document} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}, f"{document}: {target}"


@every_document
def test_a_link_to_a_class_is_named_after_it(document):
    for name, path in re.findall(r"\[`(\w+)`\]\(([^)]+)\.java\)", text(document)):
        assert path.endswith(f"/{name}"), f"{document}: `{name}` links to {path}.java"


@every_document
def test_files_that_are_named_exist(document):
    roots = {path.name for path in ROOT.iterdir()}
    for span in code_spans(document):
        path = span.rstrip("/")
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)+", path) and path.split("/")[0] in roots:
            made_by_a_build = path.startswith(("target/", ".aws-sam/", ".venv/", ".local-aws/"))
            assert made_by_a_build or (ROOT / path).exists() or (ROOT / document).parent.joinpath(path).exists(), f"{document} names {span}"


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


def test_the_readme_shows_every_scene_of_the_demo():
    titles = re.findall(r'Result\(\s*"([^"]+)"', text("local/driftmend_demo/scenes.py"))
    assert len(titles) >= 5
    shown = re.search(generate.CAPTURED.format(name="demo"), text("README.md"), re.DOTALL)[0]
    missing = [title for title in titles if f"ok   {title}" not in shown]
    assert not missing, "show a run of make demo in the README, as docs/generate.py says"


def test_the_readme_shows_no_step_of_the_tests_that_there_is_not():
    shown = re.search(generate.CAPTURED.format(name="test"), text("README.md"), re.DOTALL)[0]
    known = re.findall(r'(?:echo "==>|bin/step ") ?([^"]+)"', text("Makefile"))
    for step in re.findall(r"^==> (.*)$", shown, re.MULTILINE):
        assert any(step.startswith(one.replace("$(VENV)", ".venv").replace("$(TOOLS)", ".aws-sam/tools")) for one in known), step


def test_a_run_is_shown_without_paths_and_cut_short():
    created = "".join(f"    CREATE_COMPLETE  AWS::X  R{n}\n" for n in range(9))
    alert = "     | FIXED\n\n     | Who\n     |   with aws-cli/2 of this machine\n\n     | Next\n"
    run = f"logs in {ROOT}/.local-aws\n{created}\x1b[1mok\x1b[0m\n{alert}ok   more\n"
    assert capture.demo(run, ROOT).splitlines() == [
        "logs in ~/driftmend/.local-aws", *(f"    CREATE_COMPLETE  AWS::X  R{n}" for n in (0, 1, 2)), "    ... 3 more resources ...",
        *(f"    CREATE_COMPLETE  AWS::X  R{n}" for n in (6, 7, 8)), "ok", "     | FIXED", "     | ...", "ok   more"]
    assert capture.alert(run, ROOT).splitlines() == ["FIXED", "", "Who", "  with aws-cli/2 ...", "", "Next"]


def test_the_generator_changes_nothing_that_is_fresh():
    ran = subprocess.run([sys.executable, "-B", ROOT / "docs/generate.py"], capture_output=True, text=True, check=True)
    assert ran.stdout == ""
