"""A LaTeX source read from the beginning to the end, once."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.markup.latex.structure import (
    VERBATIM,
    Groups,
    Macro,
    Macros,
    find_document,
    has_verbatim_bars,
    show_unknown_command,
)
from index.loaders.markup.latex.symbols import (
    QUANTITIES,
    SIGNS,
    SIGNS_OF_MATH,
    is_accent,
    put_accent,
    show_formula,
    show_quantity,
)
from index.loaders.shared.assembly import Assembly, Item, add_rows

_TOKEN = re.compile(
    r"""%[^\n]*(?:\n[ \t]*)?
      | \\(?P<name>[A-Za-z@]+)\*?
      | \\(?P<sign>.)
      | (?P<blank>\n[ \t]*\n\s*)
      | (?P<math>\$\$?)
      | [{}]
      | (?P<mark>---?|``|''|~|&|\n)
      | \|(?P<barred>[^|\n]{1,200})\|
      | (?P<words>[^\\%{}$~&\n`'|-]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_DEFINED = re.compile(r"\s*+(?:\{\s*+)?\\([A-Za-z@]+)\s*+\}?(?P<parameters>(?:#\d){0,9})")
_MARKS = {"---": "—", "--": "–", "``": "“", "''": "”", "~": " ", "\n": " "}
_LEVELS = {
    "part": 2, "chapter": 3, "section": 4, "subsection": 5, "subsubsection": 6,
    "paragraph": 7, "subparagraph": 8, "frametitle": 6,
}  # fmt: skip
# Environments that are shown not at all, as formulas, as tables, as lists.
_UNSEEN = frozenset("comment tikzpicture pgfpicture filecontents CCSXML picture".split())
_FORMULAS = frozenset(
    "equation align gather multline displaymath math eqnarray flalign alignat array split".split()
)
_TABLES = {"tabular": 1, "longtable": 1, "tabularx": 2, "tabulary": 2, "supertabular": 1}
_LISTS = frozenset(("itemize", "enumerate", "description", "compactitem", "compactenum"))
_QUOTATIONS = frozenset("quote quotation displayquote quoting".split())
# Commands that put their words between quotation marks.
_QUOTING = frozenset("enquote textquote blockquote".split())
_THEOREMS = frozenset(
    "theorem lemma definition proof corollary proposition remark example claim".split()
)
# Commands that show nothing of so many arguments.
_DROPPED = dict.fromkeys(
    "label vspace hspace usepackage documentclass includegraphics bibliographystyle bibliography "
    "input include pagestyle thispagestyle color hypersetup geometry index nocite pdfbookmark "
    "pagenumbering graphicspath addbibresource bookmarksetup RequirePackage setlist lstset "
    "usetikzlibrary usetheme usecolortheme setbeamertemplate thanks addcontentsline vskip hskip "
    "cellcolor rowcolor texorpdfstring parbox raisebox markright cmidrule cline selectlanguage "
    "institute includeonly vphantom hphantom "
    "phantom glsadd textcolor hypertarget captionof".split(),
    1,
)
_DROPPED |= dict.fromkeys(
    "setlength addtolength setcounter addtocounter newtheorem DeclareMathOperator newcolumntype "
    "multirow multicolumn markboth indexsee resizebox setkomavar DeclareSIUnit".split(),
    2,
)
_DROPPED |= dict.fromkeys(
    "NewDocumentCommand newenvironment renewenvironment definecolor".split(), 3
)
_DROPPED |= {"href": 1, "fontsize": 2, "scalebox": 1, "colorbox": 1, "titleformat": 5, "rule": 2}
_DEFINITIONS = frozenset("newcommand renewcommand providecommand DeclareRobustCommand".split())
_TITLED = frozenset(("title", "author", "date", "caption", "footnote", "footnotetext"))
# What parts the names of authors; classes of some conferences have commands of their own.
_AND = re.compile(r"\\(?:and|And|AND)(?![A-Za-z])")
_DEEPEST = 3
# The name of a place in the text, for other programs: "sec:oil", "westHarbour", "west_harbour".
_KEY = re.compile(
    r"[a-z]{1,12}:[^\s{}/]{1,100}|[A-Za-z]{0,50}[a-z][A-Z][A-Za-z0-9]{0,50}|[a-z]+(?:_[a-z0-9]+)+"
)
_SIGNS = {",": " ", ";": " ", ":": " ", "!": "", " ": " ", "\n": " ", "-": "", "/": "", "@": ""}


class LatexReader:
    """Goes through a source, or through the words of one of its groups."""

    def __init__(
        self,
        source: str,
        macros: Macros | None = None,
        depth: int = 0,
        has_bars: bool | None = None,
    ) -> None:
        self._source = source
        self._has_bars = has_verbatim_bars(source) if has_bars is None else has_bars
        self._groups = Groups(source)
        self._macros = Macros(len(source)) if macros is None else macros
        self._depth = depth
        self._assembly = Assembly()
        self._pieces: list[str] = []
        self._notes: list[str] = []
        self._head: dict[str, str] = {}
        # The lists around: how many items each has, None if they are not counted.
        self._lists: list[int | None] = []
        # How many quotations are around.
        self._quotations = 0
        # What the item begins with that is being read; "" for other paragraphs.
        self._mark = ""
        self._rows: list[list[str]] | None = None

    def read(self) -> Content:
        """The content of the source."""
        preamble, begin, end = find_document(self._source)
        if preamble is not None:
            self._read_preamble(preamble)
        self._go(begin, end)
        self._end_table()
        self._end_paragraph()
        title = " ".join(self._head.get("title", "").split())
        return self._assembly.content(title or self._assembly.first_heading)

    def show(self) -> str:
        """The words of the source, with blank lines between paragraphs."""
        return self._show(0, len(self._source))

    def _read_preamble(self, end: int) -> None:
        at = 0
        while at < end and (token := _TOKEN.match(self._source, at)):
            at = token.end()
            name = token["name"]
            if name in _DEFINITIONS or name == "def":
                at = self._define(at)
            elif name in ("title", "author", "date"):
                at = self._take_head(name, at)

    def _show(self, start: int, end: int) -> str:
        """The words of a part of the source."""
        if self._depth >= _DEEPEST:
            return " ".join(self._source[start:end].split())
        inner = LatexReader(self._source[start:end], self._macros, self._depth + 1, self._has_bars)
        inner._go(0, end - start)
        inner._end_paragraph()
        return inner._assembly.content(None).text

    def _go(self, at: int, end: int) -> None:
        before = ""
        while at < end and (token := _TOKEN.match(self._source, at, end)):
            at = token.end()
            if before == "}" and token[0] == "{" and "".join(self._pieces[-1:])[-1:].isalnum():
                # It is another argument of a command that is not known.
                self._pieces.append(" ")
            before = token[0]
            if token["words"] is not None:
                self._pieces.append(token["words"])
            elif token["barred"] is not None and self._has_bars:
                self._pieces.append(token["barred"])
            elif token["barred"] is not None:
                self._pieces.append("|")
                at = token.start() + 1
            elif token["mark"] is not None:
                self._add_mark(token["mark"])
            elif token["name"] is not None:
                at = self._do(token["name"], self._skip_space(at))
            elif token["sign"] is not None:
                at = self._add_sign(token["sign"], at)
            elif token["math"] is not None:
                at = self._add_formula(token["math"], token["math"], at)
            elif token["blank"] is not None:
                self._end_paragraph()

    def _skip_space(self, at: int) -> int:
        """A command ends with the space after it."""
        while at < len(self._source) and self._source[at] in " \t":
            at += 1
        return at

    def _add_mark(self, mark: str) -> None:
        if mark == "&":
            self._end_cell()
        else:
            self._pieces.append(_MARKS[mark])

    def _add_sign(self, sign: str, at: int) -> int:
        if sign in "([":
            return self._add_formula("\\" + sign, "\\)" if sign == "(" else "\\]", at)
        if sign == "\\":
            at = self._groups.read_option(at)[1]
            if self._rows is None:
                self._pieces.append("\n")
            else:
                self._end_cell()
                self._rows.append([])
        elif is_accent(sign):
            return self._add_accent(sign, at)
        else:
            self._pieces.append(_SIGNS.get(sign, sign))
        return at

    def _add_accent(self, name: str, at: int) -> int:
        group = self._groups.find_group(at) if self._source[at : at + 1] == "{" else None
        if group is not None:
            self._pieces.append(put_accent(name, self._source[group[0] : group[1]][:50]))
            return group[1] + 1
        at = self._skip_space(at)
        letter = self._source[at : at + 2] if self._source[at : at + 1] == "\\" else ""
        letter = letter or self._source[at : at + 1]
        self._pieces.append(put_accent(name, letter))
        return at + len(letter)

    def _add_formula(self, opening: str, closing: str, at: int) -> int:
        end = self._find_closing(closing, at)
        is_display = opening in ("$$", "\\[")
        self._put_formula(self._source[at:end], is_display=is_display)
        return end + len(closing)

    def _find_closing(self, closing: str, at: int) -> int:
        """Where a formula ends: at the latest with its paragraph."""
        signs = re.compile(rf"(?:\\.)|{re.escape(closing)}|\n[ \t]*\n", re.DOTALL)
        for sign in signs.finditer(self._source, at):
            if sign[0] == closing:
                return sign.start()
            if sign[0][0] == "\n":
                return sign.start() - len(closing)
        return len(self._source)

    def _put_formula(self, source: str, *, is_display: bool) -> None:
        formula = show_formula(self._macros.put_words(source))
        self._pieces.append(f"\n{formula}\n" if is_display else formula)

    def _do(self, name: str, at: int) -> int:
        """Do what a command says; returns the place after it."""
        groups = self._groups
        if name in ("begin", "end"):
            return self._begin(at) if name == "begin" else self._end(at)
        if name in _LEVELS or name in _TITLED:
            return self._do_titled(name, at)
        if name == "maketitle":
            self._add_head()
        elif name in ("item", "bibitem"):
            return self._add_item(name, at)
        elif name in _DEFINITIONS or name == "def":
            return self._define(at)
        elif name in ("verb", "lstinline") and self._source[at : at + 1] not in ("", "{", "\n"):
            end = self._source.find(self._source[at], at + 1, at + 1_000)
            self._pieces.append(self._source[at + 1 : end] if end > 0 else "")
            return end + 1 if end > 0 else at
        elif name in _QUOTING and (group := groups.find_group(groups.skip_options(at))) is not None:
            self._pieces.append(f"“{self._show(*group)}”")
            return group[1] + 1
        elif name in SIGNS:
            if name == "par":
                self._end_paragraph()
            else:
                self._pieces.append(SIGNS[name])
        elif is_accent(name):
            return self._add_accent(name, at)
        elif (macro := self._macros.find(name)) is not None:
            return self._expand(macro, at)
        elif name in _DROPPED or name.startswith("index") or name.endswith("label"):
            return groups.skip_groups(at, _DROPPED.get(name, 1))
        elif name in SIGNS_OF_MATH:
            self._pieces.append(SIGNS_OF_MATH[name])
        else:
            return self._do_unknown(name, at)
        return at

    def _expand(self, macro: Macro, at: int) -> int:
        """Read what a macro stands for; returns the place after its arguments."""
        name_end = at
        arguments, at = self._groups.read_arguments(at, macro.count, macro.default)
        if not self._macros.begin(macro.measure(arguments)):
            return name_end
        outer = self._source, self._groups
        self._source = macro.fill(arguments)
        self._groups = Groups(self._source)
        self._go(0, len(self._source))
        self._source, self._groups = outer
        self._macros.end()
        if macro.has_space and self._source[name_end - 1 : name_end].isspace():
            self._pieces.append(" ")
        return at

    def _do_unknown(self, name: str, at: int) -> int:
        """Show the words of a command that others define; if it has none, those of its name."""
        groups, begin = self._groups, at
        at = groups.skip_options(at)
        group = groups.find_group(at)
        if group is None and self._source[at : at + 1] in ("{", "["):
            return at
        if group is None or group[0] == group[1]:
            if group is not None and self._source[group[1] + 1 : group[1] + 2] == "{":
                return group[1] + 1
            before = self._source[max(0, begin - len(name) - 9) : begin].rstrip().removesuffix(name)
            words = show_unknown_command(name, before[:-1], has_group=group is not None)
            is_apart = group is None and self._source[begin - 1 : begin].isspace()
            self._pieces.append(f"{words} " if words and is_apart else words)
            return at
        words = " ".join(self._source[group[0] : group[1]].split())
        if name in QUANTITIES:
            arguments, end = groups.read_arguments(at, QUANTITIES[name])
            self._pieces.append(show_quantity(name, arguments))
            return end
        if name.endswith("ref") or name.startswith("ref") or "cite" in name:
            others, end = groups.read_arguments(group[1] + 1, int(name == "acronymref"))
            self._pieces.append(f"[{' '.join((words, *others))}]")
            return end
        if _KEY.fullmatch(words) and self._source[group[1] + 1 : group[1] + 2] == "{":
            return group[1] + 1
        if name.endswith(("section", "chapter")) and not _KEY.fullmatch(words):
            return self._do_titled(next(each for each in _LEVELS if each in name), at)
        return at

    def _do_titled(self, name: str, at: int) -> int:
        if name in ("title", "author", "date"):
            return self._take_head(name, at)
        at = self._groups.skip_options(at)
        if (group := self._groups.find_group(at)) is None:
            return at
        words = self._show(*group)
        if name in _LEVELS:
            self._end_paragraph()
            self._assembly.add_heading(words, _LEVELS[name])
        else:
            # It stands below the paragraph, or the figure.
            self._notes.append(words)
        return group[1] + 1

    def _take_head(self, name: str, at: int) -> int:
        at = self._groups.skip_options(at)
        if (group := self._groups.find_group(at)) is None:
            return at
        ands = [*_AND.finditer(self._source, *group)]
        starts = [group[0], *(each.end() for each in ands)]
        ends = [*(each.start() for each in ands), group[1]]
        self._head[name] = ", ".join(filter(None, map(self._show, starts, ends)))
        return group[1] + 1

    def _add_head(self) -> None:
        self._end_paragraph()
        self._assembly.add_heading(self._head.get("title", ""), 1)
        for name in ("author", "date"):
            self._assembly.add_block(self._head.get(name, ""))

    def _begin(self, at: int) -> int:
        if (group := self._groups.find_group(at)) is None:
            return at
        name, at = self._source[group[0] : group[1]].strip(), group[1] + 1
        plain = name.removesuffix("*")
        if plain in VERBATIM or plain in _UNSEEN or _is_formula(plain):
            end = self._source.find(f"\\end{{{name}}}", at)
            end = end if end >= 0 else len(self._source)
            if plain in VERBATIM:
                at = self._groups.skip_groups(at, plain == "minted")
                self._end_paragraph()
                self._assembly.add_block(self._source[at:end].strip("\n"), "code")
            elif _is_formula(plain):
                self._put_formula(self._source[at:end], is_display=True)
            return min(len(self._source), end + len(f"\\end{{{name}}}"))
        if plain in _TABLES:
            self._end_table()
            self._end_paragraph()
            self._rows = [[]]
            return self._groups.skip_groups(at, _TABLES[plain])
        if plain in _QUOTATIONS:
            self._end_paragraph()
            self._quotations += 1
        elif plain in _LISTS:
            self._end_paragraph()
            self._lists.append(0 if "enum" in plain else None)
        elif plain == "abstract":
            self._end_paragraph()
            self._assembly.add_heading("Abstract", _LEVELS["section"])
        elif plain == "thebibliography":
            self._end_paragraph()
            self._assembly.add_heading("References", _LEVELS["section"])
            return self._groups.skip_groups(at, 1)
        elif plain in _THEOREMS:
            self._end_paragraph()
            note, at = self._groups.read_option(at)
            self._pieces.append(f"{plain.capitalize()}{f' ({note})' if note else ''}. ")
            return at
        elif plain == "frame":
            at = self._groups.skip_options(at)
            return self._do_titled("frametitle", at)
        elif plain == "minipage":
            return self._groups.skip_groups(at, 1)
        else:
            self._end_paragraph()
        return self._groups.skip_options(at)

    def _end(self, at: int) -> int:
        if (group := self._groups.find_group(at)) is None:
            return at
        name = self._source[group[0] : group[1]].strip().removesuffix("*")
        if name in _TABLES:
            self._end_table()
        if name in _LISTS and self._lists:
            self._end_paragraph()
            self._lists.pop()
        self._end_paragraph()
        self._quotations -= name in _QUOTATIONS and self._quotations > 0
        return group[1] + 1

    def _add_item(self, name: str, at: int) -> int:
        self._end_paragraph()
        label, at = self._groups.read_option(at)
        if name == "bibitem":
            if (group := self._groups.find_group(at)) is None:
                return at
            self._mark = f"[{' '.join(self._source[group[0] : group[1]].split())}]"
            self._pieces.append(f"{self._mark} ")
            return group[1] + 1
        count = self._lists[-1] if self._lists else None
        if count is not None:
            self._lists[-1] = count + 1
        mark = f"{count + 1}." if count is not None else "•"
        if label:
            # It is a part of the source, and short.
            mark = LatexReader(label, self._macros, _DEEPEST - 1, self._has_bars).show() or mark
        self._mark = " ".join(mark.split())
        self._pieces.append(f"{self._mark} ")
        return at

    def _define(self, at: int) -> int:
        """Keep what a short command stands for."""
        command = _DEFINED.match(self._source, at)
        if command is None:
            return at
        at = command.end()
        count, at = self._groups.read_option(at)
        default, at = self._groups.read_option(at)
        if (group := self._groups.find_group(at)) is None:
            return at
        parameters = int(count) if count.isdigit() else len(command["parameters"]) // 2
        body = self._source[group[0] : group[1]]
        self._macros.define(command[1], Macro(body, parameters, default or None))
        return group[1] + 1

    def _end_cell(self) -> None:
        """End a cell, if a table is open."""
        if self._rows is not None:
            self._rows[-1].append(" ".join("".join(self._pieces).split()))
            self._pieces = []

    def _end_table(self) -> None:
        self._end_cell()
        rows, self._rows = self._rows, None
        add_rows(self._assembly, rows or ())

    def _end_paragraph(self) -> None:
        if self._rows is not None:
            return
        lines = "".join(self._pieces).split("\n")
        text = "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
        mark, self._pieces, self._mark = self._mark, [], ""
        depth = max(1, len(self._lists)) if mark else len(self._lists)
        if mark and text.startswith(f"{mark} "):
            self._assembly.add_list([Item(depth, mark, text.removeprefix(f"{mark} "))])
        elif depth:
            self._assembly.add_list([Item(depth, "", text)])
        else:
            self._assembly.add_block(text, "quote" if self._quotations else None)
        notes, self._notes = self._notes, []
        for note in notes:
            self._assembly.add_block(note)


def _is_formula(name: str) -> bool:
    """Whether an environment is a formula, such as one that is made of another."""
    return name in _FORMULAS or name.endswith(("equation", "multline"))
