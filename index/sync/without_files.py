"""Documents that have no file: texts under a name, and pages from the web with kept bytes."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, islice

from index.documents import Content
from index.engines.changes import Put, Touch
from index.filesystem.freshness import LOADER_VERSION, FileState, Stamp, hash_bytes
from index.filesystem.paths import is_address
from index.loaders import UnreadableFile, parse
from index.loaders.sandbox.limits import Budget
from index.loaders.sandbox.parent import Sandbox
from index.reports import Failure, Progress, ProgressCallback, Report
from index.sync.batch import Writer
from index.text.plain_blocks import complete_blocks
from index.web.kept_pages import WebPage, has_pages, keep_page, read_page

# With fewer texts than this, each is looked up: a large index has very many names.
_FEW_TEXTS = 20


def add_texts(writer: Writer, texts: Iterable[tuple[str, str | Content]]) -> Report:
    """Add texts that have no file, each under its name."""
    report = Report()
    checked = map(_check_text, texts)
    first = list(islice(checked, _FEW_TEXTS))
    known = _find_names(writer, [name for name, _ in first])
    for name, content in chain(first, checked):
        put = Put(name, content, None, writer.cut(content))
        writer.batch.add(put, is_known=name in known)
        report.updated += name in known
        report.added += name not in known
    writer.batch.commit()
    report.failed += writer.batch.rejected
    return report


def _find_names(writer: Writer, names: Sequence[str]) -> set[str]:
    """The names of all documents; if few texts are given, only those among their names."""
    few = len(names) < _FEW_TEXTS
    documents = chain.from_iterable(map(writer.engine.documents, names if few else (None,)))
    return {document.path for document in documents}


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


def normalise_addresses(paths: Iterable[str]) -> list[str]:
    """The paths, each once, with addresses in their usual form."""
    unique = dict.fromkeys(paths)
    if any(map(is_address, unique)):
        # Few runs have one.
        from index.web.fetching import normalise_address

        unique = dict.fromkeys(normalise_address(p) if is_address(p) else p for p in unique)
    return list(unique)


def fetch_pages(addresses: Sequence[str], progress: ProgressCallback) -> list[WebPage]:
    """Fetch pages, one after the other; raises `CannotFetch` if one cannot be fetched."""
    if not addresses:
        return []
    from index.web.fetching import fetch_page

    pages = []
    for number, address in enumerate(addresses):
        progress(Progress("fetching", number, len(addresses), address))
        pages.append(fetch_page(address))
    return pages


def add_pages(writer: Writer, pages: Iterable[WebPage]) -> Report:
    """Add pages from the web, each under its address; unchanged ones cost nothing."""
    report = Report()
    with Sandbox() as sandbox:
        for page in pages:
            _add_page(writer, _convert_page(page, sandbox), report, sandbox)
    writer.batch.commit()
    report.failed += writer.batch.rejected
    return report


def read_kept_pages(writer: Writer) -> Report:
    """Read, from the bytes that are kept, the pages that this version has not read.

    These are the pages of a restored store, and those that an earlier version has read.
    """
    folder = writer.engine.page_folder
    if folder is None or not has_pages(folder):
        return Report()
    known = writer.engine.states("https:") | writer.engine.states("http:")
    unread = [path for path in writer.engine.given().unread if is_address(path)]
    old = [path for path in known if known[path].loader_version != LOADER_VERSION]
    pages = {path: read_page(folder, path) for path in (*unread, *old)}
    report = add_pages(writer, (page for page in pages.values() if page is not None))
    # What is kept of the others is damaged: they stay unread.
    writer.change_given(read=[path for path in unread if pages[path] is not None])
    return report


def _add_page(writer: Writer, page: WebPage, report: Report, sandbox: Sandbox) -> None:
    stamp = Stamp(len(page.data), page.time_ns, page.time_ns)
    state = FileState(stamp, hash_bytes(page.data))
    before = writer.engine.states(page.address).get(page.address)
    if before and replace(before, stamp=stamp) == state:
        _keep_page(writer, page)
        writer.batch.add(Touch(page.address, state))
        report.unchanged += 1
        return
    try:
        content = parse(page.suffix, page.data, sandbox)
        passages = writer.cut(content, Budget().allow(len(page.data)))
    except (UnreadableFile, TimeoutError) as error:
        reason = str(error) or "took too long to cut into passages"
        report.failed.append(Failure(page.address, reason))
        return
    _keep_page(writer, page)
    put = Put(page.address, content, state, passages)
    writer.batch.add(put, is_known=before is not None)
    report.updated += before is not None
    report.added += before is None


def _keep_page(writer: Writer, page: WebPage) -> None:
    if writer.engine.page_folder is not None:
        keep_page(writer.engine.page_folder, page)


def _convert_page(page: WebPage, sandbox: Sandbox) -> WebPage:
    """A page in UTF-8, if its server names its character set and is right."""
    if page.charset is None:
        return page
    named = page.charset.encode("ascii", "replace") + b"\n" + page.data
    try:
        text = sandbox.parse("index.loaders.shared.decoding", "load_in_charset", named).text
    except UnreadableFile:
        # The bytes say it themselves, as in a file.
        return replace(page, charset=None)
    return replace(page, data=codecs.BOM_UTF8 + text.encode(), charset=None)
