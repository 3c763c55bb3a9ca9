"""Where both commands of the bundle begin; which of the two it is, its own name says."""

import sys
from pathlib import Path

from calmony_desktop.cli import calmony, calmony_desktop

sys.exit(calmony() if Path(sys.argv[0]).stem == "calmony" else calmony_desktop())
