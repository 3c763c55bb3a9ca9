"""The one kind of error a person is shown in plain words."""

from __future__ import annotations


class KnownError(Exception):
    """What the environment or the data did wrong, in a sentence that says what can be done.

    Its text is shown to a person as it is (one line on the command line, plain text in the
    window), so it names no module, no traceback and no SQL. Anything that is not a KnownError is
    a bug in this program and is reported as one.
    """
