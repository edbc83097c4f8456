"""What the program does to its stores, and what must hold however that was interrupted.

Each operation works below one folder: it is prepared there, run there, and checked there after
a kill, an error, damage or a power cut. What a step has acknowledged is noted outside of it.
"""

from __future__ import annotations

import json
import os
import pickle
import sqlite3
import warnings
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from index import DamagedIndex, Index, ModelError, NotAnIndex, Retriever
from index.engines.local import vectors
from index.models import ModelSource, load_compiled
from index.sync import batch
from qa.evaluation import QuestionSet, evaluate
from qa.evaluation.measuring.asking import Outcome
from qa.evaluation.measuring.evaluate import Cache
from qa.evaluation.question_sets.question import Question
from qa.service.token import load_token
from tests.support.encoders import WordEncoder
from tests.support.faults import mark
from tui.cli.commands.completion import SHELLS, run_completion
from tui.cli.commands.eval.output import write_files
from tui.conversation.judgements import Judgement, JudgementFile, RightAnswer
from tui.saved_conversations.conversation_store import (
    ConversationStore,
    SavedConversation,
    SavedTurn,
)
from tui.saved_conversations.export import export_conversation
from tui.search.quick_open import RecentDocuments
from tui.settings.file import read_settings, write_settings
from tui.settings.settings import Settings

# Small batches: many commits, many segments, merged often.
batch.COMMIT_FILES, batch.COMMIT_PASSAGES = 5, 8
vectors._MOST_SMALL_SEGMENTS = 3

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
        known = index.engine.passages(index.engine.passage_ids().tolist())
        for passage, document in known.values():
            if passage.span.of(state[document.path]) != passage.text:
                problems.append(f"WRONG SPAN in {document.path}")
        retriever = Retriever(index)
        for path, text in list(state.items())[::4]:
            # The derived parts have yet to follow, or the file is not there.
            if index.engine.is_unfinished or not Path(path).exists():
                continue
            for mode in ("bm25", "dense"):
                hits = retriever.search(text[:200], 5, mode)
                if not any(hit.passage.text in text for hit in hits):
                    problems.append(f"NOT FOUND by {mode}: {path}")
        status = index.status()
        if status.unread or (not index.engine.is_unfinished and status.waiting):
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
        ("threshold", _prepare_index, _set_threshold),
    )
)


# Conversations, settings, judgements, compiled models


def _nothing_wrong(*_: object) -> list[str]:
    return []


def _prepare_nothing(_: Path) -> State:
    return {}


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


def _make_token(folder: Path) -> None:
    os.environ["XDG_DATA_HOME"] = str(folder)
    load_token()


def read_token(folder: Path) -> State:
    """The length of the token, which is made where there is none."""
    os.environ["XDG_DATA_HOME"] = str(folder)
    return {"token": len(load_token())}


# What a person asks to be written, and what the program notes beside it


def _read_folder(folder: Path) -> State:
    """The files of a folder, whole, but for what is new each time."""
    return {path.name: path.read_text() for path in folder.glob("*") if path.is_file()}


_THEN = datetime(2026, 5, 3, 14, 2, tzinfo=UTC)
_CONVERSATION = SavedConversation(1, "Rain", "/index", _THEN, _THEN, 200)
_TURNS = [SavedTurn(f"Where does it rain, {number}? " * 9, _THEN, None) for number in range(200)]


def _export(folder: Path) -> None:
    for name in ("kept.md", "kept.json"):
        # What is there already is never written over.
        if not (folder / name).exists():
            export_conversation(folder / name, _CONVERSATION, _TURNS, str)


_FIGURES = ("json", "run", "qrels", "predictions", "report")


def _prepare_figures(folder: Path) -> State:
    with open_index(folder, create=True) as index:
        index.add_texts([(each, f"This is about {each}, {FILLER}.") for each in ("rain", "snow")])
        asked = [
            Question(each, f"What of {each}?", relevant={each: 1}) for each in ("rain", "snow")
        ]
        measured = evaluate(QuestionSet("set", tuple(asked)), Retriever(index), mode="bm25")
    # It measures times, too, and is to be the same whenever it is written.
    (folder / "an.index" / "measured").write_bytes(pickle.dumps(measured))
    for name in _FIGURES:
        (folder / name).write_text("of an earlier evaluation")
    return _read_folder(folder)


def _write_figures(folder: Path) -> None:
    measured = pickle.loads((folder / "an.index" / "measured").read_bytes())
    options = Namespace(at_most=None, **{name: folder / name for name in _FIGURES})
    write_files(options, [measured], None, None)


def _prepare_cache(folder: Path) -> State:
    _keep_asked(folder, ("before",))
    return _read_asked(folder)


def _keep_asked(folder: Path, keys: Iterable[str] = ("1", "2", "3")) -> None:
    kept = Cache(folder / "asked")
    for key in keys:
        kept.put(key, Outcome(ranking=((key, 0.5),)))
        acknowledge(folder, {key: [[key, 0.5]]})
    kept.close()


def _read_asked(folder: Path) -> State:
    kept = Cache(folder / "asked")
    outcomes = {key: kept.get(key) for key in ("before", "1", "2", "3")}
    return {key: [list(each) for each in got.ranking] for key, got in outcomes.items() if got}


def _install_completion(folder: Path) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR"):
        os.environ[name] = str(folder)
    with redirect_stdout(StringIO()):
        for shell in SHELLS:
            run_completion(Namespace(shell=shell, install=True))


def _prepare_completion(folder: Path) -> State:
    (folder / ".zshrc").write_text("export EDITOR=vi\n")
    return _read_completion(folder)


def _read_completion(folder: Path) -> State:
    names = ("quoteback", "_quoteback", "quoteback.fish", ".zshrc")
    found = [path for name in names for path in folder.rglob(name) if path.is_file()]
    # Where a write is interrupted, a folder beside the file is left.
    return {path.name: path.read_text() for path in found if "-" not in path.parent.name}


def _note_recent(folder: Path) -> None:
    # Where it cannot be kept, that is not worth a message: it may only not be damaged.
    for number in range(3):
        RecentDocuments(folder / "recent.json").add("/index", f"/{number}")


def _read_recent(folder: Path) -> State:
    with suppress(FileNotFoundError):
        json.loads((folder / "recent.json").read_text())
    return {}


OTHER_OPERATIONS = (
    Operation(
        "conversations", _prepare_conversations, _converse, read_conversations, _nothing_wrong
    ),
    Operation("settings", _prepare_settings, _set, read_all_settings, _nothing_wrong),
    Operation("judgements", _prepare_judgements, _judge, read_judgements, _nothing_wrong),
    Operation("models", _prepare_model, _compile, read_model, _nothing_wrong),
    Operation("token", _prepare_nothing, _make_token, read_token, _nothing_wrong),
)
WRITTEN_ONCE = (
    Operation("export", _prepare_nothing, _export, _read_folder, _nothing_wrong),
    Operation("figures", _prepare_figures, _write_figures, _read_folder, _nothing_wrong),
    Operation("asked", _prepare_cache, _keep_asked, _read_asked, _nothing_wrong),
    Operation(
        "completion", _prepare_completion, _install_completion, _read_completion, _nothing_wrong
    ),
    Operation("recent", _prepare_nothing, _note_recent, _read_recent, _nothing_wrong),
)
OPERATIONS = (*INDEX_OPERATIONS, *OTHER_OPERATIONS, *WRITTEN_ONCE)


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
