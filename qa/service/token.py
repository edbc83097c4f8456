"""The token that callers over HTTP must know: in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from index import CannotRead, CannotWrite
from index.filesystem import read_regular, sync_folder
from index.locations import data_folder

_NAME = "api-token"
# Random bytes of a token, which has more characters: a shorter one was not made by us.
_LEAST_CHARACTERS = 32
_ADVICE = "remove it, and it is made anew"


def token_file() -> Path:
    """Where the token lies."""
    return data_folder() / _NAME


def load_token() -> str:
    """The token of this user; made the first time, and kept.

    Raises `CannotRead` if it cannot be trusted: others can read it, or it is not a token; and
    `CannotWrite` if it cannot be made.
    """
    path = token_file()
    if not path.is_symlink() and not path.exists():
        _make(path)
    return _read(path)


def _make(path: Path) -> None:
    """Make the file whole or not at all; one that another process makes meanwhile stays."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Its owner alone can read it, and no other thread or process has one of this name.
        descriptor, aside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(_LEAST_CHARACTERS) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(aside, path)
                sync_folder(path.parent)
        finally:
            Path(aside).unlink()
    except OSError as error:
        raise CannotWrite(
            f"{path} cannot be written ({error.strerror}): "
            f"make room for it, or its folder writable, and try again"
        ) from error


def _read(path: Path) -> str:
    try:
        data, status = read_regular(path, str(path.parent), most=1024)
        token = data.decode("ascii").strip()
    except (OSError, ValueError) as error:
        raise CannotRead(f"{path} cannot be read ({error}): {_ADVICE}") from None
    # Of the file that was opened: another may have taken its name since.
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise CannotRead(f"{path} is open to others: {_ADVICE}")
    if len(token) < _LEAST_CHARACTERS:
        raise CannotRead(f"{path} holds no token: {_ADVICE}")
    return token
