"""The right to write to an index, and what its holder can do."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from math import inf
from pathlib import Path

from index.documents import Content
from index.engines.local.storage.pages import forget_page, has_pages, keep_page, read_page
from index.engines.local.storage.schema import is_index
from index.engines.model import EmbeddingModel
from index.engines.protocol import Engine, EngineWriter
from index.errors import MissingPath
from index.filesystem.freshness import (
    LOADER_VERSION,
    FileState,
    Stamp,
    find_file,
    hash_bytes,
    is_missing,
)
from index.filesystem.paths import drop_nested, is_address, paths_within
from index.filesystem.root import Root
from index.loaders import UnreadableFile, parse
from index.loaders.sandbox.limits import Budget
from index.loaders.sandbox.parent import Sandbox
from index.loaders.shared.plain_blocks import complete_blocks
from index.reports import Failure, ProgressCallback, Report, serialise_calls
from index.sync.batch import Batch
from index.sync.shard import WHOLE, Shard
from index.sync.sync import sync_files
from index.sync.walk import WalkResult, walk
from index.text.passages import Piece, cut_passages, limit_passage_tokens
from index.web.page import WebPage

# Patterns to include and patterns to exclude.
Patterns = tuple[tuple[str, ...], tuple[str, ...]]
# With fewer texts than this, each is looked up: a large index has very many names.
_FEW_TEXTS = 20


@contextmanager
def open_writer(
    engine: Engine, model: EmbeddingModel, progress: ProgressCallback
) -> Iterator[Writer]:
    """Hold the right to write to an index.

    Raises:
        IndexInUse, CannotWrite, ModelError, OtherVersion: as `Engine.open_writer` does.
    """
    progress = serialise_calls(progress)
    with engine.open_writer(model, progress) as writer:
        batch = Batch(engine, writer, model.load, progress)
        try:
            yield Writer(engine, writer, model, batch, progress)
        finally:
            batch.close(cancel=isinstance(sys.exc_info()[1], KeyboardInterrupt))


@dataclass(frozen=True, slots=True)
class Writer:
    """Changes an index for as long as its process has the right to; see `open_writer`."""

    engine: Engine
    writer: EngineWriter
    model: EmbeddingModel
    batch: Batch
    progress: ProgressCallback

    def add(
        self,
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
        is_new = archives is not None and archives != opens_archives(self.engine)
        if is_new:
            self.engine.set_setting("archives", "yes" if archives else "no")
        roots, unread = self.engine.roots(), self.find_unread()
        if patterns is not None:
            changed = [Root(path, *patterns) for path in given if Path(path).is_dir()]
            self.writer.put_roots(changed)
            roots |= {root.path: root for root in changed}
        # What was removed, and is now given, comes back.
        files = {path for path in given if not Path(path).is_dir()}
        removed = self.engine.removed()
        restored = {*removed.intersection(given), *paths_within(removed, files)}
        self.writer.put_removed((), in_place_of=[*restored])
        reopened = {str(find_file(Path(path))) for path in restored}
        new = {path: Root(path) for path in given if path not in roots}
        paths = [*given, *unread]
        walked = self.walk(paths, roots | new)
        # Other new roots are part of a folder that is remembered already.
        self.writer.put_roots([root for path, root in new.items() if path in walked.walked_roots])
        # Mail may hold archives, too: so all files are read again where `archives` has changed.
        return self.sync_files(paths, walked, shard, lambda path: is_new or path in reopened)

    def update(self, paths: Iterable[str] | None) -> Report:
        """Bring the index up to date with all roots, or with some paths in them.

        Where a whole folder is missing, its documents stay.
        """
        roots = self.engine.roots()
        present = {path: root for path, root in roots.items() if not self.is_missing(path)}
        wanted = list(present) if paths is None else paths_within(paths, present)
        wanted += self.find_unread()
        return self.sync_files(wanted, self.walk(wanted, present))

    def find_unread(self) -> list[str]:
        """Roots of a restored store that have to be read again, and are there."""
        return [root for root in self.engine.unread() if not self.is_missing(root)]

    def is_missing(self, root: str) -> bool:
        """Whether a root that is a folder is missing; a file that is deleted is not."""
        if not is_missing(root):
            return False
        was_file = root in self.engine.states(root) or root in self.engine.failures(root)
        return not was_file or is_missing(str(Path(root).parent))

    def walk(self, paths: Sequence[str], roots: Mapping[str, Root]) -> WalkResult:
        """Find the files at some paths."""
        archives = opens_archives(self.engine)
        removed = self.engine.removed()
        return walk(paths, roots, self.engine.folder, removed, self.progress, archives)

    def sync_files(
        self,
        paths: Sequence[str],
        walked: WalkResult,
        shard: Shard = WHOLE,
        again: Callable[[str], bool] = lambda _: False,
    ) -> Report:
        """Read, move and remove what a walk has found to be new, changed, moved or gone.

        Args:
            again: whether an unchanged file is read again, as other members of it are wanted now.
        """
        report = sync_files(self, paths, walked, shard, again)
        self.writer.mark_read(paths_within(self.engine.unread(), paths))
        report.add_all(self.read_kept_pages())
        return report

    def add_texts(self, texts: Iterable[tuple[str, str | Content]]) -> Report:
        """Add texts that have no file, each under its name."""
        report = Report()
        checked = map(_check_text, texts)
        first = list(islice(checked, _FEW_TEXTS))
        known = self._find_names([name for name, _ in first])
        for name, content in chain(first, checked):
            self.batch.put(name, content, None, self.cut(content))
            report.updated += name in known
            report.added += name not in known
        self.batch.commit()
        report.failed += self.batch.rejected
        return report

    def _find_names(self, names: Sequence[str]) -> set[str]:
        """The names of all documents; where few texts are given, only those among their names."""
        few = len(names) < _FEW_TEXTS
        documents = chain.from_iterable(map(self.engine.documents, names if few else (None,)))
        return {document.path for document in documents}

    def add_pages(self, pages: Iterable[WebPage]) -> Report:
        """Add pages from the web, each under its address; unchanged ones cost nothing."""
        report = Report()
        with Sandbox() as sandbox:
            for page in pages:
                self._add_page(_convert_page(page, sandbox), report, sandbox)
        self.batch.commit()
        report.failed += self.batch.rejected
        return report

    def read_kept_pages(self) -> Report:
        """Read, from the bytes that are kept, the pages that this version has not read.

        These are the pages of a restored store, and those that an earlier version has read.
        """
        folder = self.page_folder
        if folder is None or not has_pages(folder):
            return Report()
        known = self.engine.states("https:") | self.engine.states("http:")
        unread = [path for path in self.engine.unread() if is_address(path)]
        old = [path for path in known if known[path].loader_version != LOADER_VERSION]
        pages = {path: read_page(folder, path) for path in (*unread, *old)}
        report = self.add_pages(page for page in pages.values() if page is not None)
        # What is kept of the others is damaged: they stay unread.
        self.writer.mark_read([path for path in unread if pages[path] is not None])
        return report

    @property
    def page_folder(self) -> Path | None:
        """The index's folder, where it keeps the bytes of pages; None for other engines."""
        folder = self.engine.folder
        return folder if folder is not None and is_index(folder) else None

    def _add_page(self, page: WebPage, report: Report, sandbox: Sandbox) -> None:
        stamp = Stamp(len(page.data), page.time_ns, page.time_ns)
        state = FileState(stamp, hash_bytes(page.data))
        before = self.engine.states(page.address).get(page.address)
        if before and replace(before, stamp=stamp) == state:
            self._keep_page(page)
            self.batch.touch(page.address, state)
            report.unchanged += 1
            return
        try:
            content = parse(page.suffix, page.data, sandbox)
            pieces = self.cut(content, Budget().allow(len(page.data)))
        except (UnreadableFile, TimeoutError) as error:
            reason = str(error) or "took too long to cut into passages"
            report.failed.append(Failure(page.address, reason))
            return
        self._keep_page(page)
        self.batch.put(page.address, content, state, pieces, is_known=before is not None)
        report.updated += before is not None
        report.added += before is None

    def _keep_page(self, page: WebPage) -> None:
        if self.page_folder is not None:
            keep_page(self.page_folder, page)

    def remove(self, paths: Iterable[str]) -> int:
        """Remove documents, or all documents in a folder; returns how many were removed.

        Roots are forgotten. A document whose root stays is left out from now on.

        Raises:
            MissingPath: one of the paths is not in the index.
        """
        roots, removed = self.engine.roots(), self.engine.removed()
        # Dictionaries, as they keep the order.
        absolute: dict[str, None] = {}
        documents: dict[str, None] = {}
        forgotten: dict[str, None] = {}
        for path in paths:
            names, roots_inside = find_removable(self.engine, path)
            absolute[os.path.abspath(path)] = None
            documents.update(dict.fromkeys(names))
            forgotten.update(dict.fromkeys(roots_inside))
        self.writer.delete_roots(list(forgotten))
        # Only files that are there are kept out: one that was deleted may come back.
        present = [
            path for path in drop_nested(absolute) if not is_missing(str(find_file(Path(path))))
        ]
        kept_roots = roots.keys() - forgotten.keys()
        self.writer.put_removed(
            paths_within(present, kept_roots),
            in_place_of=paths_within(removed, absolute),
        )
        for path in documents:
            if self.page_folder is not None and is_address(path):
                forget_page(self.page_folder, path)
            self.batch.remove(path)
        self.batch.commit()
        return len(documents)

    def cut(self, content: Content, seconds: float = inf) -> list[Piece]:
        """Cut a text into passages that fit the model."""
        encoder = self.model.load()
        most = limit_passage_tokens(encoder.max_tokens)
        return cut_passages(content, encoder.count_tokens, most, seconds)


