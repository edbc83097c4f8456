"""Hostile settings, judgements, conversations, question sets, evaluations, caches and tokens.

python tests/attack/stores.py [--tries N] [--stores settings conversations …] [--seed S]

Honest files get values that no honest file holds, or bytes that mean something else, and are then
used as the program uses them: read, added to, exported, compared. Whatever is wrong is one error of
ours that repeats no endless name; nothing in a file that is changed is lost, nothing that acts on a
terminal gets into an export. Exit code 1 where anything else happens.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sqlite3
import sys
import tempfile
import time
import tomllib
import traceback
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from index import QuotebackError
from index.documents import dump_plain
from qa.evaluation import ConfigurationScores, QuestionSet, check_question_set, compare
from qa.evaluation.measuring.evaluate import Cache
from qa.service.token import load_token
from tests.support.damage import damaged
from tests.support.hostile_values import change
from tests.support.operations import OPERATIONS
from tests.tui.conftest import REPLIES, TEXTS, WHEN
from tui.conversation.judgements import Judgement, JudgementFile, RightAnswer
from tui.saved_conversations import conversation_store
from tui.saved_conversations.conversation_store import ConversationStore
from tui.saved_conversations.export import FORMATS, export_conversation
from tui.search.quick_open import RecentDocuments
from tui.settings.file import read_settings, write_settings
from tui.settings.settings import Choices, Settings

# What a try may take, in seconds of processor time, and all of them in bytes of memory.
_MOST_SECONDS, _MOST_MEMORY = 10, 8 * 2**30
_LONGEST_MESSAGE = 1_000
# What would steer a terminal, were it in an export.
_ACTING = ("\x1b", "\u202e", "\x07")


@dataclass(frozen=True, slots=True)
class Store:
    """A file or folder that may be hostile.

    Attributes:
        spoil: makes an honest one in a folder, and spoils it.
        use: does with it what the program does; returns what is wrong, a line each.
    """

    spoil: Callable[[Path, random.Random], None]
    use: Callable[[Path], list[str]]


_CHOICES = Choices(("nord",), lambda: [{"quit": "ctrl+q", "help": "f1"}])
_SETTINGS = b"""# mine
theme = "nord"
threshold = 0.5
k = 7
other = [1, {a = 2}]
[keys]
quit = "f9"  # as I like it
"""


def _spoil_settings(folder: Path, chance: random.Random) -> None:
    (folder / "settings.toml").write_bytes(damaged(_SETTINGS, chance))


def _use_settings(folder: Path) -> list[str]:
    path = folder / "settings.toml"
    before = path.read_bytes()
    with suppress(QuotebackError):
        read_settings(path, _CHOICES)
    try:
        write_settings(path, Settings(k=12), Settings())
    except QuotebackError as error:
        changed = path.read_bytes() != before
        return [
            *_check_message(error),
            *(["a file that was refused has changed"] if changed else ()),
        ]
    wanted, found = (tomllib.loads(data.decode()) for data in (before, path.read_bytes()))
    return [] if repr(found) == repr({**wanted, "k": 12}) or _same(wanted, found) else ["LOST"]


def _same(wanted: Mapping[str, object], found: Mapping[str, object]) -> bool:
    """Whether two settings files say the same of all but `k`, in whatever order."""
    return {k: repr(v) for k, v in wanted.items() if k != "k"} == {
        k: repr(v) for k, v in found.items() if k != "k"
    }


_JUDGEMENT = Judgement("When?", (), "right", RightAnswer(("in May",)))
_QUESTIONS = [
    {"id": "1", "question": "Where?", "answers": ["there"], "judged": "right", "wrong": ["here"]},
    {"id": "2", "question": "Who?", "answers": None, "history": ["Where?"], "document": "a.md"},
    {"id": "3", "question": "Which?", "answers": ["a", "b"], "match": "all", "evidence": ["a b."]},
]


def _spoil_lines(name: str) -> Callable[[Path, random.Random], None]:
    def spoil(folder: Path, chance: random.Random) -> None:
        rows = change(json.loads(json.dumps(_QUESTIONS)), chance)
        lines = rows if isinstance(rows, list) else [rows]
        data = "".join(f"{json.dumps(row)}\n" for row in lines).encode()
        (folder / name).write_bytes(damaged(data, chance) if chance.random() < 0.3 else data)

    return spoil


def _use_judgements(folder: Path) -> list[str]:
    file = JudgementFile(folder / "judgements.jsonl")
    before = file.path.read_bytes().decode(errors="replace").split("\n")
    file.read()
    file.save(_JUDGEMENT)
    after = file.path.read_bytes().decode().split("\n")
    lost = [line for line in before if line.strip() and line not in after]
    kept = file.read().get(_JUDGEMENT.id)
    return [f"LOST: {line[:200]}" for line in lost] + ([] if kept == _JUDGEMENT else ["not kept"])


def _spoil_squad(folder: Path, chance: random.Random) -> None:
    asked = {"id": "1", "question": "Where?", "answers": [{"text": "there", "answer_start": 6}]}
    other = {"id": "2", "question": "Who?", "is_impossible": True, "answers": []}
    paragraph = {"context": "It is there.", "qas": [asked, other]}
    whole = {"data": [{"title": "A", "paragraphs": [paragraph, paragraph]}], "version": "2"}
    data = json.dumps(change(json.loads(json.dumps(whole)), chance)).encode()
    (folder / "questions.json").write_bytes(data)


def _spoil_table(folder: Path, chance: random.Random) -> None:
    table = b'question,answer,document,id\nWhere?,there,a.md,1\n"Who, then?",him,,2\n'
    (folder / "questions.csv").write_bytes(damaged(table, chance))


def _spoil_beir(folder: Path, chance: random.Random) -> None:
    corpus = [
        {"_id": "d1", "title": "A", "text": "It is there."},
        {"_id": "d2", "text": "Not here."},
    ]
    queries = [{"_id": "q1", "text": "Where?"}, {"_id": "q2", "text": "Who?"}]
    (folder / "beir" / "qrels").mkdir(parents=True)
    for name, rows in (("corpus", corpus), ("queries", queries)):
        spoilt = change(json.loads(json.dumps(rows)), chance) if chance.random() < 0.5 else rows
        lines = spoilt if isinstance(spoilt, list) else [spoilt]
        (folder / "beir" / f"{name}.jsonl").write_text("".join(f"{json.dumps(r)}\n" for r in lines))
    judged = b"query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t0\n"
    judged = damaged(judged, chance) if chance.random() < 0.5 else judged
    (folder / "beir" / "qrels" / "test.tsv").write_bytes(judged)


def _use_questions(name: str) -> Callable[[Path], list[str]]:
    def use(folder: Path) -> list[str]:
        _, problems = check_question_set(folder / name)
        found = [f"{len(str(each))} characters" for each in problems if len(str(each)) > 1_000]
        QuestionSet.load(folder / name)
        return found

    return use


def _spoil_conversations(folder: Path, chance: random.Random) -> None:
    store = ConversationStore(folder / "sessions.sqlite")
    conversation = store.begin_conversation("Museum", "/index")
    turns = [store.add_question(conversation, question) for question in REPLIES]
    with closing(sqlite3.connect(store.path)) as connection, connection:
        for turn, reply in zip(turns, REPLIES.values(), strict=True):
            spoilt = json.dumps(change(json.loads(dump_plain(reply)), chance))
            # Whoever writes into the file can make its checksums, too.
            connection.execute("UPDATE turns SET reply = ? WHERE id = ?", (spoilt, turn))
            conversation_store._seal_turn(connection, turn)


def _use_conversations(folder: Path) -> list[str]:
    store = ConversationStore(folder / "sessions.sqlite")
    problems = []
    for conversation in store.search_conversations("museum"):
        turns = store.read_turns(conversation.id)
        for ending in FORMATS:
            path = folder / f"exported{ending}"
            export_conversation(path, conversation, turns, TEXTS.__getitem__)
            text = path.read_text(encoding="utf-8")
            problems += [f"{ending} holds {sign!r}" for sign in _ACTING if sign in text]
        store.add_reply(store.add_question(conversation.id, WHEN), REPLIES[WHEN])
        if store.read_turns(conversation.id)[-1].reply != REPLIES[WHEN]:
            problems.append("a new reply is not kept")
    return problems


def _spoil_recent(folder: Path, chance: random.Random) -> None:
    data = json.dumps(change({"/index": ["/a.md", "/b.md"], "/other": ["/c"]}, chance)).encode()
    (folder / "recent.json").write_bytes(data)


def _use_recent(folder: Path) -> list[str]:
    recent = RecentDocuments(folder / "recent.json")
    recent.add("/index", "/new.md")
    again = RecentDocuments(folder / "recent.json").recall("/index")
    return [] if again[:1] == ["/new.md"] else ["what was read is not kept"]


def _make_figures(folder: Path) -> str:
    operation = next(each for each in OPERATIONS if each.name == "figures")
    operation.prepare(folder)
    operation.run(folder)
    return (folder / "json").read_text()


class _Figures:
    """The figures of an evaluation, measured once."""

    def __init__(self) -> None:
        self._text = ""

    def spoil(self, folder: Path, chance: random.Random) -> None:
        if not self._text:
            with tempfile.TemporaryDirectory() as aside:
                self._text = _make_figures(Path(aside))
        (folder / "good.json").write_text(self._text)
        (folder / "figures.json").write_text(json.dumps(change(json.loads(self._text), chance)))


def _use_figures(folder: Path) -> list[str]:
    before = ConfigurationScores.load(folder / "figures.json")
    compare(before, ConfigurationScores.load(folder / "good.json"))
    return []


def _spoil_asked(folder: Path, chance: random.Random) -> None:
    kept = {
        "ranking": [["a.md", 0.5]],
        "spans": [{"start": 1, "end": 2}],
        "quoted": ["a"],
        "evidence": ["a b"],
        "confidence": 0.5,
        "answered_from": {"document": "a.md", "start": 0, "text": "a b"},
        "gold": None,
        "gold_place": "read",
        "milliseconds": 1.0,
    }
    rows = [{"key": "1", "asked": kept}, change({"key": "2", "asked": deepcopy(kept)}, chance)]
    (folder / "asked").write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def _use_asked(folder: Path) -> list[str]:
    kept = Cache(folder / "asked")
    kept.close()
    if kept.get("1") is None:
        return ["an honest line is not read"]
    outcome = kept.get("2")
    whole = outcome is None or (
        all(isinstance(each.start, int) for each in outcome.spans)
        and all(isinstance(score, float) for _, score in outcome.ranking)
    )
    return [] if whole else ["a line of the wrong types is believed"]


def _spoil_token(folder: Path, chance: random.Random) -> None:
    os.environ["XDG_DATA_HOME"] = str(folder)
    load_token()
    path = next(folder.rglob("api-token"))
    path.write_bytes(damaged(path.read_bytes(), chance))


def _use_token(folder: Path) -> list[str]:
    os.environ["XDG_DATA_HOME"] = str(folder)
    return [] if len(load_token()) >= 32 else ["a short token is believed"]


STORES = {
    "settings": Store(_spoil_settings, _use_settings),
    "judgements": Store(_spoil_lines("judgements.jsonl"), _use_judgements),
    "lines": Store(_spoil_lines("questions.jsonl"), _use_questions("questions.jsonl")),
    "squad": Store(_spoil_squad, _use_questions("questions.json")),
    "table": Store(_spoil_table, _use_questions("questions.csv")),
    "beir": Store(_spoil_beir, _use_questions("beir")),
    "conversations": Store(_spoil_conversations, _use_conversations),
    "recent": Store(_spoil_recent, _use_recent),
    "figures": Store(_Figures().spoil, _use_figures),
    "asked": Store(_spoil_asked, _use_asked),
    "token": Store(_spoil_token, _use_token),
}


def _check_message(error: QuotebackError) -> list[str]:
    message = str(error)
    return [] if 0 < len(message) <= _LONGEST_MESSAGE else [f"{len(message)} characters"]


def find_problems(store: Store, folder: Path, chance: random.Random) -> list[str]:
    """What is wrong with what came of a hostile store, a line each."""
    store.spoil(folder, chance)
    began = time.process_time()
    try:
        problems = store.use(folder)
    except QuotebackError as error:
        problems = _check_message(error)
    except Exception:
        problems = [traceback.format_exc()]
    spent = time.process_time() - began
    return problems + ([f"{spent:.0f} s"] if spent > _MOST_SECONDS else [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=5_000)
    parser.add_argument("--stores", nargs="*", choices=STORES, default=list(STORES))
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    chosen = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    print(f"seed {chosen.seed}", flush=True)
    began, tries, failed = time.monotonic(), 0, 0
    for name in chosen.stores:
        bad, count = 0, -(-chosen.tries // len(chosen.stores))
        for number in range(count):
            chance = random.Random(f"{chosen.seed} {name} {number}")
            with tempfile.TemporaryDirectory(prefix="attack-") as folder:
                problems = find_problems(STORES[name], Path(folder).resolve(), chance)
            if problems:
                bad += 1
                print(f"FAILED  {name} {number}", *problems, sep="\n    ", flush=True)
        tries, failed = tries + count, failed + bad
        print(f"{name:15}{count:8} tries{bad:6} FAILED", flush=True)
    print(f"{tries} tries, {failed} failed, {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
