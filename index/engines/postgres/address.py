"""From the URL of an index to what libpq connects to, and the schema that holds the index."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from index.errors import BadLocation
from index.locations import EngineUrl

DEFAULT_SCHEMA = "quoteback"
# PostgreSQL cuts longer names short, and takes those that begin with pg_ for itself.
_LONGEST_NAME_BYTES = 63
# Defaults for an address. With these, a connection that was cut silently is noticed soon.
_DEFAULTS: dict[str, str | int | None] = {
    "connect_timeout": 10, "application_name": "quoteback",
    "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """Where an index is.

    Attributes:
        shown: for people, without a password.
        conninfo: for libpq, which also looks at PGPASSWORD, service files and the like.
        schema: holds the tables of the index.
    """

    shown: str
    conninfo: str = field(repr=False)
    schema: str


def read_address(location: EngineUrl) -> Address:
    """The address that a URL of libpq gives, with `?schema=NAME`; raises `BadLocation`."""
    base, _, query = location.raw.partition("?")
    authority, _, path = base.partition("://")[2].partition("/")
    port = authority.rpartition(":")[2]
    # Else a part of the password is taken for a host or a port, which libpq then names.
    if authority.count("@") > 1 or ("@" in path and not (port.isdecimal() or port == authority)):
        raise _unreadable(location)
    parameters = list(filter(None, query.split("&")))
    schemas = [unquote(option[7:]) for option in parameters if option.startswith("schema=")]
    others = "&".join(option for option in parameters if not option.startswith("schema="))
    try:
        given = conninfo_to_dict(f"{base}?{others}" if others else base)
    except psycopg.Error:
        # What libpq says of it may show the password.
        raise _unreadable(location) from None
    given = _DEFAULTS | given
    return Address(str(location), make_conninfo("", **given), _check_schema(location, schemas))


def _unreadable(location: EngineUrl) -> BadLocation:
    return BadLocation(
        f"{location} cannot be read: write postgresql://USER@HOST:PORT/DATABASE?schema=NAME, "
        f"with %-codes for signs that mean something in it"
    )


def _check_schema(location: EngineUrl, names: list[str]) -> str:
    name = names[-1] if names else DEFAULT_SCHEMA
    if (
        not name
        or len(name.encode(errors="replace")) > _LONGEST_NAME_BYTES
        or re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", name)
        or name.startswith("pg_")
        or name == "information_schema"
    ):
        raise BadLocation(
            f"{location} names no schema that an index can be in: take up to {_LONGEST_NAME_BYTES} "
            f"letters, digits and underscores that do not begin with pg_"
        )
    return name
