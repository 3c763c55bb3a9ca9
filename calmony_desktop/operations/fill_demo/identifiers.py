"""Ids that look like the payment provider's, the same for the same random numbers."""

from __future__ import annotations

from random import Random
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#: The part of every id that names the merchant's account.
_ACCOUNT: Final = "LkdIwHu7ix"
#: Ids count seconds from here, so that five characters last for decades.
_EPOCH: Final = 1_200_000_000


def short_id(prefix: str, rng: Random) -> str:
    """An id as customers, products and subscription items have it: ``cus_NffrFeUfNV2Hib``."""
    return f"{prefix}_{''.join(rng.choices(_ALPHABET, k=14))}"


def timed_id(prefix: str, version: int, created: int, rng: Random) -> str:
    """An id that begins with its time: ``pi_3PqRt2LkdIwHu7ix0aB4cD8e``."""
    seconds, characters = created - _EPOCH, ""
    for _ in range(5):
        seconds, index = divmod(seconds, 62)
        characters = _ALPHABET[index] + characters
    return f"{prefix}_{version}{characters}{_ACCOUNT}{''.join(rng.choices(_ALPHABET, k=8))}"
