"""The token that callers over HTTP must know: in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from index import CannotRead, CannotWrite, data_folder

_NAME = "api-token"
# Characters of a token that we make; a shorter one was not made by us.
_LEAST = 32
_ADVICE = "remove it, and it is made anew"
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)


def token_file() -> Path:
    """Where the token lies."""
    return data_folder() / _NAME


def load_token() -> str:
    """The token of this user; made at the first time, and kept.

    Raises:
        CannotRead: it cannot be trusted: others can read it, or it is no token.
        CannotWrite: it cannot be made.
    """
    path = token_file()
    if not path.is_symlink() and not path.exists():
        _make(path)
    return _read(path)


def _make(path: Path) -> None:
    """Make the file whole or not at all; one that another process makes meanwhile stays."""
    aside = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            aside.unlink()
        made = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS, 0o600)
        with os.fdopen(made, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(_LEAST) + "\n")
        try:
            with suppress(FileExistsError):
                os.link(aside, path)
        finally:
            aside.unlink()
    except OSError as error:
        raise CannotWrite(f"{path} cannot be written ({error.strerror})") from error


def _read(path: Path) -> str:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | _NO_LINKS), encoding="ascii") as file:
            status = os.fstat(file.fileno())
            token = file.read(1024).strip()
    except (OSError, ValueError) as error:
        raise CannotRead(f"{path} cannot be read ({error}): {_ADVICE}") from None
    if hasattr(os, "getuid") and (
        status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077
    ):
        raise CannotRead(f"{path} is open to others: {_ADVICE}")
    if len(token) < _LEAST:
        raise CannotRead(f"{path} holds no token: {_ADVICE}")
    return token
