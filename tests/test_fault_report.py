"""A report says where in the program a fault was, and holds nobody's data."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from calmony_desktop import __version__, fault_report
from calmony_desktop.store import search_keys

SECRET = "Beatriz Salgado, Calle de Atocha 112, 49.00 EUR"


def fault(secret: str = SECRET) -> BaseException:
    """As one of these would come: with data in messages, arguments and locals, and causes."""
    try:
        try:
            json.loads("{" + secret)
        except ValueError:
            search_keys.fold(None)  # type: ignore[arg-type]
    except Exception as error:
        try:
            raise ExceptionGroup(secret, [KeyError(secret), error]) from OSError(2, secret, secret)
        except ExceptionGroup as group:
            return group
    raise AssertionError


def test_a_report_names_types_places_and_versions_only() -> None:
    path = fault_report.save(fault(), {"SQLite": "3.53.4"})
    assert path is not None
    text = path.read_text("utf-8")
    for wanted in (
        f"Version: {__version__}",
        "SQLite: 3.53.4",
        "Python: 3.",
        "ExceptionGroup",
        "one of them: KeyError",
        "because of: FileNotFoundError",
        "while handling: json.decoder.JSONDecodeError",
        "calmony_desktop/store/search_keys.py:",
        "python/json/decoder.py:",
        " fold\n",
    ):
        assert wanted in text
    for part in ("Beatriz", "Atocha", "49.00", str(Path.home()), __file__):
        assert part not in text
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_of_unknown_origin_is_not_named() -> None:
    code = compile("1 / 0", "/srv/beatriz/beatriz.py", "exec")
    with pytest.raises(ZeroDivisionError) as raised:
        exec(code)
    assert fault_report.describe(raised.value)[-1] == "  (elsewhere):1 <module>"


def test_an_endless_chain_of_causes_ends() -> None:
    one, other = ValueError(), TypeError()
    one.__cause__, other.__cause__ = other, one
    assert fault_report.describe(one) == ["ValueError", "because of: TypeError"]


def test_reports_of_one_second_each_have_a_file_and_old_ones_make_room() -> None:
    for _ in range(25):
        assert fault_report.save(ValueError(SECRET), {})
    assert len(list(fault_report.folder().iterdir())) == 20


def test_a_report_that_cannot_be_written_is_none() -> None:
    fault_report.folder().parent.mkdir(parents=True)
    fault_report.folder().write_text("in the way")
    assert fault_report.save(ValueError(), {}) is None


HARD_CRASH = """\
Fatal Python error: Segmentation fault

Current thread 0x00007f (most recent call first):
  File "{package}/ui/main_window.py", line 12 in refresh
  File "/srv/beatriz/beatriz.py", line 3 in main

Extension modules: PySide6.QtCore (total: 1)
"""


def test_the_note_of_a_hard_crash_becomes_a_report_without_folders() -> None:
    package = Path(fault_report.__file__).parent
    path = fault_report.save_hard_crash(HARD_CRASH.format(package=package), {"Qt": "6.11"})
    assert path is not None
    lines = path.read_text("utf-8").splitlines()
    assert lines[-3:] == [
        "Fatal Python error: Segmentation fault",
        "  calmony_desktop/ui/main_window.py:12 refresh",
        "  (elsewhere):3 main",
    ]


@pytest.mark.parametrize("note", ["", "Windows fatal exception: code 0x8001010d\n\nThread 0x1\n"])
def test_what_ended_nothing_is_no_hard_crash(note: str) -> None:
    assert fault_report.save_hard_crash(note, {}) is None
    assert not fault_report.folder().exists()
