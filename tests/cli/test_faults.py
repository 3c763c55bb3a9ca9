"""A bug on the command line: a plain sentence, a report and an exit code of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from calmony_desktop import cli, fault_report, log
from calmony_desktop.cli import commands


def test_a_fault_is_said_plainly_and_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_path: Path, **_options: object) -> None:
        raise ValueError("Beatriz Salgado")

    monkeypatch.setattr(commands, "open_database", broken)
    assert cli.calmony(["--database", str(tmp_path / "calmony.db"), "search", "Beatriz"]) == 70
    out, err = capsys.readouterr()
    assert out == ""
    (report,) = fault_report.folder().iterdir()
    assert "fault in the program, not in what you did" in err
    assert err.endswith(f"A report without personal data is in {report}.\n")
    (logged,) = log.folder().iterdir()
    text = report.read_text("utf-8") + logged.read_text("utf-8") + err.replace(str(report), "")
    assert "calmony_desktop/cli/commands.py" in text
    assert "ValueError" in text
    assert "Beatriz" not in text


def test_help_leaves_no_log(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.calmony(["--help"])
    assert "calmony" in capsys.readouterr().out
    assert not log.folder().exists()
