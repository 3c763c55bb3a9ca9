"""What the command lines take, and what they refuse as not understood."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path

import pytest

from calmony_desktop import __version__
from calmony_desktop.cli import calmony, calmony_desktop
from calmony_desktop.cli.arguments import EXIT_CODES, calmony_desktop_parser, calmony_parser
from calmony_desktop.settings import Settings

COMMANDS = ["import", "export", "search", "show", "invoice", "invoices", "demo", "screenshot"]


def parsed(*arguments: str) -> dict[str, object]:
    return vars(calmony_parser().parse_args(arguments))


@pytest.mark.parametrize("command", [[], *([command] for command in COMMANDS)], ids=str)
def test_help_tells_the_exit_codes(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        calmony([*command, "--help"])
    assert left.value.code == 0
    assert EXIT_CODES in capsys.readouterr().out


@pytest.mark.parametrize("command", [[], *([command] for command in COMMANDS)], ids=str)
def test_version_is_told_everywhere(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        calmony([*command, "--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"Calmony Desktop {__version__}\n"


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_window_needs_no_display_to_tell_about_itself(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        calmony_desktop([option])
    assert left.value.code == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["search"],
        ["search", "a", "b"],
        ["search", "a", "--limit", "0"],
        ["search", "a", "--limit", "-1"],
        ["search", "a", "--limit", "1.5"],
        ["search", "a", "--limit", "٣"],
        ["search", "\udcff"],
        ["show"],
        ["invoice", "in_1"],
        ["invoices"],
        ["invoices", "out", "--from", "2026-02-30"],
        ["invoices", "out", "--to", "20260228"],
        ["invoices", "out", "--from", "٢٠٢٦-٠١-٠١"],
        ["import"],
        ["export"],
        ["demo", "--customers", "many"],
        ["demo", "--seed", "x"],
        ["screenshot", "a.png"],
        ["screenshot", "a.png", "--customer", "cus_1", "--theme", "pink"],
        ["screenshot", "a.png", "--customer", "cus_1", "--size", "1320"],
        ["screenshot", "a.png", "--customer", "cus_1", "--size", "0x0"],
        ["screenshot", "a.png", "--customer", "cus_1", "--size", "99999x99999"],
        ["--database", "", "search", "a"],
        ["search", "a", "--database", "x.db"],
    ],
    ids=ascii,
)
def test_what_is_not_understood_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        calmony(arguments)
    assert left.value.code == 2
    assert "calmony" in capsys.readouterr().err


def test_a_screenshot_has_a_size_and_a_theme() -> None:
    arguments = parsed("screenshot", "a.png", "--customer", "cus_1")
    assert (arguments["size"], arguments["theme"]) == ((1320, 860), None)
    arguments = parsed(*"screenshot a.png --customer cus_1 --size 1024x700 --theme dark".split())
    assert (arguments["size"], arguments["theme"]) == ((1024, 700), "dark")


def test_invoices_are_of_a_period_a_customer_or_all() -> None:
    arguments = parsed("invoices", "out.zip")
    assert (arguments["start"], arguments["end"], arguments["customer"]) == (None, None, None)
    arguments = parsed(*"invoices --from 2026-01-01 --to 2026-01-31 --customer c out".split())
    assert (arguments["start"], arguments["end"]) == (date(2026, 1, 1), date(2026, 1, 31))
    assert (arguments["customer"], arguments["target"]) == ("c", Path("out"))


def test_import_takes_several_paths() -> None:
    arguments = parsed("import", "a.json", "b", "--dry-run", "--report", "r.txt")
    assert arguments["paths"] == [Path("a.json"), Path("b")]
    assert (arguments["dry_run"], arguments["report"]) == (True, Path("r.txt"))


@pytest.mark.parametrize("parser", [calmony_parser(), calmony_desktop_parser()])
def test_the_database_stands_before_the_command(parser: ArgumentParser) -> None:
    command = ["search", "x"] if parser.prog == "calmony" else []
    assert parser.parse_args(["--database", "x.db", *command]).database == "x.db"
    assert parser.parse_args(command).database is None


# Which database that comes to


def test_the_command_lines_database_goes_before_the_environments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CALMONY_DATABASE", "environment.db")
    assert Settings.choose("named.db").database == Path("named.db")
    assert Settings.choose().database == Path("environment.db")


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the user's folders do not follow the environment"
)
@pytest.mark.parametrize("value", [None, ""])
def test_else_the_database_lies_in_the_users_data_folder(
    value: str | None, monkeypatch: pytest.MonkeyPatch, isolated_user: Path
) -> None:
    if value is not None:
        monkeypatch.setenv("CALMONY_DATABASE", value)
    database = Settings.choose().database
    assert database.parts[-2:] == ("Calmony Desktop", "calmony.db")
    assert database.is_relative_to(isolated_user)
