"""Where both commands of the bundle begin; which of the two it is, its own name says."""

import os
import sys
from pathlib import Path

from calmony_desktop.cli import calmony, calmony_desktop

_LIBRARIES = "LD_LIBRARY_PATH"


def leave_other_programs_their_libraries() -> None:
    """Take the bundle's libraries and plugins out of what a browser or file manager inherits.

    The bootloader named their folders: to the loader, which has read it by now, and to Qt, which
    finds its plugins beside itself. This program's own processes need the libraries as well: they
    begin with the bootloader, which is told to name them again.
    """
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    for variable in ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH"):
        os.environ.pop(variable, None)
    before = os.environ.pop(f"{_LIBRARIES}_ORIG", None)
    if before is None:
        os.environ.pop(_LIBRARIES, None)
    else:
        os.environ[_LIBRARIES] = before


def main() -> int:
    """Run the command that this was started as; on Windows anybody writes it as they like."""
    if sys.platform == "linux":
        leave_other_programs_their_libraries()
    return calmony() if Path(sys.argv[0]).stem.lower() == "calmony" else calmony_desktop()


if __name__ == "__main__":
    sys.exit(main())
