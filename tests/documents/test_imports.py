from __future__ import annotations

import subprocess
import sys


def test_offering_a_download_does_not_import_reportlab():
    code = (
        "import sys, calmony_desktop.operations.download_invoice;"
        "print([name for name in ('reportlab', 'babel', 'PIL') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
