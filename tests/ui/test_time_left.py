from __future__ import annotations

import pytest

from calmony_desktop.ui.time_left import TimeLeft


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def time_left(clock: Clock) -> TimeLeft:
    return TimeLeft(clock)


def test_at_first_only_the_count_is_told(time_left: TimeLeft, clock: Clock) -> None:
    assert time_left.words(0, 1000) == "0 of 1,000"
    clock.now += 2
    assert time_left.words(500, 1000) == "500 of 1,000"


@pytest.mark.parametrize(
    ("seconds_a_step", "words"),
    [
        (0.06, "less than a minute left"),
        (0.12, "about a minute left"),
        (0.2, "about 2 minutes left"),
        (5, "about 57 minutes left"),
        (6, "about an hour left"),
        (24, "about 5 hours left"),
    ],
)
def test_then_how_long_it_still_takes_at_this_speed(
    seconds_a_step: float, words: str, time_left: TimeLeft, clock: Clock
) -> None:
    time_left.words(0, 1000)
    clock.now += seconds_a_step * 312
    assert time_left.words(312, 1000) == f"312 of 1,000 · {words}"


def test_another_part_of_the_work_is_watched_anew(time_left: TimeLeft, clock: Clock) -> None:
    time_left.words(0, 1000)
    clock.now += 60
    assert time_left.words(0, 500) == "0 of 500"
    clock.now += 10
    assert time_left.words(250, 500) == "250 of 500 · less than a minute left"


def test_without_a_total_there_is_no_end_in_sight(time_left: TimeLeft, clock: Clock) -> None:
    assert time_left.words(0, 0) == ""
    clock.now += 60
    assert time_left.words(1234, 0) == "1,234"


def test_at_the_end_and_at_a_standstill_nothing_is_promised(
    time_left: TimeLeft, clock: Clock
) -> None:
    time_left.words(10, 20)
    clock.now += 60
    assert time_left.words(10, 20) == "10 of 20"
    assert time_left.words(20, 20) == "20 of 20"
