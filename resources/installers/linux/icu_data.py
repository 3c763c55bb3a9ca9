"""Makes the data of ICU small, a fifth of the bundle: Qt uses of it how words are sorted.

What goes are the names of languages, regions, currencies, units and time zones, spelled numbers,
dictionaries, and tables of old character sets. Qt brings the names that it shows itself. It takes
icupkg, and binutils.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_UNUSED: Final = re.compile(r"(?:brkitr|curr|lang|rbnf|region|translit|unit|zone)/|.+\.cnv$")

_LIBRARY: Final = """\
.section .rodata
.balign 16
.globl {symbol}
.type {symbol}, STT_OBJECT
{symbol}: .incbin "small/{data}"
.size {symbol}, . - {symbol}
.section .note.GNU-stack
"""


def shrink(library: Path) -> None:
    """Replace ``libicudata.so.N`` by one without what is not used."""
    version = library.name.rpartition(".")[2]
    # ICU looks its data up under the name of this file, which stands in it.
    data = f"icudt{version}l.dat"
    with TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "small").mkdir()

        def run(*command: str | Path) -> str:
            return subprocess.check_output(command, cwd=scratch, text=True)

        run("objcopy", "--output-target=binary", "--only-section=.rodata", library.resolve(), data)
        unused = [each for each in run("icupkg", "--list", data).split() if _UNUSED.match(each)]
        assert unused, f"ICU {version} keeps its data in another way"
        (scratch / "unused.txt").write_text("\n".join(unused), encoding="ascii")
        run("icupkg", "--remove", "unused.txt", data, f"small/{data}")
        source = _LIBRARY.format(symbol=f"icudt{version}_dat", data=data)
        (scratch / "data.s").write_text(source, encoding="ascii")
        run("as", "data.s", "-o", "data.o")
        linked = ("--strip-all", "--build-id", "-z", "noexecstack", "-soname", library.name)
        run("ld", "-shared", *linked, "data.o", "-o", library.name)
        shutil.copyfile(scratch / library.name, library)
