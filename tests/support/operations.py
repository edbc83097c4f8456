"""What the program does to its stores, and what must hold however that was interrupted.

Each operation works below one folder: it is prepared there, run there, and checked there after
a kill, an error, damage or a power cut. What a step has acknowledged is noted outside of it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import DamagedIndex, Index, ModelError, NotAnIndex, Retriever
from index.engines.local import embedding
from index.engines.local.dense import vectors
from index.models import ModelSource, load_compiled
from index.sync import batch
from tests.index.engines.local.storage.test_migrations import forget_identity
from tests.support.encoders import WordEncoder
from tests.support.faults import mark
from tui.conversation.judgement import Judgement, RightAnswer
from tui.conversation.judgement_file import JudgementFile
from tui.saved_conversations.conversation_store import ConversationStore
from tui.settings.file import read_settings, write_settings
from tui.settings.settings import Settings

# Small batches: many commits, many segments, merged often.
batch.COMMIT_FILES, embedding.SEGMENT_PASSAGES = 5, 8
vectors._MOST_SMALL = 3

# What a store holds, by path or name.
State = dict[str, Any]
FILLER = "and what else was said of it filled the rest of a long winter evening by the fire"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that changes a store.

    Attributes:
        prepare: makes the store as it is before; returns what is in it.
        run: does it; may be run again after it was interrupted.
        read: what is in the store; raises an error of ours where that cannot be read.
        inspect: what is wrong with a store that holds this state, a line each.
        may_be_unsound: whether `verify` may find something while it has not been run to its end.
    """

    name: str
    prepare: Callable[[Path], State]
    run: Callable[[Path], None]
    read: Callable[[Path], State]
    inspect: Callable[[Path, State], list[str]]
    may_be_unsound: bool = False


def acknowledge(folder: Path, state: State) -> None:
    """Note, beside the folder, what is in the store from now on, whatever happens."""
    mark(json.dumps(state))
    with folder.with_name("acknowledged").open("a") as file:
        file.write(json.dumps(state) + "\n")


def read_acknowledged(folder: Path) -> list[State]:
    """What was acknowledged, in order."""
    with suppress(FileNotFoundError):
        return [json.loads(line) for line in folder.with_name("acknowledged").open()]
    return []


# The index


def _write(path: Path, *topics: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(f"This is about {topic}, {FILLER}, {FILLER}." for topic in topics))
    # Old enough to be believed.
    os.utime(path, (1_600_000_000, 1_600_000_000))


@contextmanager
def open_index(folder: Path, create: bool = False) -> Iterator[Index]:
    """The index in a folder, with a cheap encoder."""
    with Index.open(folder / "an.index", create=create, encoder=WordEncoder()) as index:
        yield index


def read_index(folder: Path) -> State:
    """Texts by path; None for one that is damaged."""
    state: State = {}
    with open_index(folder) as index:
        for document in index.documents():
            state[document.path] = None
            with suppress(DamagedIndex):
                state[document.path] = index.text(document.path)
    return state


def inspect_index(folder: Path, state: State) -> list[str]:
    """What is wrong with an index: what `verify` says, wrong spans, passages that are not found."""
    with open_index(folder) as index:
        problems = index.verify()
        if problems:
            return problems
        known = index.engine.store.passages(index.engine.store.passage_ids().tolist())
        for passage, document in known.values():
            if passage.span.of(state[document.path]) != passage.text:
                problems.append(f"WRONG SPAN in {document.path}")
        retriever = Retriever(index)
        for path, text in list(state.items())[::4]:
            # The derived parts have yet to follow, or the file is not there.
            if index.engine.store.is_unfinished or not Path(path).exists():
                continue
            for mode in ("bm25", "dense"):
                hits = retriever.search(text[:200], 5, mode)
                if not any(hit.passage.text in text for hit in hits):
                    problems.append(f"NOT FOUND by {mode}: {path}")
        status = index.status()
        if status.unread or (not index.engine.store.is_unfinished and status.waiting):
            problems.append(f"unread {status.unread}, waiting {status.waiting}")
    return problems


def _prepare_files(folder: Path) -> State:
    for number in range(9):
        _write(folder / "notes" / f"{number}.txt", f"rain {number}", f"snow {number}")
    for number in range(9, 12):
        _write(folder / "notes" / "sub" / f"{number}.txt", f"hail {number}")
    return {}


def _create(folder: Path) -> None:
    with open_index(folder, create=True) as index:
        index.add([folder / "notes"])


def _prepare_index(folder: Path) -> State:
    _prepare_files(folder)
    _create(folder)
    return read_index(folder)


