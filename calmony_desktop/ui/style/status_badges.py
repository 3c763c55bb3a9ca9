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
    translate = QCoreApplication.translate
    return {
        "succeeded": Badge(translate("status", "Succeeded"), icons.DONE, "green"),
        "processing": Badge(translate("status", "Processing"), icons.PROCESSING, "blue"),
        "requires_action": Badge(translate("status", "Requires action"), icons.ATTENTION, "amber"),
        "failed": Badge(translate("status", "Failed"), icons.FAILED, "red"),
        "active": Badge(translate("status", "Active"), icons.DONE, "green"),
        "trialing": Badge(translate("status", "Trialing"), icons.TRIAL, "blue"),
        "past_due": Badge(translate("status", "Past due"), icons.ATTENTION, "amber"),
        "unpaid": Badge(translate("status", "Unpaid"), icons.FAILED, "red"),
        "paused": Badge(translate("status", "Paused"), icons.PAUSED, "grey"),
        "canceled": Badge(translate("status", "Canceled"), icons.VOID, "grey"),
        "incomplete": Badge(translate("status", "Incomplete"), icons.WAITING, "amber"),
        "incomplete_expired": Badge(translate("status", "Incomplete, expired"), icons.VOID, "grey"),
        "paid": Badge(translate("status", "Paid"), icons.DONE, "green"),
        "open": Badge(translate("status", "Open"), icons.WAITING, "blue"),
        "uncollectible": Badge(translate("status", "Uncollectible"), icons.FAILED, "red"),
        "void": Badge(translate("status", "Void"), icons.VOID, "grey"),
        "draft": Badge(translate("status", "Draft"), icons.DRAFT, "grey"),
    }
