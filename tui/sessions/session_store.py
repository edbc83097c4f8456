"""Saved conversations: a SQLite file."""

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
from tui.sessions.reply_json import UnreadableReply, decode_reply, encode_reply

_FORMAT = 1
# Seconds to wait for another process that writes.
_PATIENCE = 5.0
# Earlier questions that the app offers again when it opens.
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
    """Saved conversations cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation, without its turns.

    Attributes:
        index_folder: the index that was asked.
        begun: the time of its first question.
        changed: the time of its latest question.
        turns: the number of its questions.
    """

    id: int
    name: str
    index_folder: str
    begun: datetime
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """A question, the time it was asked, and its reply.

    The reply is None if none came, or if it cannot be read any more.
    """

    question: str
    time: datetime
    reply: Reply | None


class SessionStore:
    """All saved conversations. A change is committed when its method returns. Thread-safe.

    Every method raises `SessionsError` if the file cannot be read or written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """The file is made with the first conversation."""
        self.path = Path(path)

    # Writing

    def begin_session(self, name: str, index_folder: str) -> int:
        """Begin a conversation; returns its id."""
        with self._transaction() as connection:
            return _insert(
                connection,
                "INSERT INTO sessions (name, place, begun) VALUES (?, ?, ?)",
                (_format_name(name), replace_surrogates(index_folder), _now()),
            )

    def add_question(self, session: int, question: str) -> int:
        """Add a question to a conversation; returns the id of its turn."""
        question = replace_surrogates(question)
        with self._transaction() as connection:
            return _insert(
                connection,
                "INSERT INTO turns (session_id, question, asked, words) VALUES (?, ?, ?, ?)",
                (session, question, _now(), question.casefold()),
            )

    def add_reply(self, turn: int, reply: Reply) -> None:
        """Save the reply to the question of a turn."""
        quoted = [reply.answers[0].sentence_text] if reply.answered else []
        words = "\n".join((reply.question, reply.resolved_question, *quoted))
        with self._transaction() as connection:
            connection.execute(
                "UPDATE turns SET reply = ?, words = ? WHERE id = ?",
                (encode_reply(reply), replace_surrogates(words).casefold(), turn),
            )

    def rename_session(self, session: int, name: str) -> None:
        """Give a conversation another name; an empty one changes nothing."""
        if name.strip():
            with self._transaction() as connection:
                connection.execute(
                    "UPDATE sessions SET name = ? WHERE id = ?", (_format_name(name), session)
                )

    def delete_session(self, session: int) -> None:
        """Delete a conversation with all its turns."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE id = ?", (session,))

    # Reading

    def search_sessions(self, words: str = "") -> list[Session]:
        """The conversations that contain all the words, latest first; all without words."""
        if not self.path.exists():
            return []
        having = (
            " AND (instr(fold(s.name), :{0}) OR EXISTS (SELECT 1 FROM turns t "
            "WHERE t.session_id = s.id AND instr(t.words, :{0})))"
        )
        terms = {
            f"w{n}": term for n, term in enumerate(replace_surrogates(words).casefold().split())
        }
        query = (
            "SELECT s.id, s.name, s.place, s.begun, coalesce(max(t.asked), s.begun) AS changed, "
            "count(t.id) FROM sessions s LEFT JOIN turns t ON t.session_id = s.id WHERE 1"
            + "".join(having.format(name) for name in terms)
            + " GROUP BY s.id ORDER BY changed DESC, s.id DESC"
        )
        with self._connect() as connection:
            rows = connection.execute(query, terms).fetchall()
        return [
            Session(number, name, folder, _parse_time(begun), _parse_time(changed), turns)
            for number, name, folder, begun, changed, turns in rows
        ]

    def read_questions(self, limit: int = _RECALLED) -> list[str]:
        """The latest questions of all conversations, oldest first, without repeats in a row."""
        if not self.path.exists():
            return []
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT question FROM turns ORDER BY id DESC LIMIT ?", (limit,)
            ).fetchall()
        return [question for question, _ in groupby(question for (question,) in reversed(rows))]

    def read_turns(self, session: int) -> list[SavedTurn]:
        """The turns of a conversation, oldest first."""
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT question, asked, reply FROM turns WHERE session_id = ? ORDER BY id",
                (session,),
            ).fetchall()
        return [
            SavedTurn(question, _parse_time(time), _parse_reply(reply))
            for question, time, reply in rows
        ]

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
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
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                # Readable by the person alone.
                os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise SessionsError(
                f"conversations cannot be saved in {self.path} ({error.strerror}): "
                f"make that folder writable"
            ) from error
        with self._connect() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def _check_format(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _FORMAT:
            raise SessionsError(
                f"{self.path} was made by a newer version of Quoteback: install that one"
            )
        if version == 0:
            connection.execute("PRAGMA journal_mode = WAL")
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                # Another process may have made it meanwhile.
                if connection.execute("PRAGMA user_version").fetchone() == (0,):
                    for statement in _SCHEMA.strip().rstrip(";").split(";\n"):
                        connection.execute(statement)


def _insert(connection: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> int:
    number = connection.execute(statement, values).lastrowid
    assert number is not None
    return number


def _parse_reply(stored: str | None) -> Reply | None:
    try:
        return None if stored is None else decode_reply(stored)
    except UnreadableReply:
        return None


def _format_name(name: str) -> str:
    return " ".join(replace_surrogates(name).split())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _parse_time(stored: str) -> datetime:
    return datetime.fromisoformat(stored).astimezone()
