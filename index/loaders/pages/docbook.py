"""Documents in XML (DocBook, FictionBook): sections, paragraphs, lists, listings and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from xml.etree.ElementTree import Element

from index.documents import NO_PROPERTIES, Content, Properties
from index.loaders.shared.assembly import Assembly, Item, add_rows, drop_unseen
from index.loaders.shared.decoding import UnreadableFile, decode
from index.loaders.shared.metadata import make_properties
from index.loaders.shared.xml import parse_xml

_ROOTS = frozenset(
    "book article chapter appendix preface part reference refentry section sect1 set glossary "
    "FictionBook topic concept".split()
)
_SECTIONS = frozenset(
    "book article chapter appendix preface part reference refentry section sect1 sect2 sect3 sect4 "
    "sect5 simplesect refsect1 refsect2 refsect3 refsection glossary bibliography refsynopsisdiv "
    "abstract body dedication acknowledgements colophon partintro".split()
)
# Parts with a title that is not a heading.
_CAPTIONED = frozenset(
    "table informaltable figure example informalexample note warning tip caution important "
    "sidebar formalpara equation procedure".split()
)
_BLOCKS = frozenset(
    "para simpara p v subtitle bridgehead attribution text-author epigraph-author refpurpose "
    "glossdef synopsis cmdsynopsis funcprototype revdescription".split()
)
_VERBATIM = frozenset(
    "programlisting screen literallayout synopsis address programlistingco funcsynopsisinfo".split()
)
_DROPPED = frozenset(
    "indexterm index toc remark info articleinfo bookinfo chapterinfo sectioninfo sect1info "
    "refmeta refentryinfo prefaceinfo appendixinfo binary stylesheet description mediaobject "
    "imagedata anchor footnoteref titleabbrev refclass areaspec partinfo image "
    "strikethrough".split()
)
_INFO = frozenset(
    "info articleinfo bookinfo chapterinfo sectioninfo sect1info appendixinfo prefaceinfo "
    "description".split()
)
# The parts of a name, in the order in which they are written; keywords.
_NAMES = frozenset(
    "firstname othername surname givenname lineage first-name middle-name last-name".split()
)
_KEYWORDS = ("keyword", "subjectterm", "keywords")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]{0,1000}(?:\[[^\]]{0,50000}\]\s*)?>")
# In characters: the type of a document stands above it.
_HEAD_CHARACTERS, _DOCTYPE_CHARACTERS = 10_000, 52_000
_ENTITY = re.compile(
    r"""<!ENTITY\s+([\w.-]{1,60})\s+(?:"([^"%]{0,300})"|'([^'%]{0,300})')\s*>""", re.ASCII
)
_TAG = re.compile(r"<[^<>]*>")
_LONGEST_ENTITY = 100
_OTHER_FILE = re.compile(r"<!ENTITY\s+([\w.-]{1,60})\s+(?:SYSTEM|PUBLIC)\b")
_REFERENCE = re.compile(r"&([\w.-]{1,60});")
_KNOWN = frozenset(("amp", "lt", "gt", "quot", "apos"))
_MOST_ENTITIES = 500
# What files elsewhere declare, by names that are not words: "url-wiki", "menu.file", and these.
_NO_WORDS = re.compile(
    r".*[-_]|[a-z]+\.|(?:app(?:name|lication)?|manrevision|package|pkg|product(?:name)?"
    r"|prog(?:name|ram)?|project|release|version)\Z"
)
# Names that mean something else in manuals than on pages.
_ABBREVIATIONS = {"eg": "e.g.", "ie": "i.e.", "etc": "etc."}
# What stands in a paragraph and is not one of its words.
_APART = frozenset(
    "programlisting screen literallayout itemizedlist orderedlist variablelist table informaltable "
    "footnote blockquote simplelist figure example note warning informalexample mediaobject "
    "indexterm remark procedure glosssee glossseealso strikethrough".split()
)
# Where a glossary leads to another of its entries.
_SEE = {"glosssee": "See", "glossseealso": "See also"}
# Deeper sections are headings of this level.
_DEEPEST = 9


def load(data: bytes) -> Content:
    """The content of a document; raises `UnreadableFile` if it is broken, or of another kind."""
    root = parse_xml(_replace_entities(decode(data)).encode())
    if root.tag not in _ROOTS:
        raise UnreadableFile(f"XML of another kind: its root is <{root.tag[:40]}>")
    return _Reader().read(root)