def _prepare_update(folder: Path) -> State:
    state, notes = _prepare_index(folder), folder / "notes"
    _write(notes / "0.txt", "rain 0", "hail instead")
    (notes / "1.txt").unlink()
    (notes / "2.txt").rename(notes / "moved.txt")
    (notes / "3.txt").replace(notes / "4.txt")
    (notes / "copy.txt").write_bytes((notes / "5.txt").read_bytes())
    for number in range(6):
        _write(notes / f"new {number}.txt", f"fog {number}", f"frost {number}")
    return state


def _update(folder: Path) -> None:
    with open_index(folder) as index:
        index.update()


def _remove(folder: Path) -> None:
    with open_index(folder) as index:
        if any("/sub/" in document.path for document in index.documents()):
            index.remove([folder / "notes" / "sub"])
        else:
            index.update()


def _add_texts(folder: Path) -> None:
    with open_index(folder) as index:
        for start in range(0, 24, 6):
            texts = {
                f"mail/{number}": f"This is about mail {number}, {FILLER}."
                for number in range(start, start + 6)
            }
            index.add_texts(texts.items())
            acknowledge(folder, texts)


def _prepare_repair(folder: Path) -> State:
    state = _prepare_index(folder)
    with open_index(folder) as index:
        index.add_texts([("mail/1", f"This is about letters, {FILLER}.")])
        state = read_index(folder)
    with closing(sqlite3.connect(folder / "an.index" / "index.sqlite")) as connection, connection:
        connection.execute("UPDATE passages SET text = 'bad' WHERE id IN (3, 7)")
        connection.execute("UPDATE texts SET body = x'00' WHERE document_id = 4")
        connection.execute("UPDATE documents SET title = 'bad' WHERE id = 6")
        connection.execute("UPDATE passages SET page = 7 WHERE text LIKE '%letters%'")
    for path in (folder / "an.index" / "vectors").glob("*.segment"):
        path.write_bytes(path.read_bytes()[:-5] + b"wrong")
    return state


def _repair(folder: Path) -> None:
    try:
        with open_index(folder) as index:
            index.repair()
    except DamagedIndex:
        Index.restore(folder / "an.index", encoder=WordEncoder()).close()


def _prepare_restore(folder: Path) -> State:
    state = _prepare_index(folder)
    with (folder / "an.index" / "index.sqlite").open("r+b") as file:
        file.write(b"no database" * 30)
    return state


def _prepare_migration(folder: Path) -> State:
    state = _prepare_index(folder)
    with open_index(folder) as index:
        with index.engine.store.writing() as connection:
            forget_identity(connection)
        index.engine.store.set_setting("format", "7")
    return state


def _set_threshold(folder: Path) -> None:
    with open_index(folder) as index:
        index.set_threshold(0.25)
        index.write_note("fitted", "yes")
        if (index.threshold, index.read_note("fitted")) != (0.25, "yes"):
            raise AssertionError("settings are not kept")


INDEX_OPERATIONS = tuple(
    Operation(name, prepare, run, read_index, inspect_index, name in ("repair", "restore"))
    for name, prepare, run in (
        ("create", _prepare_files, _create),
        ("update", _prepare_update, _update),
        ("remove", _prepare_index, _remove),
        ("texts", _prepare_index, _add_texts),
        ("repair", _prepare_repair, _repair),
        ("restore", _prepare_restore, _repair),
        ("migrate", _prepare_migration, _update),
        ("threshold", _prepare_index, _set_threshold),
    )
)


# Conversations, settings, judgements, compiled models


def _nothing_wrong(*_: object) -> list[str]:
    return []


def _prepare_conversations(folder: Path) -> State:
    store = ConversationStore(folder / "kept" / "sessions.sqlite")
    conversation = store.begin_conversation("Before", "/index")
    store.add_question(conversation, "before 0")
    return read_conversations(folder)


def _converse(folder: Path) -> None:
    store = ConversationStore(folder / "kept" / "sessions.sqlite")
    conversation = store.begin_conversation("New", "/index")
    for number in range(4):
        store.add_question(conversation, f"new {number}")
        acknowledge(folder, {f"new {number}": "asked"})
    store.rename_conversation(conversation, "Renamed")


def read_conversations(folder: Path) -> State:
    """The questions of all conversations."""
    store = ConversationStore(folder / "kept" / "sessions.sqlite")
    return {
        turn.question: "asked"
        for conversation in store.search_conversations()
        for turn in store.read_turns(conversation.id)
    }


def _prepare_settings(folder: Path) -> State:
    write_settings(folder / "config" / "settings.toml", Settings(k=9), Settings())
    return read_all_settings(folder)


