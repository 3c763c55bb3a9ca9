"""What is freed is not held in reserve."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

#: A block that the system gave for itself, and takes back, has this bit in the word before it.
_HAS_PAGES_OF_ITS_OWN = """
import ctypes
from calmony_desktop import freed_memory

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
{}
libc.free(libc.malloc(20_000_000))
block = libc.malloc(1_000_000)
print(bool(ctypes.c_size_t.from_address(block - ctypes.sizeof(ctypes.c_size_t)).value & 2))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc holds it in reserve")
@pytest.mark.parametrize(("done", "found"), [("freed_memory.give_back()", "True"), ("", "False")])
def test_a_large_block_that_was_freed_makes_none_stay(done: str, found: str) -> None:
    script = _HAS_PAGES_OF_ITS_OWN.format(done)
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == found
