"""Many invoices drawn at once, by as many processes as there are cores."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Final

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.processes import (
    context,
    cores,
    interrupts_held_back,
    prepare_process,
)
from calmony_desktop.operations.render_invoice import InvoiceToRender, RenderedInvoice, render
from calmony_desktop.store.batches import batched

#: A PDF, or why there is none.
Result = RenderedInvoice | str
Results = Generator[tuple[IssuedInvoice, Result], None, None]

#: Below this, starting processes takes longer than they save.
FEWEST_FOR_PROCESSES: Final = 100
#: Windows waits for 61 processes at most, and far fewer keep the one that writes busy.
_MOST_PROCESSES: Final = 32
_CHUNK: Final = 8
#: Chunks under way for each process: enough that none waits, few enough to keep in memory.
_CHUNKS_AHEAD: Final = 3
_SECONDS_BETWEEN_CHECKS: Final = 0.1


def rendered(
    wanted: Iterable[InvoiceToRender], count: int, while_waiting: Callable[[], None]
) -> Results:
    """Each of the ``count`` invoices with its PDF, in their order.

    ``while_waiting`` is called every so often and may raise. Close the generator when you leave
    it early: that ends the processes. Raises KnownError where one of them died.
    """
    processes = min(cores(), _MOST_PROCESSES)
    if processes == 1 or count < FEWEST_FOR_PROCESSES:
        return ((each.invoice, _attempt(each)) for each in wanted)
    return _in_processes(wanted, processes, while_waiting)


def _in_processes(
    wanted: Iterable[InvoiceToRender], processes: int, while_waiting: Callable[[], None]
) -> Results:
    pool = ProcessPoolExecutor(processes, context, prepare_process)
    ahead: deque[tuple[list[InvoiceToRender], Future[list[Result]]]] = deque()

    def oldest() -> Results:
        chunk, future = ahead.popleft()
        while not wait([future], _SECONDS_BETWEEN_CHECKS).done:
            while_waiting()
        for each, result in zip(chunk, future.result(), strict=True):
            yield each.invoice, result

    try:
        for chunk in batched(wanted, _CHUNK):
            with interrupts_held_back():
                ahead.append((chunk, pool.submit(_attempt_all, chunk)))
            if len(ahead) >= processes * _CHUNKS_AHEAD:
                yield from oldest()
        while ahead:
            yield from oldest()
    except BrokenProcessPool as error:
        raise KnownError(
            "A part of the program that draws invoices ended unexpectedly; the computer may be "
            "out of memory. Close other programs, or choose a shorter period."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _attempt_all(chunk: list[InvoiceToRender]) -> list[Result]:
    return list(map(_attempt, chunk))


def _attempt(wanted: InvoiceToRender) -> Result:
    try:
        return render(wanted)
    except KnownError as error:
        return str(error)
    except Exception as error:  # told in the report: one invoice must not cost all the others
        return f"This is a fault in the program ({type(error).__name__}: {error})."