def _set(folder: Path) -> None:
    path = folder / "config" / "settings.toml"
    write_settings(path, Settings(k=12, threshold=0.5), Settings(k=9))
    acknowledge(folder, {"k": 12, "threshold": 0.5})


def read_all_settings(folder: Path) -> State:
    """The settings by name."""
    settings = read_settings(folder / "config" / "settings.toml")
    return {"k": settings.k, "threshold": settings.threshold}


def _judgement(number: int) -> Judgement:
    return Judgement(f"question {number}", (), "right", RightAnswer((f"answer {number}",)))


def _prepare_judgements(folder: Path) -> State:
    file = JudgementFile(folder / "an.index.questions.jsonl")
    file.save(_judgement(0))
    return read_judgements(folder)


def _judge(folder: Path) -> None:
    file = JudgementFile(folder / "an.index.questions.jsonl")
    for number in range(1, 4):
        file.save(_judgement(number))
        acknowledge(folder, {_judgement(number).id: [f"answer {number}"]})


def read_judgements(folder: Path) -> State:
    """The right answers by the id of their question."""
    judgements = JudgementFile(folder / "an.index.questions.jsonl").read()
    return {name: list(each.right.answers) for name, each in judgements.items() if each.right}


def _prepare_model(folder: Path) -> State:
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "config.json").write_text("{}")
    (folder / "model" / "model.safetensors").write_text("weights")
    return {}


def _compile(folder: Path) -> None:
    read_model(folder)


def read_model(folder: Path) -> State:
    """What is loaded of a compiled model, which is compiled where that is needed."""
    os.environ["QUOTEBACK_CACHE"] = str(folder / "cache")

    def build(target: Path, digest: str) -> None:
        (target / "compiled").write_text("weights compiled")
        (target / "digest").write_text(digest)

    source = ModelSource.of(folder / "model")
    try:
        # Where nothing can be kept, it says so.
        warnings.simplefilter("ignore")
        loaded = load_compiled(source, build, lambda made: (made / "compiled").read_text())
    except OSError as error:
        # As `load_encoder` does.
        raise ModelError(str(error)) from error
    return {"compiled": loaded}


OTHER_OPERATIONS = (
    Operation(
        "conversations", _prepare_conversations, _converse, read_conversations, _nothing_wrong
    ),
    Operation("settings", _prepare_settings, _set, read_all_settings, _nothing_wrong),
    Operation("judgements", _prepare_judgements, _judge, read_judgements, _nothing_wrong),
    Operation("models", _prepare_model, _compile, read_model, _nothing_wrong),
)
OPERATIONS = (*INDEX_OPERATIONS, *OTHER_OPERATIONS)


# What must hold


def check_interrupted(
    operation: Operation, folder: Path, before: State, after: State, done: bool
) -> list[str]:
    """What is wrong after an operation was interrupted, or is said to have been done."""
    problems = []
    try:
        state = operation.read(folder)
    except NotAnIndex as error:
        return [f"it is no index any more: {error}"] if before or done else []
    except DamagedIndex as error:
        return [] if operation.may_be_unsound and not done else [f"damaged: {error}"]
    found = operation.inspect(folder, state)
    unsound = bool(found) and not any(line.startswith(("WRONG", "NOT FOUND")) for line in found)
    if found and not (operation.may_be_unsound and unsound and not done):
        problems += found
    for name in before.keys() | after.keys() | state.keys():
        held = state.get(name)
        allowed = [before.get(name), after.get(name)]
        if held not in allowed and not (held is None and unsound and operation.may_be_unsound):
            problems.append(f"STATE of {name}: {held!r:.80}")
    acknowledged: State = {}
    for step in read_acknowledged(folder):
        acknowledged |= step
    for name, value in acknowledged.items():
        if state.get(name) != value:
            problems.append(f"LOST, though acknowledged: {name}")
    if not found and operation.may_be_unsound and state != after:
        problems.append("SAID TO BE SOUND, but something is missing")
    if done and state != after:
        problems.append("DONE, but not there")
    return problems


def check_resumed(operation: Operation, folder: Path, after: State) -> list[str]:
    """Run the operation once more, undisturbed: what is wrong then."""
    operation.run(folder)
    state = operation.read(folder)
    problems = operation.inspect(folder, state)
    if any(state.get(name) != value for name, value in after.items()):
        problems.append("in the end something is missing")
    left = [
        path.name
        for path in folder.rglob("*")
        if path.name.endswith((".part", ".old", ".new", "restored.sqlite"))
        # Where a new index was made; it is used again by whoever makes it.
        and not path.name.startswith(".quoteback-")
    ]
    return problems + [f"left over: {name}" for name in left]
