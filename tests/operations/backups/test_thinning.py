"""Which backups are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.operations.backups.thinning import superfluous
from calmony_desktop.store.backup_listing import BackupFile
from calmony_desktop.store.backup_manifest import Reason

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
INSTANTS = st.integers(1_600_000_000, 1_900_000_000)
LATELY = st.integers(-90 * 24 * 3600, 0).map(lambda ago: int(NOW.timestamp()) + ago)
THINNED = st.sampled_from([Reason.DAILY, Reason.BEFORE_IMPORT])


def a_backup(made_at: datetime | int, reason: Reason = Reason.DAILY) -> BackupFile:
    instant = made_at if isinstance(made_at, int) else int(made_at.timestamp())
    return BackupFile(Path(f"{instant}.{reason}.db"), instant, reason, None, None)


BACKUPS = st.lists(
    st.builds(a_backup, INSTANTS | LATELY, st.sampled_from(Reason)), unique_by=lambda b: b.path
)


def kept(backups: Iterable[BackupFile]) -> list[BackupFile]:
    backups = list(backups)
    gone = superfluous(backups)
    assert len(set(gone)) == len(gone)
    assert set(gone) <= set(backups)
    return [each for each in backups if each not in gone]


def units(backups: Iterable[BackupFile], unit: str) -> list[str]:
    """The hours, days or months that have a backup, the latest first."""
    found = {datetime.fromtimestamp(each.made_at, UTC).strftime(unit) for each in backups}
    return sorted(found, reverse=True)


def test_nothing_of_nothing_goes() -> None:
    assert superfluous([]) == ()


def test_of_two_imports_in_an_hour_the_state_before_both_is_kept() -> None:
    first, second, third = (
        a_backup(NOW + timedelta(minutes=each), Reason.BEFORE_IMPORT) for each in (5, 10, 15)
    )
    assert kept([first, second, third]) == [first, third]


def test_one_that_was_damaged_takes_no_sound_ones_place() -> None:
    damaged, sound, later = (a_backup(NOW + timedelta(minutes=each)) for each in (5, 10, 15))
    damaged = replace(damaged, problem="It is damaged: its size is not what it was.")
    newest = a_backup(NOW + timedelta(minutes=20))
    assert kept([damaged, sound, later, newest]) == [damaged, sound, newest]


def test_more_than_a_year_of_backups_leaves_hours_days_and_months() -> None:
    found: list[BackupFile] = []
    at = NOW
    for _ in range(400 * 2):
        at += timedelta(hours=12)
        # As it goes in life: made, then thinned.
        found = kept([*found, *(a_backup(at + timedelta(minutes=each)) for each in (0, 10))])
    assert len(units(found, "%Y-%m-%d")) >= 30 + 11
    assert len(units(found, "%Y-%m")) == 12
    assert len(found) <= 24 + 30 + 12 + 1
    lately = [each for each in found if each.made_at > (at - timedelta(days=29)).timestamp()]
    assert len(units(lately, "%Y-%m-%d")) >= 29


def test_what_was_made_on_purpose_stays_a_month() -> None:
    for reason in (Reason.BY_HAND, Reason.BEFORE_RESTORE, Reason.BEFORE_MIGRATION):
        made = [a_backup(NOW + timedelta(minutes=each), reason) for each in range(10)]
        assert kept(made) == made
        after_29_days = a_backup(NOW + timedelta(days=29))
        assert kept([*made, after_29_days]) == [*made, after_29_days]
        after_31_days = a_backup(NOW + timedelta(days=31))
        assert kept([*made, after_31_days]) == [made[0], after_31_days]


def test_a_clock_that_leaps_ahead_empties_nothing() -> None:
    daily = [a_backup(NOW + timedelta(days=each)) for each in range(30)]
    leapt = a_backup(NOW + timedelta(days=5000))
    assert kept([*daily, leapt]) == [*daily, leapt]


@given(BACKUPS)
def test_the_newest_is_never_removed(backups: list[BackupFile]) -> None:
    if backups:
        newest = max(backups, key=lambda each: (each.made_at, each.path.name))
        assert newest in kept(backups)


@given(BACKUPS)
def test_thinning_again_removes_nothing_more(backups: list[BackupFile]) -> None:
    once = kept(backups)
    assert kept(once) == once


@given(BACKUPS)
def test_the_order_does_not_matter(backups: list[BackupFile]) -> None:
    assert set(kept(backups)) == set(kept(reversed(backups)))


@given(BACKUPS)
def test_each_of_the_latest_hours_days_and_months_keeps_its_first(
    backups: list[BackupFile],
) -> None:
    found = kept(backups)
    for number, unit in ((24, "%Y-%m-%d %H"), (30, "%Y-%m-%d"), (12, "%Y-%m")):
        for each in units(backups, unit)[:number]:
            of_unit = [b for b in backups if units([b], unit) == [each]]
            assert min(of_unit, key=lambda b: (b.made_at, b.path.name)) in found


@given(st.lists(st.builds(a_backup, INSTANTS | LATELY, THINNED), unique_by=lambda b: b.path))
def test_what_is_kept_is_bounded(backups: list[BackupFile]) -> None:
    assert len(kept(backups)) <= 24 + 30 + 12 + 1


@given(BACKUPS, st.builds(a_backup, INSTANTS, st.sampled_from(Reason)))
def test_nothing_that_went_would_have_been_kept_with_fewer_after_it(
    backups: list[BackupFile], another: BackupFile
) -> None:
    """A newer backup never brings an older one back: thinning now and later is thinning later."""
    if all(each.made_at < another.made_at for each in backups):
        at_once = kept([*backups, another])
        step_by_step = kept([*kept(backups), another])
        assert set(step_by_step) == set(at_once)
