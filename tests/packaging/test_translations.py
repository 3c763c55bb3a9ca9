"""Every text of the window can be translated: Qt's own tool finds it in the source."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCES = [CHECKOUT / "calmony_desktop/app.py", *(CHECKOUT / "calmony_desktop/ui").rglob("*.py")]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What lupdate found, as its XML."""
    lupdate = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent))
    if lupdate is None:
        pytest.skip("needs pyside6-lupdate, which lies beside Python in a virtual environment")
    target = tmp_path_factory.mktemp("translations") / "calmony.ts"
    subprocess.run([lupdate, *SOURCES, "-ts", target], check=True, capture_output=True)
    return target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["Download PDF", "Keep Subscription", "Past due", "No customers yet", "months"]
)
def test_texts_of_every_kind_of_module_are_found(found: str, text: str) -> None:
    assert f"<source>{text}</source>" in found


def test_no_module_hides_its_texts_behind_a_helper_of_its_own() -> None:
    hiding = [path.name for path in SOURCES if re.search(r"def _?tr\(", path.read_text("utf-8"))]
    assert hiding == []