def _convert_page(page: WebPage, sandbox: Sandbox) -> WebPage:
    """A page in UTF-8, if its server names its character set and is right."""
    if page.charset is None:
        return page
    named = page.charset.encode("ascii", "replace") + b"\n" + page.data
    try:
        text = sandbox.parse("index.loaders.pages.fetched_text", "load", named).text
    except UnreadableFile:
        # The bytes say it themselves, as in a file.
        return replace(page, charset=None)
    return replace(page, data=codecs.BOM_UTF8 + text.encode(), charset=None)


def opens_archives(engine: Engine) -> bool:
    """Whether archives are opened in this index."""
    return engine.setting("archives") == "yes"


def find_removable(engine: Engine, path: str) -> tuple[list[str], list[str]]:
    """The paths of the documents and failures, and of the roots, that `remove` takes out.

    Raises:
        MissingPath: the path is not in the index.
    """
    if not os.fspath(path):
        # It would be the working folder.
        raise MissingPath("an empty path: name a file, a folder or a text")
    folder = os.path.abspath(path)
    names = [document.path for document in engine.documents(folder)]
    names += engine.failures(folder)
    # A text that has no file is known by its name.
    is_known = engine.text(path) is not None or path in engine.failures(path)
    names += [path] if is_known and path not in names else []
    roots = paths_within(engine.roots(), [folder])
    if not names and not roots:
        raise MissingPath(f"{path} is not in the index")
    return names, roots


def _check_text(pair: tuple[str, str | Content]) -> tuple[str, Content]:
    match pair:
        case (str(name), (str() | Content()) as text):
            if not name.strip():
                raise ValueError("a text needs a name, in place of a path: one has none")
            try:
                os.fsencode(name)
            except UnicodeEncodeError:
                raise ValueError(f"the name of a text holds half a character: {name!r}") from None
            return name, complete_blocks(Content(text) if isinstance(text, str) else text)
    raise TypeError(f"add_texts takes pairs of a name and a text, not {str(pair)[:80]!r}")
