"""What can go wrong with an index; every message is one line that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class QuotebackError(Exception):
    """Any failure of an index that a person can do something about."""


class Notice(UserWarning):
    """Something a person should know, in one line, that stops nothing."""


class NotAnIndex(QuotebackError):
    """The folder given holds no index."""


class OtherModel(QuotebackError):
    """The index was made with another model; vectors of two models cannot be compared."""


class OtherVersion(OtherModel):
    """Another version of the same model has made the vectors: they are to be made anew."""


class OtherFormat(QuotebackError):
    """The index was made by another version of Quoteback."""


class DamagedIndex(QuotebackError):
    """The index can no longer be read as a whole."""


class IndexInUse(QuotebackError):
    """Another process is writing to the index."""


class CannotRead(QuotebackError):
    """The index, or a part of it, is closed to us."""


class CannotWrite(QuotebackError):
    """The index cannot be written to: no room, no permission, or a disk that fails."""


class MissingPath(QuotebackError):
    """A path given to be indexed or removed is not there."""


class BadPattern(QuotebackError):
    """A pattern of paths is invalid."""


@contextmanager
def readable() -> Iterator[None]:
    """What may not be read becomes one of our errors."""
    try:
        yield
    except PermissionError as error:
        raise CannotRead(
            f"{error.filename} may not be read ({error.strerror}): "
            f"change its permissions, or choose another --index"
        ) from error
