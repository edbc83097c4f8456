"""What is in an index, and what is out of date."""

from __future__ import annotations

from pathlib import Path

from index.documents import ENGLISH, load_plain
from index.engines.model import EmbeddingModel
from index.engines.protocol import Engine, list_documents
from index.engines.registry import recommend_engine
from index.engines.settings import PROMISE, PROMISED_CONTENT, THRESHOLD
from index.filesystem.freshness import LOADER_VERSION, Freshness
from index.filesystem.paths import drop_nested, is_address
from index.models.load import has_languages_model, is_default_model
from index.plugins import explain_installation
from index.reports import Failure, Promise, Status, describe_not_compared
from index.sync.given_paths import opens_archives
from index.sync.walk import walk

# The share of documents in other languages from which an index should be embedded for them.
_LEAST_SHARE = 0.05


def read_status(engine: Engine, model: EmbeddingModel, freshness: Freshness) -> Status:
    """What is in an index, and what is out of date."""
    documents, passages = engine.counts()
    known, failures, given = engine.states(), engine.failures(), engine.given()
    # None if the file is gone.
    current = {path: freshness.is_current(Path(path), state) for path, state in known.items()}
    outdated = model.is_outdated(may_compile=False)
    archives = opens_archives(engine)
    walked = walk(given.roots, given.roots, engine.folder, given.removed, archives=archives)
    files = [str(file) for file in walked.files]
    promise = read_promise(engine)
    not_compared = count_not_compared(engine)
    return Status(
        path=str(engine.location),
        documents=documents,
        passages=passages,
        vectors=0 if outdated else engine.count_embedded(),
        model=engine.model,
        bytes=sum(engine.measure_footprint().disk.values()),
        folders=tuple(given.roots),
        # A file stands for all that is in it.
        stale=tuple(sorted(drop_nested(path for path, fresh in current.items() if not fresh))),
        gone=tuple(sorted(drop_nested(path for path, fresh in current.items() if fresh is None))),
        new=tuple(path for path in files if path not in known and path not in failures),
        failed=tuple(Failure(path, failed.reason) for path, failed in failures.items()),
        threshold=read_threshold(engine),
        removed=tuple(sorted(given.removed)),
        outdated=outdated,
        unread=tuple(given.unread),
        skipped=tuple(walked.skipped.listed),
        to_reread=sum(
            state.loader_version != LOADER_VERSION and not is_address(path)
            for path, state in known.items()
        ),
        hosts=tuple(sorted({state.host for state in known.values() if state.host is not None})),
        advice=recommend_engine(engine.folder, passages) or _recommend_model(engine, not_compared),
        not_compared=not_compared,
        refuses=outdated and not model.is_embedded_anew,
        promise=promise,
        promise_is_old=promise is not None
        and engine.setting(PROMISED_CONTENT) != engine.digest(engine.model),
    )


def read_advice(engine: Engine) -> str | None:
    """Which engine or which model would suit an index better, in one line; None if none would."""
    return recommend_engine(engine.folder, engine.counts().passages) or _recommend_model(
        engine, count_not_compared(engine)
    )


def _recommend_model(engine: Engine, not_compared: int) -> str | None:
    if not not_compared:
        return None
    found = describe_not_compared(not_compared)
    if not has_languages_model():
        return (
            f"{found}: to read them, and find them by meaning, {explain_installation('languages')}"
        )
    if engine.folder is None:
        return f"{found}: an index made with `--model languages` finds them by meaning"
    return f"{found}: `quoteback index --model languages PATH` finds them by meaning"


def count_not_compared(engine: Engine) -> int:
    """How many documents are in languages that the model does not read; 0 if they are very few."""
    if not is_default_model(engine.model):
        return 0
    documents = list_documents(engine, None)
    others = sum(document.properties.languages[0] != ENGLISH for document in documents)
    return others if others >= _LEAST_SHARE * len(documents) else 0


def read_threshold(engine: Engine) -> float | None:
    """The threshold of abstention that is kept with an index, if any."""
    kept = engine.setting(THRESHOLD)
    return None if kept is None else float(kept)


def read_promise(engine: Engine) -> Promise | None:
    """What is promised of the threshold that is kept with an index, if anything."""
    try:
        promise = load_plain(engine.setting(PROMISE) or "", Promise)
    except (ValueError, RecursionError):
        # Anybody may have made the index.
        return None
    return promise if promise.threshold == read_threshold(engine) else None