def _replace_entities(source: str) -> str:
    """The source without its document type, and with the words that it calls by names.

    Only words are put in, once: nothing that is called so calls for more.
    """
    doctype = _DOCTYPE.search(source, 0, _HEAD_CHARACTERS + _DOCTYPE_CHARACTERS)
    names: dict[str, str] = {}
    others: set[str] = set()
    if doctype is not None and doctype.start() < _HEAD_CHARACTERS:
        for name, words, quoted in _ENTITY.findall(doctype[0])[:_MOST_ENTITIES]:
            names[name] = " ".join(_TAG.sub("", words or quoted).split())[:_LONGEST_ENTITY]
        others = set(_OTHER_FILE.findall(doctype[0]))
        source = source[: doctype.start()] + source[doctype.end() :]

    def replace(reference: re.Match[str]) -> str:
        name = reference[1]
        if name in _KNOWN:
            return reference[0]
        if name in others:
            return ""
        words = _REFERENCE.sub(_name_entity, names[name]) if name in names else ""
        words = words or _name_entity(reference)
        return words.replace("&", "&amp;").replace("<", "&lt;")

    return _REFERENCE.sub(replace, _DECLARATION.sub("", source, 1))


def _name_entity(reference: re.Match[str]) -> str:
    """The words of a name that the document does not declare itself.

    If it is unknown, the name, if that is made of words, else what stands in the file: a
    sentence without it would not be read right.
    """
    name = reference[1]
    words = _ABBREVIATIONS.get(name) or html5.get(f"{name};", "")
    if not words and _NO_WORDS.match(name):
        return reference[0]
    if not words:
        words = name.replace(".", " ")
        words += " " if reference.string.startswith("&", reference.end()) else ""
    return words


class _Reader:
    """Visits the parts of a document in order, without recursion: nesting may be deep."""

    def __init__(self) -> None:
        self._assembly = Assembly()
        self._mark = ""

    def read(self, root: Element) -> Content:
        waiting: list[tuple[Element, int]] = [(root, 1 if root.tag in _SECTIONS else 0)]
        counts: dict[int, int] = {}
        while waiting:
            element, level = waiting.pop()
            tag = element.tag
            if tag in _DROPPED:
                if tag in _INFO and (title := element.find("title")) is not None:
                    self._assembly.add_heading(_join(title), max(1, min(level, _DEEPEST)))
                continue
            if tag in ("title", "refname") and element is not root:
                if tag == "title":
                    self._assembly.add_heading(_join(element), max(1, min(level, _DEEPEST)))
                else:
                    self._add_block(_join(element))
            elif tag in _VERBATIM:
                self._assembly.add_block("".join(element.itertext()).strip("\n"), "code")
            elif tag in _BLOCKS:
                waiting += self._read_block(element, level)
            elif tag in ("table", "informaltable"):
                self._add_table(element)
            elif tag in ("varlistentry", "glossentry"):
                terms = [_join(term) for term in element if term.tag in ("term", "glossterm")]
                self._mark = ", ".join(filter(None, terms))
                self._mark += "\n" if self._mark else ""
                inside = [each for each in element if each.tag not in ("term", "glossterm")]
                waiting += [(each, level) for each in reversed(inside)]
            elif tag in _SEE:
                self._add_block(_refer([element]))
            else:
                if tag in ("listitem", "step", "callout", "member"):
                    self._begin_item(element, counts)
                if tag in ("orderedlist", "procedure"):
                    counts.update(dict.fromkeys(map(id, element), id(element)))
                    counts[id(element)] = 0
                waiting += self._list_children(element, level)
        info = next((each for each in root if each.tag in _INFO), root)
        title = next((each for each in info.iter() if each.tag in ("title", "book-title")), None)
        words = _join(title) if title is not None else ""
        properties = _read_properties(info) if info is not root else NO_PROPERTIES
        return self._assembly.content(words or self._assembly.first_heading, properties)

    def _begin_item(self, element: Element, counts: dict[int, int]) -> None:
        if self._mark:
            # It describes a term.
            return
        parent = counts.get(id(element))
        if parent is None:
            self._mark = "• "
        else:
            counts[parent] += 1
            self._mark = f"{counts[parent]}. "

    def _list_children(self, element: Element, level: int) -> list[tuple[Element, int]]:
        """The elements in an element with their levels, the last one first."""
        if element.tag in _CAPTIONED:
            caption = element.find("title")
            if caption is not None:
                self._add_block(_join(caption))
            children = [each for each in element if each is not caption]
        else:
            children = [*element]
        if not children:
            self._add_block(_join(element))
        inner = [(each, level + (each.tag in _SECTIONS)) for each in children]
        return inner[::-1]

    def _read_block(self, element: Element, level: int) -> list[tuple[Element, int]]:
        """Add a paragraph; what stands in it and is not one of its words comes after it."""
        words, inside = _read_words(element)
        also = [each for each in inside if each.tag in _SEE]
        if words and also:
            words = "\n".join(filter(None, (words, _refer(also))))
            inside = [each for each in inside if each.tag not in _SEE]
        self._add_block(words)
        return [(each, level) for each in reversed(inside)]

    def _add_block(self, words: str) -> None:
        if words:
            if self._mark.endswith("\n"):
                self._assembly.add_definition(self._mark.rstrip("\n"), words)
            elif self._mark:
                self._assembly.add_list([Item(1, self._mark.strip(), words)])
            else:
                self._assembly.add_block(words, "paragraph")
            self._mark = ""

    def _add_table(self, table: Element) -> None:
        caption = table.find("title")
        if caption is None:
            caption = table.find("caption")
        if caption is not None:
            self._add_block(_join(caption))
        rows = [
            [_join(cell) for cell in row if cell.tag in ("entry", "td", "th")]
            for row in table.iter()
            if row.tag in ("row", "tr")
        ]
        head = table.find(".//thead")
        add_rows(self._assembly, rows, marked=len(head) if head is not None else 0)


