"""What can go wrong with an index; every message is one line that says what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The system's errors where there is no room, the disk fails, we may not write, or something
# else is in the place of a file.
_DISK_ERRORS = frozenset(
    (
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EISDIR,
        errno.ENOTDIR,
        errno.ENOTEMPTY,
        errno.ELOOP,
    )
)


class QuotebackError(Exception):
    """Any failure of an index that a person can do something about."""


class Cancelled(Exception):
    """The caller no longer wants the work done. This is no failure."""


class Notice(UserWarning):
    """Something a person should know, in one line, that stops nothing."""


class NotAnIndex(QuotebackError):
    """The folder holds no index."""


class BadLocation(QuotebackError):
    """The URL of an index is invalid."""


class MissingEngine(QuotebackError):
    """The engine that a URL names is not installed."""


class NotLocal(QuotebackError):
    """What was asked for exists only for an index in a folder."""


class OneWriter(QuotebackError):
    """The index takes one writer at a time, so its work cannot be shared out."""


class OtherModel(QuotebackError):
    """The index was made with another model; vectors of two models cannot be compared."""


class OtherVersion(OtherModel):
    """Another version of the same model has made the vectors: they have to be made again."""


class OtherFormat(QuotebackError):
    """The index was made by another version of Quoteback."""


class DamagedIndex(QuotebackError):
    """The index can no longer be read as a whole."""


class DamagedRow(Exception):
    """A row's values are not those that were written, or nobody can have written them."""


class DamagedKeywords(DamagedIndex):
    """The keywords of an index cannot be read."""


class IndexInUse(QuotebackError):
    """Another process is writing to the index."""


class IndexMoved(QuotebackError):
    """Since the index was opened its folder was moved, removed or replaced by another."""


class CannotRead(QuotebackError):
    """The index, or a part of it, may not be read."""


class CannotWrite(QuotebackError):
    """The index cannot be written to: no room, no permission, or a disk that fails."""


class MissingPath(QuotebackError):
    """A path to be indexed is not that of a file or a folder, or one to be removed is unknown."""


class BadPattern(QuotebackError):
    """A pattern of paths is invalid."""


class ModelError(QuotebackError):
    """A model is missing or cannot be loaded."""


@contextmanager
def translate_permission_errors() -> Iterator[None]:
    """Turn the system's refusal to read a file into `CannotRead`."""
    try:
        yield
    except PermissionError as error:
        raise CannotRead(
            f"{error.filename} may not be read ({error.strerror}): "
            f"change its permissions, or choose another --index"
        ) from error


@contextmanager
def translate_disk_errors(folder: Path) -> Iterator[None]:
    """Turn the system's refusal to write into `CannotWrite`, for whatever writes to an index."""
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK_ERRORS:
            raise
        raise CannotWrite(
            f"{folder} cannot be written to ({error.strerror}): "
            f"what is in it stays; the same command goes on from there"
        ) from error


class CannotFetch(QuotebackError):
    """A page cannot be fetched from the web."""


def first_line(error: BaseException) -> str:
    """The first line of an error's message, or its kind if it has none."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
