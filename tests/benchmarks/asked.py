"""Processes that measure on request: one with the program's window, one with Qt's own means.

Each lives in a process of its own, so that neither pays for the other's imports, memory or copy of
SQLite; asked in turns, both meet the same machine. A question and its answer are a line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def environment(home: Path) -> dict[str, str]:
    """A user with an empty home folder, in English; without a screen where there is none."""
    shown = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    if sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & shown.keys():
        shown.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        shown[f"XDG_{name}_HOME"] = str(home / name.lower())
    # Which fonts this machine lacks a script in is none of the benchmark's business.
    quiet = {"QT_LOGGING_RULES": "qt.text.font.db=false"}
    # An installed program was compiled when it was installed; here the first start does so.
    shown.pop("PYTHONDONTWRITEBYTECODE", None)
    shown["PYTHONPYCACHEPREFIX"] = str(home / "compiled")
    return shown | quiet | {"LANG": "en_GB.UTF-8", "HOME": str(home), "APPDATA": str(home)}


class Asked:
    """A process that answers, from the parent's side."""

    def __init__(self, script: str, *arguments: str, home: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(_HERE / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment(home),
        )

    def __enter__(self) -> Asked:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def ask(self, question: str, **details: Any) -> Any:
        """The answer to a question: mostly milliseconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([question, details]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process asked for {question} has ended")
        return json.loads(answer)


def answer(questions: dict[str, Callable[..., Any]]) -> None:
    """Answer on the other side until nobody asks any more."""
    for line in sys.stdin:
        question, details = json.loads(line)
        print(json.dumps(questions[question](**details)), flush=True)
