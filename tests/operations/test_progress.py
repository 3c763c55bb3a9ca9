"""How long work will still take, from how long it took until now."""

from __future__ import annotations

from calmony_desktop.operations.progress import Estimate


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_rest_takes_as_long_a_step_as_what_is_done() -> None:
    clock = Clock()
    estimate = Estimate(clock)
    assert estimate.seconds_left(0, 100) is None
    clock.seconds = 10
    assert estimate.seconds_left(20, 100) == 40


def test_too_short_a_look_gives_no_estimate() -> None:
    clock = Clock()
    estimate = Estimate(clock)
    estimate.seconds_left(0, 100)
    clock.seconds = 2
    assert estimate.seconds_left(50, 100) is None


def test_work_of_unknown_length_and_work_that_is_done_have_none() -> None:
    clock = Clock()
    estimate = Estimate(clock)
    estimate.seconds_left(0, 0)
    clock.seconds = 10
    assert estimate.seconds_left(50, 0) is None
    estimate.seconds_left(0, 10)
    clock.seconds = 30
    assert estimate.seconds_left(10, 10) is None
