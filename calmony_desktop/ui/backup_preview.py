"""What a backup holds, and what restoring it would undo, before anybody decides."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout

from calmony_desktop.errors import FileState
from calmony_desktop.operations.backups import RestorePreview
from calmony_desktop.operations.describe_activity import describe_activity
from calmony_desktop.store.activity import ActivityRow
from calmony_desktop.store.backup_manifest import Contents
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.card import Card
from calmony_desktop.ui.plain_text import ElidedLabel
from calmony_desktop.ui.style import formatting, theme
from calmony_desktop.ui.tables.activity import customer_name
from calmony_desktop.ui.tables.backups import BackupLine, moment

translate = QCoreApplication.translate

_HEIGHT = 236
_SHORTEST_LIST = 48


class BackupPreview(Card):
    """Says what is known of one backup: at first from the list, then from the file itself."""

    def __init__(self) -> None:
        super().__init__()
        self._title = plain_text.label()
        self._title.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        self._held = plain_text.label()
        self._newest = ElidedLabel(tone="muted")
        self._effect = plain_text.label()
        self._effect.setFont(theme.weighted(QFont.Weight.Medium))
        self._problem = plain_text.label(tone="danger")
        self._undone = QPlainTextEdit()
        self._undone.setReadOnly(True)
        self._undone.setMinimumHeight(_SHORTEST_LIST)
        self._undone.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._undone.setAccessibleName(self.tr("What would be undone"))
        self._labels = (self._title, self._held, self._newest, self._problem, self._effect)
        for label in (self._held, self._effect, self._problem):
            label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(6)
        for label in self._labels:
            layout.addWidget(label)
        layout.addWidget(self._undone, 1)
        layout.addStretch()
        # The same whatever there is to say: the list above does not jump.
        self.setFixedHeight(_HEIGHT)

    def words(self) -> str:
        """All that is said, for tests and screen readers."""
        shown = [label.text() for label in self._labels if not label.isHidden()]
        return "\n".join([*shown, self._undone.toPlainText()]).strip()

    def show_nothing(self) -> None:
        """No backup is chosen."""
        self._say()

    def show_line(self, line: BackupLine) -> None:
        """What the list tells, while the file is checked."""
        self._say(
            title=_title(line.made_at),
            held="" if line.contents is None else held_in_words(line.contents),
            effect=self.tr("Checking this backup…"),
        )

    def show_progress(self, done: int, total: int) -> None:
        """How far the check is."""
        percent = f"{100 * done // total} %" if total else ""
        words = self.tr("Checking this backup… {percent}").replace("{percent}", percent)
        self._effect.setText(words.strip())

    def show_problem(self, line: BackupLine, problem: str) -> None:
        """Why it can't be restored."""
        # The list and the title say which one: its whole path would only be in the way.
        said = problem.replace(str(line.path), self.tr("This backup"))
        self._say(title=_title(line.made_at), problem=plain_text.breakable(said))

    def show_preview(self, line: BackupLine, preview: RestorePreview) -> None:
        """What the check found."""
        held, newest = preview.contents, ""
        if preview.newest_change is not None and held.last_activity_at is not None:
            newest = plain_text.filled(
                self.tr("The last change in it, {when}: {change}"),
                when=moment(held.last_activity_at),
                change=preview.newest_change,
            )
        lines = [_undone_line(each) for each in preview.newest_undone]
        if preview.undone is not None and preview.undone > len(lines):
            rest = formatting.whole_number(preview.undone - len(lines))
            lines.append(self.tr("… and {number} more").replace("{number}", rest))
        self._say(
            title=_title(line.made_at),
            held=held_in_words(held),
            newest=newest,
            effect=effect_in_words(preview),
            problem=self._doubt(line),
            undone="\n".join(lines),
        )

    def _doubt(self, line: BackupLine) -> str:
        if line.problem is None:
            return ""
        return f"{line.problem} {self.tr('The backup was checked: it can be restored.')}"

    def _say(
        self,
        *,
        title: str = "",
        held: str = "",
        newest: str = "",
        effect: str = "",
        problem: str = "",
        undone: str = "",
    ) -> None:
        for label, text in zip(self._labels, (title, held, newest, problem, effect), strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self._undone.setPlainText(undone)
        self._undone.setVisible(bool(undone))


def held_in_words(held: Contents) -> str:
    """How many records there are of each kind."""
    parts = (
        (held.customers, translate("backup_preview", "Customers: {number}")),
        (held.payment_intents, translate("backup_preview", "Payments: {number}")),
        (held.subscriptions, translate("backup_preview", "Subscriptions: {number}")),
        (held.invoices, translate("backup_preview", "Invoices: {number}")),
    )
    return " · ".join(
        words.replace("{number}", formatting.whole_number(number)) for number, words in parts
    )


def effect_in_words(preview: RestorePreview) -> str:
    """What restoring it would do to the records that are there now."""
    if preview.trouble is not None:
        if preview.trouble.state is FileState.MISSING:
            return translate(
                "backup_preview", "The file with your records is missing: this takes its place."
            )
        return translate(
            "backup_preview",
            "The file with your records is damaged: this takes its place. The damaged file is kept "
            "beside it, under another name.",
        )
    if preview.undone is None:
        return translate(
            "backup_preview",
            "These are other records than yours: all that you have now would be replaced.",
        )
    if not preview.undone:
        return translate("backup_preview", "Nothing was changed since: there is nothing to undo.")
    if preview.undone == 1:
        return translate("backup_preview", "1 change made since would be undone:")
    return translate("backup_preview", "{number} changes made since would be undone:").replace(
        "{number}", formatting.whole_number(preview.undone)
    )


def _title(made_at: int) -> str:
    return translate("backup_preview", "Backup of {when}").replace("{when}", moment(made_at))


def _undone_line(entry: ActivityRow) -> str:
    said = " ".join(describe_activity(entry).split())
    return "  ".join(filter(None, (moment(entry.at), customer_name(entry), said)))
