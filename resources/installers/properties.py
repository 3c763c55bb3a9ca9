"""What Windows and macOS show of the program, and what they hand it: its links and its files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final = Path(__file__).resolve().parents[2] / "calmony_desktop" / "__init__.py"
VERSION: Final = re.findall(r'^__version__ = "(.+)"$', _PACKAGE.read_text("utf-8"), re.M)[0]

#: The same on Linux (AppStream) and macOS.
IDENTIFIER: Final = "com.calmony.Desktop"
MIME_TYPE: Final = "application/x-calmony-database"
SCHEME: Final = "calmony"
EXTENSION: Final = "calmony"

_COPYRIGHT: Final = "Copyright © 2026 Calmony Desktop contributors"

INFO_PLIST: Final[dict[str, Any]] = {
    "CFBundleDisplayName": "Calmony Desktop",
    "CFBundleShortVersionString": VERSION,
    "LSApplicationCategoryType": "public.app-category.business",
    # Else PyInstaller makes it a program without menu bar and Dock icon, as one of its two
    # executables is for the terminal.
    "LSBackgroundOnly": False,
    "LSMinimumSystemVersion": "13.0",
    "NSHighResolutionCapable": True,
    "NSHumanReadableCopyright": _COPYRIGHT,
    "CFBundleURLTypes": [
        {"CFBundleURLName": IDENTIFIER, "CFBundleURLSchemes": [SCHEME]},
    ],
    "CFBundleDocumentTypes": [
        {
            "CFBundleTypeName": "Calmony database",
            "CFBundleTypeRole": "Editor",
            "LSHandlerRank": "Owner",
            "LSItemContentTypes": [f"{IDENTIFIER}.database"],
        }
    ],
    "UTExportedTypeDeclarations": [
        {
            "UTTypeIdentifier": f"{IDENTIFIER}.database",
            "UTTypeDescription": "Calmony database",
            "UTTypeConformsTo": ["public.data", "public.database"],
            "UTTypeTagSpecification": {
                "public.filename-extension": [EXTENSION],
                "public.mime-type": [MIME_TYPE],
            },
        }
    ],
}


def version_resource(command: str) -> Any:
    """What *Properties › Details* of the executable ``command`` shows on Windows."""
    from PyInstaller.utils.win32.versioninfo import (  # PyInstaller's, and only there
        FixedFileInfo,
        StringFileInfo,
        StringStruct,
        StringTable,
        VarFileInfo,
        VarStruct,
        VSVersionInfo,
    )

    numbers = (*(int(number) for number in re.findall(r"\d+", VERSION)[:3]), 0)
    shown = {
        "CompanyName": "Calmony Desktop contributors",
        "FileDescription": "Calmony Desktop",
        "FileVersion": VERSION,
        "InternalName": command,
        "LegalCopyright": _COPYRIGHT,
        "OriginalFilename": f"{command}.exe",
        "ProductName": "Calmony Desktop",
        "ProductVersion": VERSION,
    }
    english, unicode = 0x0409, 1200
    strings = [StringStruct(name, text) for name, text in shown.items()]
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[
            StringFileInfo([StringTable(f"{english:04X}{unicode:04X}", strings)]),
            VarFileInfo([VarStruct("Translation", [english, unicode])]),
        ],
    )
