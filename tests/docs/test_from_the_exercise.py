"""What from-the-exercise.md says of lines of template.yaml is true, and its pictures are pictures."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))

import exercise  # noqa: E402

TEMPLATE = (ROOT / "template.yaml").read_text().splitlines()
PLACES = sorted({place for *_, places, _ in exercise.FAULTS + exercise.ENHANCEMENTS for place in places})


@pytest.mark.parametrize("place", PLACES)
def test_the_lines_of_a_place_are_its_block_and_nothing_else(place):
    first, last = exercise.lines(place)
    block, name = TEMPLATE[first - 1 : last], place if place.startswith("@") else place.rpartition(".")[2]
    assert block[0].strip().startswith(name if name.startswith("@") else f"{name}:")
    if not place.startswith("@"):
        indent = len(block[0]) - len(block[0].lstrip())
        assert all(not line.strip() or len(line) - len(line.lstrip()) > indent for line in block[1:])
        following = next((line for line in TEMPLATE[last:] if line.strip() and not line.strip().startswith("#")), "")
        assert len(following) - len(following.lstrip()) <= indent, "it ends where the next one begins"


@pytest.mark.parametrize("place", ["NoSuchResource", "WebInstance.NoSuchProperty", "Vpc.SubnetId", '@app.get("/nowhere")'])
def test_a_place_that_is_not_there_is_an_error(place):
    with pytest.raises(LookupError):
        exercise.lines(place)


def test_there_are_the_six_faults_and_the_eight_enhancements_of_the_exercise():
    assert (len(exercise.FAULTS), len(exercise.ENHANCEMENTS)) == (6, 8)


@pytest.mark.parametrize("picture", ["exercise-before.svg", "exercise-after.svg"])
def test_a_picture_is_one_that_a_browser_draws_and_has_a_title(picture):
    drawn = ElementTree.parse(ROOT / "docs" / "pictures" / picture).getroot()
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg" and drawn.get("viewBox")
    assert drawn.findtext("{http://www.w3.org/2000/svg}title")
    assert f"pictures/{picture}" in (ROOT / "docs" / "from-the-exercise.md").read_text()
