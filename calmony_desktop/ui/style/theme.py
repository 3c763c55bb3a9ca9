"""The two themes: every colour of the window, by what it is for.

The system's light or dark setting is followed, live, unless the user pins one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from calmony_desktop import paths


class Tint(NamedTuple):
    """Text on a coloured ground: a status, or the initials of a customer."""

    text: QColor
    ground: QColor


class Theme(NamedTuple):
    """The colours of one theme. All text reaches a contrast of 4.5:1 on its ground."""

    is_dark: bool
    window: QColor
    surface: QColor
    header: QColor
    border: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    selection: QColor
    danger: QColor
    green: Tint
    blue: Tint
    amber: Tint
    red: Tint
    grey: Tint
    avatars: tuple[Tint, ...]


def _tint(text: str, ground: str) -> Tint:
    return Tint(QColor(text), QColor(ground))


LIGHT: Final = Theme(
    is_dark=False,
    window=QColor("#F5F6F8"),
    surface=QColor("#FFFFFF"),
    header=QColor("#FAFBFC"),
    border=QColor("#E2E5EA"),
    text=QColor("#1B2330"),
    muted=QColor("#5B6577"),
    accent=QColor("#0B6E69"),
    on_accent=QColor("#FFFFFF"),
    selection=QColor("#E0F1EF"),
    danger=QColor("#B42318"),
    green=_tint("#0F6B41", "#E2F5EA"),
    blue=_tint("#1A56A8", "#E3EEFC"),
    amber=_tint("#7D5200", "#FFF1D0"),
    red=_tint("#A61B10", "#FDE6E3"),
    grey=_tint("#4A5364", "#ECEEF2"),
    avatars=(
        _tint("#1B4B52", "#BBDCE0"),
        _tint("#5B1F3B", "#E1BBCB"),
        _tint("#24246B", "#BFBFE4"),
        _tint("#5A1F4A", "#E0BBD6"),
        _tint("#1F4B36", "#BBDFCB"),
        _tint("#5B2026", "#E0BBC1"),
        _tint("#3B2068", "#CDBFE4"),
    ),
)

DARK: Final = Theme(
    is_dark=True,
    window=QColor("#11151B"),
    surface=QColor("#1A2028"),
    header=QColor("#1E252E"),
    border=QColor("#2C343F"),
    text=QColor("#E7EBF0"),
    muted=QColor("#9BA6B4"),
    accent=QColor("#57C4BB"),
    on_accent=QColor("#0B1F1D"),
    selection=QColor("#1F3A3B"),
    danger=QColor("#FF8A7A"),
    green=_tint("#7FE0AE", "#173A2A"),
    blue=_tint("#9CC7FF", "#1B304D"),
    amber=_tint("#FFD483", "#43340F"),
    red=_tint("#FFA89D", "#4A1F1B"),
    grey=_tint("#B7C0CC", "#2B323C"),
    avatars=(
        _tint("#C8E6EA", "#28555B"),
        _tint("#F0CBDA", "#5C2A42"),
        _tint("#CFCFF2", "#2B2B60"),
        _tint("#EFCBE5", "#5A2A4C"),
        _tint("#CBEBDA", "#285B43"),
        _tint("#F0CBD0", "#5C2A31"),
        _tint("#DACBF0", "#442A60"),
    ),
)

#: Qt's own style, which looks alike on every system.
STYLE: Final = "Fusion"
FONT_FAMILY: Final = "Inter"
_FONT_PIXELS: Final = 13
_pinned = [Qt.ColorScheme.Unknown]


def current() -> Theme:
    """The theme the application shows now."""
    dark = QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128
    return DARK if dark else LIGHT


def install(app: QApplication) -> None:
    """Give the application its fonts and theme, and follow the system from now on."""
    for face in ("Regular", "Medium", "SemiBold", "Bold"):
        QFontDatabase.addApplicationFont(str(paths.resource("fonts", f"Inter-{face}.ttf")))
    font = QFont(FONT_FAMILY)
    font.setPixelSize(_FONT_PIXELS)
    app.setFont(font)
    hints = QGuiApplication.styleHints()
    if not app.property("followsColorScheme"):
        app.setProperty("followsColorScheme", True)
        hints.colorSchemeChanged.connect(_apply_scheme)
    _apply_scheme(hints.colorScheme())


def dress() -> None:
    """Give all widgets the style sheet, from now on; nothing changes where they have it already.

    The window is made before: a widget that is put into another one is matched anew with
    everything in it, which is most of the time that making a window takes. The sheet is never
    taken off again: Qt 6.11 then keeps pointers to widgets that are gone.
    """
    app = QCoreApplication.instance()
    assert isinstance(app, QApplication)
    if not app.property("isDressed"):
        app.setProperty("isDressed", True)
        app.setStyleSheet(_style_sheet(current()))


def pin(scheme: Qt.ColorScheme) -> None:
    """Show this theme from now on; `Qt.ColorScheme.Unknown` follows the system again."""
    _pinned[0] = scheme
    QGuiApplication.styleHints().setColorScheme(scheme)
    # A platform without a setting of its own (a virtual display) tells of no change.
    _apply_scheme(scheme if scheme != Qt.ColorScheme.Unknown else _system_scheme())


def pinned() -> Qt.ColorScheme:
    """The theme the user pinned; `Qt.ColorScheme.Unknown` where the system is followed."""
    return _pinned[0]


def monospaced() -> QFont:
    """The font of ids."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(_FONT_PIXELS - 1)
    return font


def weighted(weight: QFont.Weight, pixels: int = _FONT_PIXELS) -> QFont:
    """The application's font in another weight or size."""
    font = QFont(FONT_FAMILY)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font


def _system_scheme() -> Qt.ColorScheme:
    return QGuiApplication.styleHints().colorScheme()


def _apply_scheme(scheme: Qt.ColorScheme) -> None:
    app = QCoreApplication.instance()
    assert isinstance(app, QApplication)
    theme = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    app.setPalette(_palette(theme))
    if app.property("isDressed"):
        app.setStyleSheet(_style_sheet(theme))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for target, color in {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.header,
        role.Text: theme.text,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.BrightText: theme.danger,
        role.ToolTipBase: theme.surface,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.surface,
        role.Midlight: theme.header,
        role.Mid: theme.border,
        role.Dark: theme.border,
    }.items():
        palette.setColor(target, color)
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, theme.muted)
    return palette


def _style_sheet(theme: Theme) -> str:
    template = paths.resource("styles", "calmony.qss").read_text(encoding="utf-8")
    for name in ("window", "surface", "header", "border", "text", "muted", "accent", "on_accent",
                 "selection", "danger"):  # fmt: skip
        template = template.replace(f"@{name}@", getattr(theme, name).name())
    for name in ("check", "down"):
        icon = paths.resource("icons", f"{name}-{'dark' if theme.is_dark else 'light'}.svg")
        template = template.replace(f"@{name}@", icon.as_posix())
    return template
