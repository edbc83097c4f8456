"""Saved conversations: a SQLite file, with the replies as JSON text.

Each row carries hashes of its values, so that damage is seen that SQLite does not see: what
is damaged is called so, and never shown as if a person had asked it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from index import DamagedRow, QuotebackError
from index.documents import dump_plain, load_plain, replace_surrogates
from index.filesystem import (
    SqliteFile,
    bounded,
    close_on_error,
    has_room,
    list_words,
    make_private,
    make_private_folder,
    open_privately,
    open_sqlite,
    seal,
    unseal,
)
from qa import Reply

_FORMAT = 2
# Seconds to wait for another process that writes.
_PATIENCE_SECONDS = 5.0
# Earlier questions that the app offers again when it opens.
_RECALLED = 500
# Words that are searched for: SQLite takes no statement with a thousand conditions.
_MOST_WORDS = 100
# In the file, conversations are still called sessions, as they were at first.
_SCHEMA = f"""
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    begun TEXT NOT NULL,
    hash BLOB
);
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    asked TEXT NOT NULL,
    reply TEXT,
    words TEXT NOT NULL,
    hash BLOB,
    reply_hash BLOB
);
CREATE INDEX turns_of_sessions ON turns (session_id);
PRAGMA user_version = {_FORMAT};
"""
_WORDS = list_words(_SCHEMA)
# Shown in place of a name or a question that is damaged.
DAMAGED = "(damaged)"
_CONVERSATION_ROW = "s.id, s.name, s.place, s.begun, s.hash"
_QUESTION_ROW = "t.id, t.session_id, t.question, t.asked, t.hash"
_REPLY_ROW = "t.id, t.reply, t.reply_hash"


class ConversationsError(QuotebackError):
    """Saved conversations cannot be read or written."""


class ConversationGone(ConversationsError):
    """A conversation was deleted meanwhile, perhaps by another process."""


@dataclass(frozen=True, slots=True)
class SavedConversation:
    """One conversation, without its turns.

    Attributes:
        name: `DAMAGED` if it cannot be told any more.
        index_location: the index that was asked.
        begun: the time of its first question.
        changed: the time of its latest question.
        turns: the number of its questions.
    """

    id: int
    name: str
    index_location: str
    begun: datetime
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """A question, the time it was asked, and its reply.

    The question is `DAMAGED` if it cannot be told any more. The reply is None if none came,
    or if it cannot be read any more.
    """

    question: str
    time: datetime
    reply: Reply | None


class ConversationStore:
    """All saved conversations. A change is committed when its method returns. Thread-safe.

    Every method raises `ConversationsError` if the file cannot be read or written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """The file is made with the first conversation."""
        self.path = Path(path)

    # Writing

    def begin_conversation(self, name: str, index_location: str) -> int:
        """Begin a conversation; returns its id."""
        with self._transaction() as connection:
            conversation = _insert(
                connection,
                "INSERT INTO sessions (name, place, begun) VALUES (?, ?, ?)",
                (_format_name(name), replace_surrogates(index_location), _now()),
            )
            _seal_conversation(connection, conversation)
            return conversation

    def add_question(self, conversation: int, question: str) -> int:
        """Add a question to a conversation; returns the id of its turn.

        Raises:
            ConversationGone: there is no such conversation any more.
        """
        question = replace_surrogates(question)
        with self._transaction() as connection:
            known = connection.execute("SELECT 1 FROM sessions WHERE id = ?", (conversation,))
            if known.fetchone() is None:
                raise ConversationGone("the conversation was deleted: begin another one")
            turn = _insert(
                connection,
                "INSERT INTO turns (session_id, question, asked, words) VALUES (?, ?, ?, ?)",
                (conversation, question, _now(), question.casefold()),
            )
            _seal_turn(connection, turn)
            return turn

    def add_reply(self, turn: int, reply: Reply) -> None:
        """Save the reply to the question of a turn."""
        quoted = [reply.answers[0].sentence_text] if reply.answered else []
        words = "\n".join((reply.question, reply.resolved_question, *quoted))
        encoded = dump_plain(reply)
        with self._transaction() as connection:
            connection.execute(
                "UPDATE turns SET reply = ?, words = ?, reply_hash = ? WHERE id = ?",
                (encoded, replace_surrogates(words).casefold(), seal(turn, encoded)[-1], turn),
            )

    def rename_conversation(self, conversation: int, name: str) -> None:
        """Give a conversation another name; an empty one changes nothing."""
        if name.strip():
            with self._transaction() as connection:
                connection.execute(
                    "UPDATE sessions SET name = ? WHERE id = ?", (_format_name(name), conversation)
                )
                _seal_conversation(connection, conversation)

    def delete_conversation(self, conversation: int) -> None:
        """Delete a conversation with all its turns."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE id = ?", (conversation,))

    # Reading

    def search_conversations(self, words: str = "") -> list[SavedConversation]:
        """The conversations that contain all the words, latest first; all without words.

        Of many different words only the first hundred count.
        """
        if not self.path.exists():
            return []
        having = (
            " AND (instr(fold(s.name), :{0}) OR EXISTS (SELECT 1 FROM turns t "
            "WHERE t.session_id = s.id AND instr(t.words, :{0})))"
        )
        sought = dict.fromkeys(replace_surrogates(words).casefold().split())
        terms = {f"w{n}": term for n, term in enumerate(list(sought)[:_MOST_WORDS])}
        query = (
            f"SELECT {_CONVERSATION_ROW}, coalesce(max(t.asked), s.begun) AS changed, count(t.id) "
            "FROM sessions s LEFT JOIN turns t ON t.session_id = s.id WHERE 1"
            + "".join(having.format(name) for name in terms)
            + " GROUP BY s.id ORDER BY changed DESC, s.id DESC"
        )
        with self._connect() as connection:
            rows = connection.execute(query, terms).fetchall()
        return [_read_conversation(row) for row in rows]

    def read_questions(self, limit: int = _RECALLED) -> list[str]:
        """The latest questions of all conversations, oldest first, without repeats in a row."""
        if not self.path.exists():
            return []
        with self._connect() as connection:
            rows = connection.execute(
                f"SELECT {_QUESTION_ROW} FROM turns t ORDER BY id DESC LIMIT ?", (limit,)
            ).fetchall()
        questions = (_read_question(row)[0] for row in reversed(rows))
        return [question for question, _ in groupby(questions) if question != DAMAGED]

    def read_turns(self, conversation: int) -> list[SavedTurn]:
        """The turns of a conversation, oldest first."""
        with self._connect() as connection:
            rows = connection.execute(
                f"SELECT {_QUESTION_ROW}, {_REPLY_ROW} FROM turns t "
                "WHERE session_id = ? ORDER BY id",
                (conversation,),
            ).fetchall()
        return [SavedTurn(*_read_question(row[:5]), _read_reply(row[5:])) for row in rows]

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        make_private(self.path)
        if self.path.exists() and not self.path.is_file():
            raise ConversationsError(f"{self.path} is not a file: move it away")
        try:
            with closing(self._open()) as connection, bounded(connection):
                yield connection
        except sqlite3.Error as error:
            raise ConversationsError(
                f"conversations in {self.path} cannot be read or saved ({error}): "
                f"see that the disk is not full; if the file is damaged, move it away"
            ) from error

    def _open(self) -> SqliteFile:
        connection = open_sqlite(self.path, _WORDS, timeout=_PATIENCE_SECONDS)
        with close_on_error(connection):
            if not has_room(self.path):
                # What connections share could not be made; one that is alone needs no such thing.
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA foreign_keys = ON")
            # Damage may have made anything of a name.
            connection.create_function("fold", 1, lambda name: str(name).casefold())
            self._check_format(connection)
        return connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            make_private_folder(self.path.parent)
            if not self.path.exists():
                os.close(open_privately(str(self.path), os.O_CREAT | os.O_WRONLY))
        except OSError as error:
            raise ConversationsError(
                f"conversations cannot be saved in {self.path} ({error.strerror}): "
                f"make that folder writable"
            ) from error
        with self._connect() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def _check_format(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _FORMAT:
            raise ConversationsError(
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
        if version == 1:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                if connection.execute("PRAGMA user_version").fetchone() == (1,):
                    _from_1(connection)


def _from_1(connection: sqlite3.Connection) -> None:
    """Rows have hashes."""
    for statement in (
        "ALTER TABLE sessions ADD COLUMN hash BLOB",
        "ALTER TABLE turns ADD COLUMN hash BLOB",
        "ALTER TABLE turns ADD COLUMN reply_hash BLOB",
    ):
        connection.execute(statement)
    for (conversation,) in connection.execute("SELECT id FROM sessions").fetchall():
        _seal_conversation(connection, conversation)
    for (turn,) in connection.execute("SELECT id FROM turns").fetchall():
        _seal_turn(connection, turn)
    connection.execute("PRAGMA user_version = 2")


def _seal_conversation(connection: sqlite3.Connection, conversation: int) -> None:
    query = f"SELECT {_CONVERSATION_ROW} FROM sessions s WHERE id = ?"
    for row in connection.execute(query, (conversation,)).fetchall():
        checksum = seal(*row[:-1])[-1]
        connection.execute("UPDATE sessions SET hash = ? WHERE id = ?", (checksum, conversation))


def _seal_turn(connection: sqlite3.Connection, turn: int) -> None:
    row = connection.execute(
        f"SELECT {_QUESTION_ROW}, {_REPLY_ROW} FROM turns t WHERE id = ?", (turn,)
    ).fetchone()
    connection.execute(
        "UPDATE turns SET hash = ?, reply_hash = ? WHERE id = ?",
        (seal(*row[:4])[-1], seal(*row[5:7])[-1], turn),
    )


def _read_conversation(row: Sequence[Any]) -> SavedConversation:
    *values, changed, turns = row
    try:
        number, *texts = unseal(values)
        name, folder, begun = _check_texts(texts)
    except DamagedRow:
        number, name, folder, begun = values[0], DAMAGED, "", changed
    return SavedConversation(number, name, folder, _parse_time(begun), _parse_time(changed), turns)


def _read_question(row: Sequence[Any]) -> tuple[str, datetime]:
    try:
        question, asked = _check_texts(unseal(row)[2:])
    except DamagedRow:
        return DAMAGED, _parse_time(None)
    return question, _parse_time(asked)


def _check_texts(values: Sequence[Any]) -> Sequence[str]:
    """Values that are texts; their hash says nothing of who made them."""
    if not all(isinstance(value, str) for value in values):
        raise DamagedRow
    return values


def _read_reply(row: Sequence[Any]) -> Reply | None:
    try:
        stored = unseal(row)[1]
        return None if stored is None else load_reply(stored)
    except (DamagedRow, ValueError, RecursionError):
        return None


def _insert(connection: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> int:
    number = connection.execute(statement, values).lastrowid
    assert number is not None
    return number


def _format_name(name: str) -> str:
    return " ".join(replace_surrogates(name).split())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _parse_time(stored: object) -> datetime:
    try:
        return datetime.fromisoformat(str(stored)).astimezone()
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC).astimezone()


# Replies


def load_reply(text: str) -> Reply:
    """The reply that was saved, also by another version.

    Raises:
        ValueError, RecursionError: it cannot be read, or no such reply is ever made.
    """
    reply = load_plain(text, Reply, _upgrade)
    if (reply.answered and not reply.answers) or not all(each.spans for each in reply.answers):
        raise ValueError("not a saved reply: it is answered, and quotes nothing")
    return reply


def _upgrade(fields: dict[str, Any]) -> dict[str, Any]:
    """Give an object that the first version saved the names and types of today."""
    if "weighed" in fields:
        fields["considered"] = fields.pop("weighed")
    heading = fields.get("heading")
    # An answer has this line, too; only a passage has an id.
    if "id" in fields and isinstance(heading, str) and "headings" not in fields:
        fields["headings"] = heading.split(" › ")
    return fields
