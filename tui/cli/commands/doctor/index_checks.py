"""Whether the index can be opened, is sound at a glance, and is in step with its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index import (
    CannotRead,
    CannotWrite,
    DamagedIndex,
    MissingEngine,
    NotAnIndex,
    OtherFormat,
    QuotebackError,
    describe_not_compared,
    name_reinstallation,
)
from index.locations import EngineUrl, Location, data_folder, default_index, read_location
from tui.cli.commands.doctor.findings import Finding, show_place
from tui.cli.commands.doctor.folders import check_own_folder

if TYPE_CHECKING:
    from index import Index, Status

# Documents of which a glance reads the text and the passages.
_READ = 20


def check_index(named: str | None) -> Iterator[Finding]:
    """Whether the index is there, private, sound and in step.

    Args:
        named: the folder or URL that a person names; the default one if None.
    """
    from index import Index

    location = read_location(named) if named is not None else default_index()
    option = " --index DIR" if named is not None else ""
    shown = _show_location(location, named)
    if isinstance(location, Path):
        if named is None and not location.exists() and location == data_folder() / "index":
            text = "nothing is indexed yet: the sample documents are asked"
            yield Finding.note("index", text, "quoteback index FOLDER")
            return
        if location.is_dir():
            private = check_own_folder("index", location, "export QUOTEBACK_INDEX=FOLDER", shown)
            if private.state != "fine":
                yield private
    try:
        with Index.open(location) as index:
            _glance(index)
            status = index.status()
    except QuotebackError as error:
        yield _explain_error(error, shown, option)
        return
    yield Finding(
        "index",
        f"{shown} is sound at a glance: {status.documents:,} documents in {_name_kind(location)}",
    )
    yield _check_vectors(status, option)
    yield _check_files(status, option)
    if status.not_compared:
        # An index in a database keeps its model.
        other = " --index FOLDER" if isinstance(location, EngineUrl) else option
        yield _describe_languages(status.not_compared, other)


def _glance(index: Index) -> None:
    """Read a little of everything; raises `QuotebackError`."""
    from index import Retriever

    documents = index.documents()
    for document in documents[:: max(1, len(documents) // _READ)]:
        index.text(document.path)
        for passage in index.passages(document.path)[:1]:
            Retriever(index).search(passage.text[:100], mode="bm25", k=1)


def _explain_error(error: QuotebackError, shown: str, option: str) -> Finding:
    """What is wrong with an index that cannot be used; its message may name what is private."""
    again = f"mv {shown} {shown}.old && quoteback index FOLDER{option}"
    text, remedy = {
        NotAnIndex: (f"{shown} is not an index", f"quoteback index FOLDER{option}"),
        OtherFormat: (f"{shown} was made by another version of Quoteback", again),
        DamagedIndex: (f"{shown} is damaged", f"quoteback verify --repair{option}"),
        CannotRead: (f"{shown} may not be read", f"chmod -R u+rwX {shown}"),
        CannotWrite: (f"{shown} cannot be written, which opening it takes", again),
        MissingEngine: (f"what {shown} needs is not installed", name_reinstallation("PART")),
    }.get(type(error), (f"{shown} cannot be used", f"quoteback status{option}"))
    return Finding.wrong("index", text, remedy)


def _check_vectors(status: Status, option: str) -> Finding:
    if status.outdated and status.refuses:
        text = "another version of the model, or another kind of processor, has made its vectors"
        return Finding.wrong("vectors", text, f"quoteback status{option}")
    if status.outdated:
        text = "another version of the model has made its vectors, so that they are not used"
        return Finding.wrong("vectors", text, f"quoteback verify --repair{option}")
    if status.waiting:
        text = f"{status.waiting:,} of {status.passages:,} passages are not embedded yet"
        return Finding.wrong("vectors", text, f"quoteback verify --repair{option}")
    return Finding("vectors", f"all {status.passages:,} passages are embedded")


def _check_files(status: Status, option: str) -> Finding:
    """Whether the files are as they were indexed; their names are left to `quoteback status`."""
    gone = len(status.gone)
    counts = {
        "changed": len(status.stale) - gone,
        "gone": gone,
        "new": len(status.new),
        "to be read anew": status.to_reread,
    }
    changes = [f"{count:,} {what}" for what, count in counts.items() if count]
    if changes:
        text = f"out of step: {', '.join(changes)}; `quoteback status{option}` lists them"
        return Finding.wrong("files", text, f"quoteback index FOLDER{option}")
    if status.failed:
        text = f"in step; {len(status.failed):,} could not be read, each for a reason"
        return Finding.note("files", text, f"quoteback status{option}")
    return Finding("files", "the index is in step with them")


def _describe_languages(others: int, option: str) -> Finding:
    """That documents are found by their words alone; the part `languages` changes that."""
    from index.models import has_languages_model

    remedy = f"quoteback index --model languages FOLDER{option}"
    if not has_languages_model():
        remedy = name_reinstallation("languages")
    return Finding.note("languages", describe_not_compared(others), remedy)


def _show_location(location: Location, named: str | None) -> str:
    if isinstance(location, EngineUrl):
        return f"the index in {location.scheme.removesuffix('+file')}"
    return "DIR" if named is not None else show_place(location)


def _name_kind(location: Location) -> str:
    return location.scheme if isinstance(location, EngineUrl) else "a folder"
