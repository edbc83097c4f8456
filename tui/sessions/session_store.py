"""Conversations kept on disk: a SQLite file, written as they go."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from index import QuotebackError, replace_surrogates
from qa import Reply
from tui.sessions.reply_json import Unreadable, dumps, loads

_FORMAT = 1
# Seconds to wait for another process that writes.
_PATIENCE = 5.0
# Questions that are at hand again when the app opens.
_RECALLED = 500
_SCHEMA = f"""
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    begun TEXT NOT NULL
);
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    asked TEXT NOT NULL,
    reply TEXT,
    words TEXT NOT NULL
);
CREATE INDEX turns_of_sessions ON turns (session_id);
PRAGMA user_version = {_FORMAT};
"""


class SessionsError(QuotebackError):
    """Conversations cannot be read or saved."""


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation, without its turns.

    Attributes:
        place: folder of the index that was asked.
        begun, changed: when its first and its latest question were asked.
        turns: how many questions it has.
    """

    id: int
    name: str
    place: str
    begun: datetime
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """A question, and the reply to it; None where none came, or it cannot be read any more."""

    question: str
    asked: datetime
    reply: Reply | None


class SessionStore:
    """All conversations. Every change is committed before its method returns. Thread-safe.

    Every method raises `SessionsError` where the file cannot be read or written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Nothing is made before the first conversation begins."""
        self.path = Path(path)

    # Writing

    def begin(self, name: str, place: str) -> int:
        """A new conversation; returns its id."""
        with self._writing() as connection:
            return _inserted(
                connection,
                "INSERT INTO sessions (name, place, begun) VALUES (?, ?, ?)",
                (_title(name), replace_surrogates(place), _now()),
            )

    def ask(self, session: int, question: str) -> int:
        """Add a question at the end of a conversation; returns its id."""
        question = replace_surrogates(question)
        with self._writing() as connection:
            return _inserted(
                connection,
                "INSERT INTO turns (session_id, question, asked, words) VALUES (?, ?, ?, ?)",
                (session, question, _now(), question.casefold()),
            )

    def answer(self, turn: int, reply: Reply) -> None:
        """Keep the reply to a question."""
        said = [reply.answers[0].sentence_text] if reply.answered else []
        words = "\n".join((reply.question, reply.resolved_question, *said))
        with self._writing() as connection:
            connection.execute(
                "UPDATE turns SET reply = ?, words = ? WHERE id = ?",
                (dumps(reply), replace_surrogates(words).casefold(), turn),
            )

    def rename(self, session: int, name: str) -> None:
        """Give a conversation another name; an empty one changes nothing."""
        if name.strip():
            with self._writing() as connection:
                connection.execute(
                    "UPDATE sessions SET name = ? WHERE id = ?", (_title(name), session)
                )

    def delete(self, session: int) -> None:
        """Delete a conversation with all its turns."""
        with self._writing() as connection:
            connection.execute("DELETE FROM sessions WHERE id = ?", (session,))

    # Reading

    def search(self, wanted: str = "") -> list[Session]:
        """All conversations, the latest first; or those that have all these words somewhere."""
        if not self.path.exists():
            return []
        having = (
            " AND (instr(fold(s.name), :{0}) OR EXISTS (SELECT 1 FROM turns t "
            "WHERE t.session_id = s.id AND instr(t.words, :{0})))"
        )
        words = {
            f"w{n}": word for n, word in enumerate(replace_surrogates(wanted).casefold().split())
        }
        query = (
            "SELECT s.id, s.name, s.place, s.begun, coalesce(max(t.asked), s.begun) AS changed, "
            "count(t.id) FROM sessions s LEFT JOIN turns t ON t.session_id = s.id WHERE 1"
            + "".join(having.format(name) for name in words)
            + " GROUP BY s.id ORDER BY changed DESC, s.id DESC"
        )
        with self._reading() as connection:
            rows = connection.execute(query, words).fetchall()
        return [
            Session(number, name, place, _time(begun), _time(changed), turns)
            for number, name, place, begun, changed, turns in rows
        ]

    def questions(self, most: int = _RECALLED) -> list[str]:
        """The latest questions of all conversations, oldest first; none twice in a row."""
        if not self.path.exists():
            return []
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT question FROM turns ORDER BY id DESC LIMIT ?", (most,)
            ).fetchall()
        return [question for question, _ in groupby(question for (question,) in reversed(rows))]

    def turns(self, session: int) -> list[SavedTurn]:
        """The turns of a conversation, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT question, asked, reply FROM turns WHERE session_id = ? ORDER BY id",
                (session,),
            ).fetchall()
        return [SavedTurn(question, _time(asked), _reply(reply)) for question, asked, reply in rows]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as connection:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.create_function("fold", 1, str.casefold, deterministic=True)
                self._check_format(connection)
                yield connection
        except sqlite3.Error as error:
            raise SessionsError(
                f"conversations in {self.path} cannot be read or saved ({error}): "
                f"see that the disk is not full; if the file is damaged, move it away"
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                # They are nobody else's business.
                os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise SessionsError(
                f"conversations cannot be saved in {self.path} ({error.strerror}): "
                f"make that folder writable"
            ) from error
        with self._reading() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def _check_format(self, connection: sqlite3.Connection) -> None:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found > _FORMAT:
            raise SessionsError(
                f"{self.path} was made by a newer version of Quoteback: install that one"
            )
        if found == 0:
            connection.execute("PRAGMA journal_mode = WAL")
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                # Another process may have been quicker.
                if connection.execute("PRAGMA user_version").fetchone() == (0,):
                    for statement in _SCHEMA.strip().rstrip(";").split(";\n"):
                        connection.execute(statement)


def _inserted(connection: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> int:
    number = connection.execute(statement, values).lastrowid
    assert number is not None
    return number


def _reply(stored: str | None) -> Reply | None:
    try:
        return None if stored is None else loads(Reply, stored)
    except Unreadable:
        return None


def _title(name: str) -> str:
    return " ".join(replace_surrogates(name).split())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _time(stored: str) -> datetime:
    return datetime.fromisoformat(stored).astimezone()
