"""What surrounds an object that is read, and how a normalized record is made of both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from calmony_desktop.operations.import_records.exact_values import beside_the_shape
from calmony_desktop.operations.import_records.fields import Fields, latest
from calmony_desktop.operations.import_records.records import Origin, Record, recognised_version

#: Under this key an exported object carries what the provider's shape cannot say.
OURS = "calmony"


class Source(NamedTuple):
    """Where an object was found.

    ``event_at``, ``event_type`` and ``api_version`` are those of the event envelope around it,
    if there was one. ``time_zone`` is the business's (an IANA name).
    """

    origin: Origin
    time_zone: str
    event_at: int | None = None
    event_type: str = ""
    api_version: str = ""
    is_embedded: bool = False


def normalized(
    kind: str,
    record_id: str,
    fields: Fields,
    source: Source,
    *,
    values: dict[str, Any],
    attested: Iterable[int | None],
    generation: int = 0,
    absent: Iterable[str] = (),
    links: tuple[str, ...] = (),
) -> Record:
    """A record of ``values``.

    ``attested`` are the instants that the object names of itself, which count where no event tells
    of when it is: one of them may lie ahead, as the start of a period. ``generation`` is the shape
    it has where no envelope says so, and ``absent`` are the columns that it does not speak of.
    """
    as_of = latest(attested) if source.event_at is None else source.event_at
    api_version = source.api_version or recognised_version(kind, generation)
    exact: dict[str, Any] = {}
    ours = fields.raw(OURS)
    if isinstance(ours, dict):
        exact = beside_the_shape(kind, ours, fields.notes)
        as_of = exact.pop("as_of", as_of)
        api_version = exact.pop("api_version", api_version)
    carries = frozenset(values).difference(absent)
    kept = {key: value for key, value in values.items() if value is not None and key in carries}
    # Mostly both say the same, so that it is kept once.
    kept.update((key, value) for key, value in exact.items() if key in kept and kept[key] == value)
    return Record(
        kind=kind,
        id=record_id,
        origin=source.origin,
        values=kept,
        carries=carries,
        as_of=as_of,
        api_version=api_version,
        is_embedded=source.is_embedded,
        links=links,
        exact=exact,
        notes=tuple(fields.notes),
    )
