"""How often a quotation says what its source does not: a hundred traps and their honest twins.

    python -m tests.benchmarks.traps --documents FOLDER [--index FOLDER] [--show] [--json]

FOLDER holds the real documents that the cases name, see `qa/training/data/corpus_files.tsv.gz`;
cases whose documents are missing are left out. The documents of all cases are one index, and
people's own pipeline answers from it. What counts is the best answer, as a person sees it: the
words that stand out, else the evidence.

There are seven kinds of traps: words that a "not", "only" or "before" governs; a sentence that the
next one takes back for the case that is asked about; what belongs to another product, person or
year; a yes or no that is the opposite of what the keywords suggest; a number without its unit or
bound; the first member of a list; another column of the row. A twin is a question of the same sort
on a sentence that the words alone are true of, so that neither hiding answers nor showing whole
paragraphs wins.

A line of the cases is a JSON object. Sentences are named by fingerprints, by document: `right`
answer (none if nothing does, so that showing nothing is right), `half` are true only if a right one
is shown with them, `wrong` mislead. Of each list in `holds`, a right quotation has one entry.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from index import Index, Retriever, Span
from qa import Answer, Assistant, Reply
from qa.training.questions.written import split_document
from tui.common.presentation.answers import find_lead_in
from tui.common.presentation.wording import describe_confidence

DATA = Path(__file__).parents[2] / "qa/training/data"
KINDS = ("governed", "taken back", "another", "opposite", "bound", "first", "column")
Outcome = Literal["right", "wrong", "beside", "not shown"]
OUTCOMES: tuple[Outcome, ...] = ("right", "wrong", "beside", "not shown")
# A quotation that is mostly other sentences leaves the reader to find the answer.
_LEAST_SHARE = 0.5

# Fingerprints of sentences by document.
Sentences = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A line of the cases: see above."""

    kind: str
    trap: bool
    question: str
    right: Sentences
    half: Sentences
    wrong: Sentences
    holds: Sequence[Sequence[str]]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Case:
        return cls(
            row["kind"],
            row["trap"],
            row["question"],
            row["right"],
            row.get("half", {}),
            row.get("wrong", {}),
            row.get("holds", ()),
        )

    @property
    def documents(self) -> set[str]:
        return {*self.right, *self.half, *self.wrong}


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as a person sees it.

    Attributes:
        quoted: what stands out, or the evidence if nothing does.
        text: of that, with the line that leads in its list.
        around: `quoted` with the evidence that stands below it.
        in_words: a few words stand out by themselves.
    """

    document: str
    quoted: tuple[Span, ...]
    text: str
    around: tuple[Span, ...]
    in_words: bool

    @classmethod
    def of(cls, answer: Answer, document: str, text: str) -> Shown:
        """What is shown of an answer from a document of this text."""
        in_words = answer.form == "words" and answer.stands_alone
        if answer.form != "words":
            quoted = answer.spans
        elif in_words:
            quoted = answer.spans[:1]
        else:
            quoted = answer.evidence
        words = [find_lead_in(answer) or "", *(span.of(text) for span in quoted)]
        below = answer.evidence if answer.form == "words" else ()
        return cls(document, quoted, "\n".join(words), (*quoted, *below), in_words)


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with what became of it.

    Attributes:
        confidence: of what is shown, in a word and in per cent; "" if nothing is.
    """

    case: Case
    outcome: Outcome
    text: str = ""
    document: str = ""
    confidence: str = ""
    in_words: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether it is shown as surely right."""
        return self.confidence.startswith("sure")


# The places of sentences in a document, by their fingerprints.
Places = Mapping[str, Sequence[Span]]


def judge(case: Case, shown: Shown, text: str, places: Places) -> Outcome:
    """Whether what is shown is right, says what its source does not, or is beside the matter.

    Args:
        text: of the document that is quoted.
        places: of its sentences.
    """

    def find(sentences: Sentences) -> list[Span]:
        return [span for each in sentences.get(shown.document, ()) for span in places[each]]

    right, half, wrong = find(case.right), find(case.half), find(case.wrong)
    is_right = _touches(shown.quoted, right)
    if not is_right:
        if _touches(shown.quoted, wrong):
            return "wrong"
        if not _touches(shown.quoted, half):
            return "beside"
        if not _touches(shown.around, right):
            return "wrong"
    words = shown.text if is_right else "\n".join(span.of(text) for span in shown.around)
    if not all(_holds_any(words, entries) for entries in case.holds):
        return "wrong"
    return "right" if _share(shown.quoted, (*right, *half)) >= _LEAST_SHARE else "beside"


def _touches(spans: Iterable[Span], others: Sequence[Span]) -> bool:
    return any(span.overlaps(other) for span in spans for other in others)


def _share(spans: Sequence[Span], others: Iterable[Span]) -> float:
    """The share of some spans that others cover."""
    covered = {at for other in others for at in range(other.start, other.end)}
    within = [at in covered for span in spans for at in range(span.start, span.end)]
    return sum(within) / max(1, len(within))


def _holds_any(text: str, entries: Iterable[str]) -> bool:
    # Markdown may emphasise words with underscores.
    whole = r"(?<![^\W_]){}(?![^\W_])"
    patterns = (whole.format(re.escape(_normalise(entry))) for entry in entries)
    return any(re.search(pattern, _normalise(text)) for pattern in patterns)


def _normalise(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())


class Library:
    """The documents of the cases in one index, with their sentences."""

    def __init__(self, index: Index, folder: Path) -> None:
        self.index, self._folder = index, folder
        self._places: dict[str, dict[str, list[Span]]] = {}

    def text(self, document: str) -> str:
        return self.index.text(self._folder / document)

    def name(self, path: str) -> str:
        """A document as cases name it."""
        return Path(path).relative_to(self._folder).as_posix()

    def places(self, document: str) -> Places:
        """Where its sentences are; empty if it is not there."""
        path = self._folder / document
        if document not in self._places:
            found = self._places[document] = {}
            if path.exists():
                passages = self.index.passages(path)
                for span, name in split_document(self.text(document), None, passages).sentences:
                    found.setdefault(name, []).append(span)
        return self._places[document]

    def has_all(self, case: Case) -> bool:
        """Whether all sentences that a case names are there as they were."""
        return all(
            each in self.places(document)
            for sentences in (case.right, case.half, case.wrong)
            for document, names in sentences.items()
            for each in names
        )


def read_cases() -> list[Case]:
    lines = (DATA / "traps.jsonl").read_text(encoding="utf-8").splitlines()
    return [Case.of(json.loads(line)) for line in lines]


def copy_documents(cases: Iterable[Case], source: Path, folder: Path) -> None:
    """Lay the documents that the cases need into a folder: made-up ones, and real ones."""
    for name in sorted({name for case in cases for name in case.documents}):
        found = next((root / name for root in (DATA, source) if (root / name).is_file()), None)
        if found is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, folder / name)


def judge_reply(case: Case, reply: Reply, library: Library) -> Judged:
    """What became of a case."""
    if not reply.answered:
        return Judged(case, "not shown" if case.right else "right")
    answer = reply.answers[0]
    document = library.name(answer.document.path)
    text = library.text(document)
    shown = Shown.of(answer, document, text)
    outcome = judge(case, shown, text, library.places(document))
    confidence = describe_confidence(answer.confidence, reply)
    return Judged(case, outcome, shown.text, document, confidence, shown.in_words)


@contextmanager
def open_library(cases: Sequence[Case], source: Path, kept: Path | None) -> Iterator[Library]:
    """Index what the cases need.

    Args:
        source: a folder that holds the real documents.
        kept: the folder in which the copies and their index stay; if not given, none do.
    """
    with tempfile.TemporaryDirectory() as scratch:
        home = (kept or Path(scratch)).resolve()
        copy_documents(cases, source, home / "documents")
        with Index.open(home / "index", create=True) as index:
            index.add([home / "documents"])
            yield Library(index, home / "documents")


def print_table(judged: Sequence[Judged]) -> None:
    """A line for each kind, and for all: traps, then twins."""
    columns = ("cases", *OUTCOMES, "wrong and sure", "right in words alone")
    print(f"{'':18}" + "".join(f"{name:>{max(7, len(name) + 2)}}" for name in columns))
    for is_trap, name in ((True, "traps"), (False, "twins")):
        rows = [each for each in judged if each.case.trap == is_trap]
        for kind in (*KINDS, ""):
            counts = count([each for each in rows if kind in ("", each.case.kind)])
            line = "".join(f"{counts[c]:>{max(7, len(c) + 2)}}" for c in columns)
            print(f"{f'{name}, {kind}' if kind else name:18}{line}")
        print()


def count(judged: Sequence[Judged]) -> Counter[str]:
    """How many cases came out in which way."""
    counts: Counter[str] = Counter(each.outcome for each in judged)
    counts["cases"] = len(judged)
    counts["wrong and sure"] = sum(e.outcome == "wrong" and e.is_sure for e in judged)
    counts["right in words alone"] = sum(e.outcome == "right" and e.in_words for e in judged)
    return counts


def print_cases(judged: Iterable[Judged]) -> None:
    """Each case that did not come out right, with what is shown."""
    for each in judged:
        if each.outcome != "right":
            sort = f"{'trap' if each.case.trap else 'twin'}, {each.case.kind}"
            print(f"{each.outcome.upper()} ({sort}) {each.case.question}")
            if each.text:
                words = " / ".join(each.text.strip().splitlines())
                print(f"    {words}\n    {each.document}, {each.confidence}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--documents", type=Path, required=True, help="folder of the real documents"
    )
    parser.add_argument("--index", type=Path, help="keep copies of them and their index here")
    parser.add_argument("--show", action="store_true", help="print every case that is not right")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    cases = read_cases()
    with open_library(cases, options.documents, options.index) as library:
        assistant = Assistant(Retriever(library.index))
        known = [case for case in cases if library.has_all(case)]
        if len(known) < len(cases):
            lost = len(cases) - len(known)
            print(f"{lost} cases left out: their documents are missing or changed", file=sys.stderr)
        judged = [judge_reply(case, assistant.ask(case.question), library) for case in known]
    if options.json:
        counts = {
            name: count([each for each in judged if each.case.trap == is_trap])
            for is_trap, name in ((True, "traps"), (False, "twins"))
        }
        cases_judged = [asdict(each) for each in judged]
        print(json.dumps({**counts, "cases": cases_judged}, ensure_ascii=False))
        return
    if options.show:
        print_cases(judged)
    print_table(judged)


if __name__ == "__main__":
    main()
