"""Whatever records hold, what is printed is text and stays in its column."""

from __future__ import annotations

import io
import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.cli import output


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b2J", r"\x9b2J"),
        ("back\x08space\rreturn", r"back\x08space\rreturn"),
        ("nul\x00del\x7f", r"nul\x00del\x7f"),
        ("\u202e00.91", r"\u202e00.91"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("a\u2028b", r"a\u2028b"),
        ("\ud800", r"\ud800"),
        ("line\nfeed", "line\nfeed"),
        ("Łódź 東京 👩‍👧 עברית", "Łódź 東京 👩‍👧 עברית"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_instead(text: str, shown: str) -> None:
    assert output.printable(text) == shown


@given(text=st.text())
def test_nothing_printed_controls_a_terminal(text: str) -> None:
    shown = output.printable(text).replace("\n", "")
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert output.one_line(text) == output.one_line(text).replace("\n", "")


@given(value=st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.booleans()))
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_json_reads_back_as_it_was_in_any_encoding(encoding: str, value: object) -> None:
    written = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
        output.prepare()
        output.write_json(value)
        sys.stdout.detach()
    text = written.getvalue().decode(encoding)
    assert json.loads(text) == value
    assert output.printable(text) == text


def test_json_is_readable_where_it_can_be(capsys: pytest.CaptureFixture[str]) -> None:
    output.write_json({"name": "Núñez 東京"})
    assert "Núñez 東京" in capsys.readouterr().out


def test_a_complaint_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain("calmony", "It failed:\n  twice\x1b[1m.\n")
    assert capsys.readouterr().err == "calmony: It failed: twice\\x1b[1m.\n"


def test_columns_are_aligned_by_what_is_seen() -> None:
    assert output.aligned(
        [
            ("東京", "1", "x"),
            ("Zoe\u0308", "1,000", ""),
            ("Anna", "10", "y"),
        ],
        right={1},
    ) == [
        "東京      1  x",
        "Zoe\u0308   1,000",
        "Anna     10  y",
    ]


def test_no_rows_are_no_lines() -> None:
    assert output.aligned([]) == []


@pytest.mark.parametrize("text", ["x" * 49, "東" * 25, "word " * 1_000])
def test_a_long_cell_is_cut(text: str) -> None:
    shown = output.cell(text)
    assert shown.endswith("…")
    assert len(output.aligned([(shown, "|")])[0]) <= 48 + 3


@pytest.mark.parametrize("text", ["x" * 48, "東" * 24, "", None])
def test_a_short_cell_is_whole(text: str | None) -> None:
    assert output.cell(text) == (text or "")


def test_an_id_is_never_cut() -> None:
    assert output.one_line("cus_" + "x" * 251) == "cus_" + "x" * 251
