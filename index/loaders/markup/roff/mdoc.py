"""Pages in the macros of mdoc(7), whose lines are made the words that they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.documents import Content
from index.loaders.markup.roff.lines import MacroLine, RoffLines
from index.loaders.markup.roff.page import Page

_BULLETS = frozenset(("-bullet", "-dash", "-hyphen"))
_KINDS = _BULLETS | {"-enum", "-item", "-column", "-tag", "-hang", "-ohang", "-inset", "-diag"}
_LISTINGS = frozenset(("-literal", "-unfilled"))
_OPEN, _CLOSE = (
    frozenset("Oo Bo Po Bro Ao So Do Qo Xo".split()),
    frozenset("Oc Bc Pc Brc Ac Sc Dc Qc Xc".split()),
)
# What stands around the words of a macro: up to the end of its line, or up to another macro.
_ENCLOSED = {
    "Op": "[]", "Bq": "[]", "Pq": "()", "Brq": "{}", "Aq": "<>", "Sq": "‘’", "Ql": "‘’",
    "Dq": "“”", "Qq": '""',
}  # fmt: skip
_OPENED = {"Oo": "[", "Bo": "[", "Po": "(", "Bro": "{", "Ao": "<", "So": "‘", "Do": "“", "Qo": '"'}
_CLOSED = {"Oc": "]", "Bc": "]", "Pc": ")", "Brc": "}", "Ac": ">", "Sc": "’", "Dc": "”", "Qc": '"'}
# Macros that show their words as they are.
_PLAIN = frozenset(
    "Cm Ev Va Em Sy Li Ic Dv Er Fa Ft Vt An Ad Tn Ms No Me Bf Ef Cd Lb Hf Sm Xo Xc Rs Re Bk "
    "Ek".split()
)
_NAMED = {
    "Ux": "UNIX", "At": "AT&T UNIX", "Bx": "BSD", "Fx": "FreeBSD", "Nx": "NetBSD",
    "Ox": "OpenBSD", "Bsx": "BSD/OS", "Dx": "DragonFly", "Bt": "", "Ud": "",
}  # fmt: skip
_GLUES = frozenset(("Ns", "Ap", "Pf", "Ta"))
_OTHERS = frozenset("Fl Ar Nm Nd Pa Sx Xr Fn Fo Fc In Lk Mt St Fd Ex Rv Eo Ec Es En".split())
_MACROS = (
    _ENCLOSED.keys() | _OPENED.keys() | _CLOSED.keys() | _PLAIN | _NAMED.keys() | _GLUES | _OTHERS
)
# Marks that stand right behind a word, without a space.
CLOSING_MARKS = frozenset(".,:;)]?!")
_BEFORE = frozenset("([")


@dataclass(slots=True)
class _List:
    """A list that has begun, and how many items it has so far."""

    kind: str
    items: int = 0


def read_mdoc(source: RoffLines) -> Content:
    """The content of a page."""
    page, words = Page(outermost=0), MdocWords(source.plain)
    title, lists, is_glued = "", list[_List](), False
    cited: list[str] = []
    lines = iter(source)
    for line in lines:
        if isinstance(line, str):
            text = source.plain(line)
            if page.is_verbatim or text.strip():
                page.add_words(text, glued=is_glued)
            else:
                page.end_paragraph()
            is_glued = False
            continue
        name, arguments = line.name, line.arguments
        if name == "Dt":
            title = "{}({})".format(*arguments[:2]) if len(arguments) > 1 else "".join(arguments)
        elif name in ("Sh", "Ss"):
            lists = []
            words.is_spaced = True
            words.is_prototype = name == "Sh" and arguments == ("SYNOPSIS",)
            page.begin_section(words.show(arguments), is_part=name == "Ss")
        elif name in ("Pp", "Lp", "sp"):
            page.end_paragraph() if lists or page.is_verbatim else page.end_term()
        elif name == "Bl":
            kind = next((each for each in arguments if each in _KINDS), "-item")
            lists.append(_List(kind))
            page.indent()
        elif name == "El":
            page.outdent()
            if lists:
                lists.pop()
            if not lists:
                page.end_term()
        elif name == "It":
            _begin_item(page, lists[-1] if lists else _List("-item"), words, arguments, lines)
        elif name == "Bd":
            page.end_paragraph()
            page.is_verbatim = not _LISTINGS.isdisjoint(arguments)
        elif name == "Ed":
            page.end_paragraph()
            page.is_verbatim = False
        elif name in ("D1", "Dl"):
            page.break_line()
            page.add_words(words.show(arguments))
            page.break_line()
        elif name == "br":
            page.break_line()
        elif name == "Rs":
            cited = []
        elif name.startswith("%"):
            cited.append(words.show(arguments).rstrip(" ,"))
        elif name == "Re":
            page.add_words(", ".join(filter(None, cited)) + "." if cited else "")
        elif is_shown(name):
            shown = words.show((name, *arguments))
            if name == "Nm" and words.is_prototype:
                # Each way to call it.
                page.break_line()
            _add_shown(page, shown, name, glued=is_glued)
            is_glued = name == "Fo" or arguments[-1:] == ("Ns",)
            is_glued |= not words.is_spaced and name != "Sm"
    return page.finish(title)


def _add_shown(page: Page, shown: str, name: str, *, glued: bool) -> None:
    if name in ("Ft", "Fd", "In"):
        page.break_line()
    closes = name in _CLOSE or name == "Fc" or shown.startswith(", ")
    page.add_words(
        shown, glued=glued or closes or (bool(shown) and CLOSING_MARKS.issuperset(shown))
    )
    if name in ("Fd", "In"):
        page.break_line()


def _begin_item(
    page: Page,
    within: _List,
    words: MdocWords,
    arguments: tuple[str, ...],
    lines: Iterator[MacroLine | str],
) -> None:
    within.items += 1
    if within.kind in _BULLETS:
        page.begin_item("•")
    elif within.kind == "-enum":
        page.begin_item(f"{within.items}.")
    elif within.kind == "-column":
        page.break_line()
        page.add_words(words.show(arguments))
    elif within.kind == "-item":
        page.end_paragraph()
    else:
        head, depth = [words.show(arguments)], _count_open(arguments)
        # A head that is opened goes on for lines.
        while depth > 0 and (line := next(lines, None)) is not None:
            added = (line,) if isinstance(line, str) else (line.name, *line.arguments)
            if not words.is_spaced or added[0] in _CLOSE or added[0] == "Ns":
                head.append(words.show(added))
            else:
                head.append(" " + words.show(added))
            depth += _count_open(added)
        page.begin_term("".join(head))


def _count_open(tokens: Sequence[str]) -> int:
    """How many more parts are opened than closed."""
    return sum((token in _OPEN) - (token in _CLOSE) for token in tokens)


def is_shown(name: str) -> bool:
    """Whether a macro shows words within a paragraph."""
    return name in _MACROS or name.startswith("%")


class MdocWords:
    """The words of lines, which may be glued to those of the line before.

    Attributes:
        name: of what the page describes.
        is_spaced: whether there is a space between words.
        is_prototype: whether functions are declared, as in a synopsis.
    """

    def __init__(self, plain: Callable[[str], str]) -> None:
        self.name = ""
        self.is_spaced, self.is_prototype = True, False
        # How many arguments of a function are shown; None outside of one.
        self._shown_arguments: int | None = None
        self._plain = plain
        self._pieces: list[str] = []
        self._is_glued = False

    def show(self, tokens: Sequence[str]) -> str:
        """The words that a line shows.

        Args:
            tokens: the macro with which it begins, and its arguments.
        """
        self._pieces, self._is_glued = [], False
        # Marks at the end of a line stand behind what is enclosed.
        end = len(tokens)
        while end > 1 and tokens[end - 1] in CLOSING_MARKS:
            end -= 1
        # What is enclosed goes on to the end of the line.
        waiting: list[str] = []
        at = 0
        while at < end:
            token = tokens[at]
            at += 1
            if token in _ENCLOSED:
                opening, closing = _ENCLOSED[token][0], _ENCLOSED[token][1]
                self._open(opening)
                waiting.append(closing)
            elif token in _OPENED:
                self._open(_OPENED[token])
            elif token in _CLOSED:
                self._close(_CLOSED[token])
            elif token in _GLUES:
                at = self._glue(token, tokens, at)
            elif token in _MACROS:
                at = self._show_arguments(token, tokens, at, end)
            else:
                self._add(self._plain(token))
        for sign in reversed(waiting):
            self._close(sign)
        for mark in tokens[end:]:
            self._add(mark)
        return "".join(self._pieces)

    def _glue(self, token: str, tokens: Sequence[str], at: int) -> int:
        if token == "Pf":
            self._add("".join(map(self._plain, tokens[at : at + 1])))
            at += 1
        elif token != "Ns":
            self._pieces.append("'" if token == "Ap" else "\t")
        self._is_glued = True
        return at

    def _show_arguments(self, macro: str, tokens: Sequence[str], at: int, last: int) -> int:
        end = at
        while end < last and tokens[end] not in _MACROS:
            end += 1
        words = [self._plain(token) for token in tokens[at:end]]
        marks: list[str] = []
        while words and words[-1] in CLOSING_MARKS:
            marks.append(words.pop())
        shown = self._show_macro(macro, words)
        # A flag may stand before the macro that it belongs to.
        for each in shown:
            self._add(each)
        if macro == "Fl" and not words and end < last and not marks:
            self._is_glued = True
        for mark in reversed(marks):
            self._add(mark)
        return end

    def _show_macro(self, macro: str, words: list[str]) -> list[str]:
        if macro == "Fl":
            return [word if word in _BEFORE | {"|"} else f"-{word}" for word in words] or ["-"]
        if macro == "Ar":
            return words or ["file", "..."]
        if macro == "Nm":
            self.name = self.name or " ".join(words)
            return words or [self.name]
        if macro == "Nd":
            return ["—", *words]
        if macro == "Sx":
            return [f"“{' '.join(words)}”"]
        if macro == "Pa":
            return words or ["~"]
        if macro == "Xr":
            return [f"{words[0]}({words[1]})", *words[2:]] if len(words) > 1 else words
        end = ");" if self.is_prototype else ")"
        if macro == "Fn":
            return [f"{words[0]}({', '.join(words[1:])}{end}"] if words else []
        if macro == "Fo":
            self._shown_arguments = 0
            return [f"{''.join(words[:1])}("]
        if macro == "Fc":
            self._shown_arguments = None
            self._is_glued = True
            return [end]
        if macro == "Fa" and self._shown_arguments is not None:
            return [self._show_argument(word) for word in words]
        if macro == "In":
            return [f"{'#include ' if self.is_prototype else ''}<{word}>" for word in words]
        if macro == "Lk":
            return [" ".join(words[1:]), f"<{words[0]}>"] if len(words) > 1 else words
        if macro == "St":
            return [word.removeprefix("-") for word in words]
        if macro == "Ex":
            who = " ".join(words[1:]) or self.name
            return [f"The {who} utility exits 0 on success, and >0 if an error occurs."]
        if macro == "Rv":
            who = " ".join(words[1:]) or self.name
            return [
                f"The {who}() function returns the value 0 if successful; otherwise the value -1 "
                "is returned and the global variable errno is set to indicate the error."
            ]
        if macro == "Bx":
            return ["".join((*words[:1], "BSD", *(f"-{word}" for word in words[1:])))]
        if macro == "Sm":
            self.is_spaced = words != ["off"] if words else not self.is_spaced
            return []
        if macro in _NAMED:
            return [" ".join(filter(None, (_NAMED[macro], *words)))]
        if macro in ("Bk", "Ek", "Bf", "Ef", "Rs", "Re"):
            return []
        if macro == "An":
            return [word for word in words if word not in ("-split", "-nosplit")]
        return words

    def _show_argument(self, word: str) -> str:
        """An argument of a function, after those before it."""
        count = self._shown_arguments or 0
        self._shown_arguments = count + 1
        if not count:
            self._is_glued = True
            return word
        # The comma belongs to the argument before.
        return f", {word}"

    def _add(self, words: str) -> None:
        if not words:
            return
        is_glued = self._is_glued or not self.is_spaced or words.startswith(", ")
        if self._pieces and not is_glued and words not in CLOSING_MARKS:
            self._pieces.append(" ")
        self._pieces.append(words)
        self._is_glued = words in _BEFORE

    def _open(self, sign: str) -> None:
        self._add(sign)
        self._is_glued = True

    def _close(self, sign: str) -> None:
        self._pieces.append(sign)
        self._is_glued = False