def _read_properties(info: Element) -> Properties:
    book = info.find("title-info")
    info = info if book is None else book
    authors = []
    for author in info.iter("author"):
        parts = [_join(each) for each in author.iter() if each.tag in _NAMES]
        authors.append(" ".join(filter(None, parts)) if parts else _join(author))
    return make_properties(
        authors,
        [_join(each) for tag in _KEYWORDS for each in info.iter(tag)],
        [
            each.get("value") or _join(each)
            for tag in ("pubdate", "date")
            for each in info.iter(tag)
        ],
    )


def _read_words(element: Element) -> tuple[str, list[Element]]:
    """The words of a paragraph in one line, and what stands in it apart."""
    apart: list[Element] = []
    pieces = [element.text or ""]
    waiting: list[Element | str] = [*_list_inside(element)]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            pieces.append(part)
        elif part.tag in _APART:
            apart.append(part)
        elif part.tag in ("menuchoice", "keycombo"):
            pieces.append(_read_choice(part))
        else:
            pieces.append("“" if part.tag == "quote" else "")
            pieces.append(part.text or "")
            waiting += ["”"] if part.tag == "quote" else []
            waiting += _list_inside(part)
            if part.tag == "xref":
                pieces.append(f"[{part.get('linkend', '')}]")
    return " ".join(drop_unseen("".join(pieces)).split()), apart


def _refer(entries: list[Element]) -> str:
    """ "See also rain, hail": the other entries of a glossary that an entry leads to."""
    names = ", ".join(filter(None, map(_join, entries)))
    return f"{_SEE[entries[0].tag]} {names}" if names else ""


def _read_choice(element: Element) -> str:
    """A way through menus, or keys that are pressed together: "File → Open (Ctrl+O)"."""
    if element.tag == "keycombo":
        parts = (element.text or "").split()
        for key in element:
            parts += [" ".join("".join(key.itertext()).split()), *(key.tail or "").split()]
        return "+".join(filter(None, parts))
    keys = ""
    steps = []
    for each in element:
        if each.tag == "shortcut":
            combo = each.find("keycombo")
            words = " ".join(" ".join(each.itertext()).split())
            keys = f" ({words if combo is None else _read_choice(combo)})"
        else:
            steps.append(" ".join("".join(each.itertext()).split()))
    return " → ".join(filter(None, steps)) + keys


def _list_inside(element: Element) -> Iterator[Element | str]:
    """The elements in an element, and the words after each, the last first."""
    for each in reversed(element):
        yield each.tail or ""
        yield each


def _join(element: Element) -> str:
    return _read_words(element)[0]
