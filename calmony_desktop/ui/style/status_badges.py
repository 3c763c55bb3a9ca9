"""How each status looks: a word, an icon and a colour, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QCoreApplication

from calmony_desktop.ui.style import icons
from calmony_desktop.ui.style.theme import Theme, Tint


@dataclass(frozen=True, slots=True)
class Badge:
    """A status's word in the user's language, its icon, and the name of its tint in `Theme`."""

    text: str
    icon: str
    tint: str

    def colors(self, theme: Theme) -> Tint:
        """Text and ground in this theme."""
        tint: Tint = getattr(theme, self.tint)
        return tint


def badge(status: str) -> Badge:
    """The badge of a status of `billing.statuses`."""
    return _badges()[status]


@cache
def _badges() -> dict[str, Badge]:
    tr = QCoreApplication.translate
    return {
        "succeeded": Badge(tr("status", "Succeeded"), icons.DONE, "green"),
        "processing": Badge(tr("status", "Processing"), icons.PROCESSING, "blue"),
        "requires_action": Badge(tr("status", "Requires action"), icons.ATTENTION, "amber"),
        "failed": Badge(tr("status", "Failed"), icons.FAILED, "red"),
        "active": Badge(tr("status", "Active"), icons.DONE, "green"),
        "trialing": Badge(tr("status", "Trialing"), icons.TRIAL, "blue"),
        "past_due": Badge(tr("status", "Past due"), icons.ATTENTION, "amber"),
        "unpaid": Badge(tr("status", "Unpaid"), icons.FAILED, "red"),
        "paused": Badge(tr("status", "Paused"), icons.PAUSED, "grey"),
        "canceled": Badge(tr("status", "Canceled"), icons.VOID, "grey"),
        "incomplete": Badge(tr("status", "Incomplete"), icons.WAITING, "amber"),
        "incomplete_expired": Badge(tr("status", "Incomplete, expired"), icons.VOID, "grey"),
        "paid": Badge(tr("status", "Paid"), icons.DONE, "green"),
        "open": Badge(tr("status", "Open"), icons.WAITING, "blue"),
        "uncollectible": Badge(tr("status", "Uncollectible"), icons.FAILED, "red"),
        "void": Badge(tr("status", "Void"), icons.VOID, "grey"),
        "draft": Badge(tr("status", "Draft"), icons.DRAFT, "grey"),
    }
