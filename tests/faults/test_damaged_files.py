"""A damaged file: each question gets a plain sentence or an answer; refusing changes nothing."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from calmony_desktop.store import customers
from calmony_desktop.store.database import close_database, open_database
from calmony_desktop.store.models import Customer

from .conftest import Tally, chosen
from .deeds import Base
from .forks import ForkServer
from .looks import BUG, KNOWN

_PAGE: Final = 4096


def flip_bits(content: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 8, 200))):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def flip_bits_of_the_first_pages(content: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 4))):
        content[rng.randrange(3 * _PAGE)] ^= 1 << rng.randrange(8)


def cut_short(content: bytearray, rng: random.Random) -> None:
    del content[rng.choice((rng.randrange(200), rng.randrange(len(content)))) :]


def empty_pages(content: bytearray, rng: random.Random) -> None:
    for page in rng.sample(range(len(content) // _PAGE), k=rng.choice((1, 5))):
        content[page * _PAGE : (page + 1) * _PAGE] = bytes(_PAGE)


def swap_pages(content: bytearray, rng: random.Random) -> None:
    one, other = (page * _PAGE for page in rng.sample(range(len(content) // _PAGE), k=2))
    content[one : one + _PAGE], content[other : other + _PAGE] = (
        content[other : other + _PAGE],
        content[one : one + _PAGE],
    )


def overwrite(content: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(content))
    content[start : start + 1_000] = rng.randbytes(len(content[start : start + 1_000]))


def no_damage_but_a_foreign_log(content: bytearray, rng: random.Random) -> None:
    """The log is written beside it."""


DAMAGES = (
    flip_bits,
    flip_bits_of_the_first_pages,
    cut_short,
    empty_pages,
    swap_pages,
    overwrite,
    no_damage_but_a_foreign_log,
)
LOOKS = -(-1_000 // len(DAMAGES))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__.replace("_", " "))
def test_a_damaged_file_is_answered_for_or_refused(
    damage: Callable[[bytearray, random.Random], None],
    base: Base,
    forks: ForkServer,
    tmp_path: Path,
    tally: Tally,
) -> None:
    rng, wrong = random.Random(damage.__name__), []
    ids = ask_for(base, tmp_path / "customer")
    whole = look(base.database.read_bytes(), b"", forks, tmp_path / "whole", ids)
    assert whole["check"] == "[]"
    runs = chosen(short=6, long=LOOKS)
    for number in range(runs):
        content = bytearray(base.database.read_bytes())
        damage(content, rng)
        is_log = damage is no_damage_but_a_foreign_log
        log = rng.randbytes(rng.choice((10, 40_000))) if is_log else b""
        answers = look(bytes(content), log, forks, tmp_path / f"damaged-{number}", ids)
        where = f"{damage.__name__}, file {number}"
        wrong += [f"{where}, {question}: {answer}" for question, answer in bugs(answers)]
        is_refused = answers.get("open", "").startswith(KNOWN)
        if is_refused and answers["digest"] != hashlib.sha256(content).hexdigest():
            wrong.append(f"{where}: it was refused, and changed")
    tally("damaged files", runs=runs, goal=1_000, lost=wrong)


def ask_for(base: Base, folder: Path) -> dict[str, str]:
    """A customer to read, and what to search for."""
    folder.mkdir()
    shutil.copyfile(base.database, folder / "calmony.db")
    open_database(folder / "calmony.db")
    customer = Customer.select().order_by(Customer.key).first()
    assert customers.detail(customer.id) is not None
    close_database()
    return {"customer": customer.id, "search": customer.name[:4]}


def look(
    content: bytes, log: bytes, forks: ForkServer, folder: Path, ids: dict[str, str]
) -> dict[str, str]:
    """The answers of another process to all questions about this file."""
    folder.mkdir()
    (folder / "calmony.db").write_bytes(content)
    if log:
        (folder / "calmony.db-wal").write_bytes(log)
    ended = forks.run("look", folder, ids=ids)
    shutil.rmtree(folder)
    if ended.signal or not isinstance(ended.answer, dict):
        return {"process": f"{BUG}signal {ended.signal}, {ended.answer}"}
    answers: dict[str, str] = ended.answer
    return answers


def bugs(answers: dict[str, str]) -> list[tuple[str, str]]:
    """What was neither answered nor told in a sentence that a person can use."""
    return [
        (question, answer)
        for question, answer in answers.items()
        if answer.startswith(BUG) or (answer.startswith(KNOWN) and not answer.endswith("."))
    ]
