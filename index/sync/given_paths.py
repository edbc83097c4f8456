"""What a person gives to an index and takes out of it: folders, files and documents by path."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from index.engines.changes import Remove, Touch
from index.engines.protocol import Engine, Given
from index.engines.settings import ARCHIVES
from index.errors import MissingPath
from index.filesystem.freshness import find_file, is_missing
from index.filesystem.paths import Root, drop_nested, is_address, paths_within
from index.formats import holds_documents
from index.reports import Report
from index.sync.batch import Writer
from index.sync.sync import sync_files
from index.sync.walk import WHOLE, Shard, WalkResult, find_parts_of_page, walk
from index.web.kept_pages import forget_page

# Patterns to include and patterns to exclude.
Patterns = tuple[tuple[str, ...], tuple[str, ...]]


def add_paths(
    writer: Writer,
    given: Sequence[str],
    patterns: Patterns | None,
    shard: Shard = WHOLE,
    archives: bool | None = None,
) -> Report:
    """Bring the index up to date with some paths, and remember them.

    Args:
        given: absolute paths of files and folders.
        patterns: of the folders; None for those remembered with each folder.
        shard: the files that this process reads; other processes read the rest.
        archives: whether archives are opened from now on; None: as before.
    """
    known = writer.engine.given()
    if archives is not None and archives != opens_archives(writer.engine):
        # Mail may hold archives, too.
        _read_again(writer, given)
        writer.engine.set_setting(ARCHIVES, "yes" if archives else "no")
    roots, unread = dict(known.roots), _find_unread(writer, known)
    if patterns is not None:
        changed = [Root(path, *patterns) for path in given if Path(path).is_dir()]
        _read_again(writer, [root.path for root in changed if _excludes_otherwise(root, roots)])
        writer.change_given(roots=changed)
        roots |= {root.path: root for root in changed}
    # What was removed, and is now given, comes back.
    files = {path for path in given if not Path(path).is_dir()}
    restored = {*(known.removed & set(given)), *paths_within(known.removed, files)}
    _read_again(writer, {str(find_file(Path(path))) for path in restored})
    writer.change_given(restored=[*restored])
    new = {path: Root(path) for path in given if path not in roots}
    paths = [*given, *unread]
    walked = _walk(writer, paths, roots | new)
    # Other new roots are part of a folder that is remembered already.
    writer.change_given(roots=[new[path] for path in new if path in walked.walked_roots])
    return sync_files(writer, paths, walked, shard)


def update_paths(writer: Writer, paths: Iterable[str] | None) -> Report:
    """Bring the index up to date with all roots, or with some paths in them.

    If a whole folder is missing, its documents stay.
    """
    known = writer.engine.given()
    present = {path: root for path, root in known.roots.items() if not _is_missing(writer, path)}
    if paths is None:
        wanted = list(present)
    else:
        named = [each for path in paths for each in (path, *find_parts_of_page(path))]
        wanted = paths_within(named, present)
    wanted += _find_unread(writer, known)
    return sync_files(writer, wanted, _walk(writer, wanted, present))


def remove_paths(writer: Writer, paths: Iterable[str]) -> int:
    """Remove documents, or all documents in a folder; returns how many were removed.

    Roots are forgotten. A document whose root stays is left out from now on. Raises `MissingPath`.
    """
    known = writer.engine.given()
    # Dictionaries, as they keep the order.
    absolute: dict[str, None] = {}
    documents: dict[str, None] = {}
    forgotten: dict[str, None] = {}
    for path in paths:
        names, roots_inside = find_removable(writer.engine, path)
        absolute[os.path.abspath(path)] = None
        documents.update(dict.fromkeys(names))
        forgotten.update(dict.fromkeys(roots_inside))
    # Only files that are there are kept out: one that was deleted may come back.
    present = [path for path in drop_nested(absolute) if not is_missing(str(find_file(Path(path))))]
    writer.change_given(
        forgotten=[*forgotten],
        removed=paths_within(present, known.roots.keys() - forgotten.keys()),
        restored=paths_within(known.removed, absolute),
    )
    folder = writer.engine.page_folder
    for path in documents:
        if folder is not None and is_address(path):
            forget_page(folder, path)
        writer.batch.add(Remove(path))
    writer.batch.commit()
    return len(documents)


def opens_archives(engine: Engine) -> bool:
    """Whether archives are opened in this index."""
    return engine.setting(ARCHIVES) == "yes"


def find_removable(engine: Engine, path: str) -> tuple[list[str], list[str]]:
    """The documents and failures, and the roots, that `remove` takes out; raises `MissingPath`."""
    if not os.fspath(path):
        # It would be the working folder.
        raise MissingPath("an empty path: name a file, a folder or a text")
    folder = os.path.abspath(path)
    names = [document.path for document in engine.documents(folder)]
    names += engine.failures(folder)
    # A text that has no file is known by its name.
    is_known = engine.text(path) is not None or path in engine.failures(path)
    names += [path] if is_known and path not in names else []
    roots = paths_within(engine.given().roots, [folder])
    if not names and not roots:
        raise MissingPath(f"{path} is not in the index")
    return names, roots


def _excludes_otherwise(root: Root, known: Mapping[str, Root]) -> bool:
    """Whether a root leaves out other members of files than it did so far."""
    before = known.get(root.path, Root(root.path))
    # One with patterns of its own does not go by those of a root above it.
    return (root.exclude, root.has_patterns) != (before.exclude, before.has_patterns)


def _read_again(writer: Writer, paths: Iterable[str]) -> None:
    """Have the files at some paths that hold documents read again, as others are wanted of them.

    It is noted with each file, so that a run that is stopped is gone on with.
    """
    for path in paths:
        for name, state in writer.engine.states(path).items():
            # What another machine has read is not seen here.
            if state.host is None and holds_documents(name):
                writer.batch.add(Touch(name, replace(state, loader_version=None)))
    writer.batch.commit()


def _find_unread(writer: Writer, known: Given) -> list[str]:
    """Roots of a restored store that have to be read again, and are there."""
    return [root for root in known.unread if not _is_missing(writer, root)]


def _is_missing(writer: Writer, root: str) -> bool:
    """Whether a root that is a folder is missing; a file that is deleted is not."""
    if not is_missing(root):
        return False
    was_file = root in writer.engine.states(root) or root in writer.engine.failures(root)
    return not was_file or is_missing(str(Path(root).parent))


def _walk(writer: Writer, paths: Sequence[str], roots: Mapping[str, Root]) -> WalkResult:
    """Find the files at some paths."""
    archives = opens_archives(writer.engine)
    removed = writer.engine.given().removed
    return walk(paths, roots, writer.engine.folder, removed, writer.progress, archives)
