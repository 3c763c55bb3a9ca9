"""What is freed goes back to the system, as far as that is up to the program: Linux with glibc.

There the largest block that was ever freed, such as the list of a million keys, raises the size up
to which blocks are kept for later use, and twice of that is held in reserve for each thread. After
the list of a million customers was sorted and filtered in every way, that was 29 MB of 128.
"""

from __future__ import annotations

import sys
from typing import Final

#: What glibc begins with: mallopt(3), M_MMAP_THRESHOLD. Who sets both fixes them.
_SIZE: Final = 128 * 1024
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3


def give_back() -> None:
    """From now on."""
    if sys.platform != "linux":
        return
    import ctypes  # nothing that is painted first waits for it

    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        for option in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            set_option(option, _SIZE)
