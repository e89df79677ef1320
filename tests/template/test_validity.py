import json
import os
import re
import subprocess
from pathlib import Path

from translation import tool


def cfn_lint(template: Path) -> list[dict]:
    ran = subprocess.run(
        [tool("cfn-lint"), "--format", "json", "--", str(template)], capture_output=True, text=True, check=False
    )
    assert ran.stdout, ran.stderr
    return json.loads(ran.stdout)


def without_ignores(text: str) -> str:
    return re.sub(r"^  cfn-lint:\n(?:    .*\n)+", "", text, flags=re.MULTILINE)


def test_cfn_lint_has_nothing_to_say(root):
    assert cfn_lint(root / "template.yaml") == []


def test_every_ignored_check_is_explained_and_still_needed(root, source, tmp_path):
    text = (root / "template.yaml").read_text()
    ignored = source["Metadata"]["cfn-lint"]["config"]["ignore_checks"]
    assert re.search(r"^ +# .+\n +ignore_checks:", text, re.MULTILINE), "the line above ignore_checks says why"
    bare = tmp_path / "template.yaml"
    bare.write_text(without_ignores(text))
    found = {finding["Rule"]["Id"] for finding in cfn_lint(bare)}
    assert found == set(ignored)


def test_sam_validates_it(root):
    ran = subprocess.run(
        [tool("sam"), "validate", "--lint", "--template", str(root / "template.yaml"), "--region", "us-east-1"],
        cwd=root,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "is a valid SAM Template" in ran.stdout
