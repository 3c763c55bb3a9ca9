from __future__ import annotations

import pytest

from calmony_desktop.documents.bidi import (
    RIGHT_TO_LEFT_MARK,
    DirectionRun,
    direction_runs,
    starts_right_to_left,
)


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        ("", []),
        ("Acme 25", [("Acme 25", False)]),
        # Figures run from left to right inside of what runs from right to left.
        ("רחוב 25", [("25", False), ("רחוב ", True)]),
        ("Ltd חברת 12", [("Ltd ", False), ("12", False), ("חברת ", True)]),
        ("شركة ACME 12.5", [("ACME 12.5", False), ("شركة ", True)]),
        # What runs the same way goes on, brackets and all.
        ("(חברת)", [("(חברת)", True)]),
    ],
)
def test_a_line_is_cut_where_its_direction_changes(line, runs):
    assert direction_runs(line) == tuple(DirectionRun(*run) for run in runs)


def test_a_mark_makes_a_line_run_from_right_to_left():
    (first, *_), (last, *_) = direction_runs("ACME שלום"), direction_runs("\u200fACME שלום")
    assert first == ("ACME ", False)
    assert last == (" שלום", True)


@pytest.mark.parametrize(
    ("text", "is_right_to_left"),
    [
        ("Acme", False),
        ("25", False),
        ("", False),
        ("Acme שלום", False),
        ("25 שלום Acme", True),
        ("شركة", True),
        (RIGHT_TO_LEFT_MARK + "Acme", True),
    ],
)
def test_the_first_letter_tells_which_way_a_text_runs(text, is_right_to_left):
    assert starts_right_to_left(text) is is_right_to_left
