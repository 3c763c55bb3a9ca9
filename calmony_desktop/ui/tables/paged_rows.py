"""Very many rows, of which only their keys and a few pages are in memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Generic, TypeVar

R = TypeVar("R")

#: So many rows are read at a time: more than most windows show.
PAGE: Final = 50
#: So many pages are kept: for scrolling back and forth.
_MOST_PAGES: Final = 20
#: So many rows are read at a time where all are wanted.
_LUMP: Final = 1000


class PagedRows(Generic[R]):
    """Rows in a fixed order. A thread may `load` pages while the window shows them.

    ``keys`` of all rows in their order, or of the first as long as the others are not known;
    ``length``: how many there are, None where that is not known either. ``read`` reads the rows
    of some keys, from whatever thread; ``version`` is what the reader knows them by. Rows of the
    same ``numbering`` have the same keys; None where that is not known.
    """

    def __init__(
        self,
        keys: array[int],
        first: Sequence[R],
        *,
        length: int | None,
        read: Callable[[Sequence[int]], Sequence[R]],
        version: object = None,
        numbering: int | None = None,
    ) -> None:
        self.keys = keys
        self.version = version
        self.numbering = numbering
        #: Rows as wide as any, see `Column.alike`.
        self.samples = first
        self.knows_length = length is not None
        self._length = len(keys) if length is None else length
        self._read = read
        self._pages: dict[int, Sequence[R]] = {}
        for start in range(0, len(first), PAGE):
            self._put(start // PAGE, first[start : start + PAGE])

    @property
    def is_whole(self) -> bool:
        """Whether the keys of all rows are known."""
        return self.knows_length and len(self.keys) == self._length

    def __len__(self) -> int:
        return self._length

    def row(self, number: int) -> R | None:
        """The row with this number, if it has come."""
        page, place = divmod(number, PAGE)
        rows = self._pages.get(page, ())
        return rows[place] if place < len(rows) else None

    def here(self) -> list[R]:
        """The rows that have come."""
        return [row for rows in self._pages.values() for row in rows]

    def missing(self, numbers: range) -> list[int]:
        """The pages that have to be read to show these rows, as far as their keys are known."""
        pages = range(numbers.start // PAGE, (min(numbers.stop, len(self.keys)) - 1) // PAGE + 1)
        return [page for page in pages if page not in self._pages]

    def load(self, page: int) -> None:
        """Read a page. Raises what reading it raises."""
        self._put(page, self._read(self.keys[page * PAGE : page * PAGE + PAGE]))

    def read(self, numbers: Sequence[int]) -> Iterator[R]:
        """These rows, read anew a lump at a time; without those gone since or not known yet."""
        keys = [self.keys[number] for number in numbers if number < len(self.keys)]
        for start in range(0, len(keys), _LUMP):
            yield from self._read(keys[start : start + _LUMP])

    def _put(self, page: int, rows: Sequence[R]) -> None:
        # The page that is farthest from it is given up: its neighbours are in sight.
        self._pages[page] = rows
        while len(self._pages) > _MOST_PAGES:
            del self._pages[max(self._pages, key=lambda each: abs(each - page))]
