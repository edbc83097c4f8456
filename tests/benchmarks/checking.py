"""Quotations that are known to be true, altered or made up: what `check_quotations` says of them.

    python -m tests.benchmarks.checking --data FOLDER --others FOLDER [--index DIR] [--count 1000]

FOLDER holds documents of all formats; quotations are taken from them, as they are and altered by a
word, and from the OTHERS, which are not indexed. They are indexed without a model, as quotations
are looked up by their words alone; the indexes are kept at DIR and DIR-others, if DIR is named.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path, PurePath

from index import Content, Document, Index, Span
from index.text import split_sentences
from index.text.plain_blocks import complete_blocks
from qa import FEWEST_WORDS
from qa.quotations.checking import CheckedQuotation, check_quotations
from qa.quotations.finding import find_quotations
from qa.quotations.words import SeenText, split_seen_words
from tests.support.encoders import WordEncoder

_FEWEST_WORDS, _MOST_WORDS = 5, 60
_TIMED = 500
_COPIED_WORDS = 8
_LIGATURES = {"ffi": "ﬃ", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ"}
_MARKS = ("“”", "„“", "«»", '""', "‘’", "„”", "»«", "『』")
_ABSENT = "zephyrs"
# Irony, terms and titles, by somebody who does not quote.
_NO_QUOTATIONS = """\
The so-called “experts” were wrong again.
His “help” cost us a week, and her “quick look” another one.
What they call a “free lunch” is not free.
The committee's “decision” was no decision.
This “temporary fix” has been with us since 2014.
In the trade it is known as “dead stock”.
The setting is called “Keep tabs open” in the menu.
Press “Save as draft” and close the window.
The word “set” has more meanings than any other.
By “we” he meant himself, and by “soon” next year.
She read “The Old Man and the Sea” on the train.
“War and Peace” lay on the table, under “Anna Karenina”.
The paper “Attention Is All You Need” is cited by everybody.
See the chapter “What to do in case of fire” of the manual.
The song “I want to hold your hand” was on the radio.
They gave “A Midsummer Night's Dream” in the park.
He wrote the essay “On being the right size” in 1926.
The article “How to read a book in one day” is worth an hour.
The film „Der Himmel über Berlin“ was shot in 1987.
Ihr „Vorschlag“ war keiner.
Sie las „Die Verwirrungen des Zöglings Törleß“ im Zug.
Il a lu « Le Rouge et le Noir » en deux jours.
Son « idée » n'en était pas une.
The “state-of-the-art” scanner broke on Monday.
That is what 'tis all about, and the dogs' bowls were empty.
It is the teachers' job, not the pupils', and it was so in the '90s.
A 5" pipe does not fit a 6" hole, nor a 7" one.
The “smart” lock locked itself, and the “smart” lamp went out.
Their “partners” are customers, and their “family” is staff.
A “yes” is a yes, and a “no” a no.
The series “The Crown” and the play “Waiting for Godot” are different things.
He signed as “Captain Nemo”, of “The Nautilus”.
Rock 'n' roll is older than the rock 'n' rollers' children.
The report titled “Living with the river and its floods” is out of print.
The section “Before you begin to install it” is on page 3.
The rule of “first come, first served” holds.
A “not in my back yard” attitude will not do.
Choose “Do not ask me again” to be left alone.
The poem “Stopping by Woods on a Snowy Evening” is by Frost.
In “The Hitchhiker's Guide to the Galaxy” the answer is 42.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A quotation, where it was taken from, and the word that was altered in it."""

    text: str
    document: Document | None
    span: Span
    altered: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="documents that are indexed")
    parser.add_argument("--others", type=Path, required=True, help="documents that are not")
    parser.add_argument("--index", type=Path, help="where the indexes are kept")
    parser.add_argument("--count", type=int, default=1_000, help="quotations of each kind")
    parser.add_argument("--show", type=int, default=5, help="failures to print of each kind")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        kept = options.index or Path(scratch, "index")
        index = make_index(kept, options.data)
        others = make_index(kept.with_name(f"{kept.name}-others"), options.others)
        print(f"{index.counts.passages:,} passages of {index.counts.documents:,} documents")
        chance = random.Random(1)
        true = choose_cases(index, options.count, chance)
        kinds = Counter(PurePath(case.document.path).suffix for case in true if case.document)
        print("taken from", ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
        dressed = [dress(case, chance) for case in true]
        report("true", dressed, index, is_verbatim, options.show)
        asked = wrong = 0
        for name, alter in ALTERATIONS.items():
            altered = [each for case in true if (each := alter(case, chance)) is not None]
            wrong += len(report(name, altered, index, is_marked, options.show))
            asked += len(altered)
        print(f"altered      {asked:5} quotations, right {1 - wrong / max(1, asked):.4f}")
        foreign = choose_cases(others, options.count, chance)
        failures = report("not there", foreign, index, is_not_found, options.show)
        print(f"    {sum(map(is_copied, failures))} of {len(failures)} that are wrong were copied")
        count_false_quotations(others)
        measure_time(dressed[:_TIMED], index)


def make_index(folder: Path, documents: Path) -> Index:
    """An index of documents, without a model."""
    index = Index.open(folder, create=True, encoder=WordEncoder())
    if index.is_empty:
        index.add([documents])
    return index


def choose_cases(index: Index, count: int, chance: random.Random) -> list[Case]:
    """Sentences of an index, as many of each format as there are."""
    by_kind = defaultdict(list)
    for document in index.documents():
        by_kind[PurePath(document.path).suffix.lower()].append(document)
    cases: list[Case] = []
    kinds = sorted(by_kind)
    for _ in range(50 * count):
        document = chance.choice(by_kind[chance.choice(kinds)])
        if (case := choose_case(index, document, chance)) is not None:
            cases.append(case)
        if len(cases) == count:
            break
    return cases


def choose_case(index: Index, document: Document, chance: random.Random) -> Case | None:
    """A sentence of a document, several that follow each other, or a part of one."""
    passages = index.passages(document.path)
    if not passages:
        return None
    passage = chance.choice(passages)
    blocks = [block for block in passage.blocks if block.kind in ("paragraph", "item", "quote")]
    if not blocks:
        return None
    block = chance.choice(blocks).span
    stored = index.engine.find_text(document.path)
    assert stored is not None
    source = SeenText.of(stored.text, stored.structure.marks)
    sentences = split_sentences(source.blank(block))
    if not sentences:
        return None
    at = chance.randrange(len(sentences))
    last = min(len(sentences) - 1, at + chance.choice((0, 0, 0, 1, 2)))
    span = Span(sentences[at][0] + block.start, sentences[last][1] + block.start)
    words = split_seen_words(source, span).trim()
    if chance.random() < 0.3 and len(words) > 16:
        start = chance.randrange(0, len(words) - 12)
        words = words[start : start + chance.randrange(8, len(words) - start + 1)].trim()
    if not len(words) or words.count() > _MOST_WORDS:
        return None
    span = words.span
    text = " ".join(re.sub("^[> ]+", "", source.blank(span), flags=re.MULTILINE).split())
    # Marks of quotations within are others; what looks like editing is not chosen.
    if re.search(r"[\[\]…«»„‹›「『]|\.\.|\. \.|``|''", text) or text.count('"') % 2:
        return None
    letters = sum(map(str.isalpha, text))
    if len(text.split()) < _FEWEST_WORDS:
        return None
    # A line that looks like a title is not taken for a quotation, nor for one here.
    if letters < 0.6 * len(text) or not sum(map(str.islower, text.split())) > words.count() // 3:
        return None
    return Case(text, document, span)


def dress(case: Case, chance: random.Random) -> Case:
    """A quotation as people and programs write it: it stays true."""
    text = case.text
    words = text.split(" ")
    if chance.random() < 0.3 and len(words) > 14:
        start = chance.randrange(5, len(words) - 8)
        end = start + chance.randrange(1, min(12, len(words) - start - 5))
        words[start:end] = [chance.choice(("[…]", "…", "[...]", "(…)", ". . ."))]
    if chance.random() < 0.5:
        width = chance.randrange(4, 12)
        words = [f"\n{word}" if at and not at % width else word for at, word in enumerate(words)]
    text = " ".join(words).replace(" \n", "\n")
    if chance.random() < 0.3:
        for letters, ligature in _LIGATURES.items():
            text = text.replace(letters, ligature)
    if chance.random() < 0.3:
        text = (
            text[:1].swapcase() + text[1:] if text[:1].isalpha() and text[0] not in "ﬁﬂﬀﬃ" else text
        )
    if chance.random() < 0.3:
        text = re.sub(r"(?<=\w)-(?=\w)", "‑", text).replace("—", "–")
    return Case(text, case.document, case.span)


def swap(case: Case, chance: random.Random) -> Case | None:
    """Two words in each other's place."""
    words = case.text.split(" ")
    places = [
        at
        for at in range(1, len(words) - 2)
        if _is_word(words[at])
        and _is_word(words[at + 1])
        and _fold(words[at : at + 1]) != _fold(words[at + 1 : at + 2])
    ]
    if not places:
        return None
    at = chance.choice(places)
    words[at], words[at + 1] = words[at + 1], words[at]
    return _alter(case, words, f"{words[at]} {words[at + 1]}")


def exchange(case: Case, chance: random.Random) -> Case | None:
    """Another word in place of one."""
    words = case.text.split(" ")
    at = _choose_word(words, chance)
    if at is None:
        return None
    words[at] = _ABSENT
    return _alter(case, words, _ABSENT)


def drop(case: Case, chance: random.Random) -> Case | None:
    words = case.text.split(" ")
    at = _choose_word(words, chance)
    # Without it, it must still be long enough for a quotation.
    if (
        at is None
        or sum(any(map(str.isalnum, word)) for word in words) <= FEWEST_WORDS
        or _fold(words[at : at + 1])
        in (
            _fold(words[at - 1 : at]),
            _fold(words[at + 1 : at + 2]),
        )
    ):
        return None
    return _alter(case, words[:at] + words[at + 1 :], words[at])


def add(case: Case, chance: random.Random) -> Case | None:
    words = case.text.split(" ")
    at = _choose_word(words, chance)
    return None if at is None else _alter(case, [*words[:at], _ABSENT, *words[at:]], _ABSENT)


def negate(case: Case, chance: random.Random) -> Case | None:
    words = case.text.split(" ")
    at = _choose_word(words, chance)
    if at is None or "not" in (words[at], words[at - 1]):
        return None
    return _alter(case, [*words[:at], "not", *words[at:]], "not")


def change_digit(case: Case, chance: random.Random) -> Case | None:
    digits = [at for at, letter in enumerate(case.text) if letter in "0123456789"]
    if not digits:
        return None
    at = chance.choice(digits)
    digit = str((int(case.text[at]) + chance.randrange(1, 10)) % 10)
    text = case.text[:at] + digit + case.text[at + 1 :]
    start, end = text.rfind(" ", 0, at) + 1, (text + " ").index(" ", at)
    return Case(text, case.document, case.span, text[start:end])


ALTERATIONS: dict[str, Callable[[Case, random.Random], Case | None]] = {
    "swapped": swap,
    "exchanged": exchange,
    "dropped": drop,
    "added": add,
    "negated": negate,
    "a digit": change_digit,
}


def _alter(case: Case, words: Sequence[str], altered: str) -> Case:
    return Case(" ".join(words), case.document, case.span, altered)


def _choose_word(words: Sequence[str], chance: random.Random) -> int | None:
    """The number of a word that is neither the first nor the last: these may be left out."""
    places = [at for at in range(1, len(words) - 1) if _is_word(words[at])]
    return chance.choice(places) if places else None


def _is_word(word: str) -> bool:
    return word.isalpha()


def _fold(words: Sequence[str]) -> str:
    text = " ".join(words)
    return split_seen_words(SeenText(text), Span(0, len(text))).joined


def check(cases: Sequence[Case], index: Index) -> list[CheckedQuotation | None]:
    """What is said of quotations in a text of somebody else's; None for what is not seen as one."""
    chance = random.Random(2)
    text, places = "", []
    for case in cases:
        marks = chance.choice(_MARKS)
        quoted = re.sub('[“”"‘]', "", case.text)
        if marks != "“”":
            quoted = quoted.replace("’", "'")
        text += f"It says there: {marks[0]}"
        places.append(len(text))
        text += f"{quoted}{marks[-1]}, and so on.\n\n"
    content = complete_blocks(Content(text))
    found = {each.quotation.span.start: each for each in check_quotations(content, index)}
    return [found.get(place) for place in places]


def is_verbatim(case: Case, found: CheckedQuotation, index: Index) -> bool:
    return found.status == "verbatim" and is_at_place(case, found, index)


def is_at_place(case: Case, found: CheckedQuotation, index: Index) -> bool:
    """Whether the match is where the quotation was taken from, or where the same stands."""
    assert case.document is not None
    match = found.match
    if (
        match is None
        or index.text(match.document.path)[match.span.start : match.span.end] != match.text
    ):
        return False
    if match.document == case.document and match.span.overlaps(case.span):
        return True
    # The same words stand elsewhere as well.
    source = index.engine.find_text(match.document.path)
    own = index.engine.find_text(case.document.path)
    assert source is not None
    assert own is not None
    theirs = split_seen_words(SeenText.of(source.text, source.structure.marks), match.span)
    ours = split_seen_words(SeenText.of(own.text, own.structure.marks), case.span)
    return theirs.joined in ours.joined or ours.joined in theirs.joined


def is_marked(case: Case, found: CheckedQuotation, index: Index) -> bool:
    if found.status != "altered" or not is_at_place(case, found, index):
        return False
    assert found.match is not None
    text = index.text(found.match.document.path)
    start = found.quotation.span.start
    marked = [each.source.of(text) for each in found.match.differences]
    marked += [each.quoted.shift(-start).of(found.text) for each in found.match.differences]
    altered = _fold([case.altered])
    return any(altered in _fold([part]) or _fold([part]) in altered for part in marked if part)


def is_not_found(case: Case, found: CheckedQuotation, index: Index) -> bool:
    # Some sentences, such as those of licences, stand in many documents.
    return found.status != "altered"


def is_copied(found: CheckedQuotation | None) -> bool:
    """Whether a quotation has so many words in a row in common with what was found for it.

    Then somebody has copied them: licences, and texts made from the same template.
    """
    if found is None or found.match is None:
        return False
    ours, theirs = (
        split_seen_words(SeenText(text), Span(0, len(text))).forms
        for text in (found.text, found.match.text)
    )
    longest = max(each.size for each in SequenceMatcher(None, ours, theirs).get_matching_blocks())
    return longest >= _COPIED_WORDS


def report(
    name: str,
    cases: Sequence[Case],
    index: Index,
    is_right: Callable[[Case, CheckedQuotation, Index], bool],
    shown: int,
) -> list[CheckedQuotation | None]:
    """Print the share that is right, and some that are not; returns what was found for these."""
    right = 0
    failures = []
    for case, found in zip(cases, check(cases, index), strict=True):
        if found is not None and is_right(case, found, index):
            right += 1
        else:
            failures.append((case, found))
    print(f"{name:12} {len(cases):5} quotations, right {right / max(1, len(cases)):.4f}")
    for case, found in failures[:shown]:
        print(
            f"    {case.text[:160]!r} ({case.altered}) {PurePath(case.document.path).name if case.document else ''}"
        )
        if found is None:
            print("        is not found to be a quotation")
        else:
            print(f"        {found.status}: {found.match.text[:160] if found.match else ''!r}")
    return [found for _, found in failures]


def count_false_quotations(others: Index) -> None:
    """What is taken for a quotation that is none."""
    found = total = 0
    for line in _NO_QUOTATIONS.splitlines():
        marked = len(re.findall("[“„«]", line))
        total += max(1, marked)
        found += (taken := len(find_quotations(complete_blocks(Content(line)))))
        if taken:
            print("   ", line)
    print(f"irony, terms and titles: {found} of {total} taken for quotations ({found / total:.1%})")
    taken = documents = 0
    for document in others.documents():
        text = re.sub("[“”„«»‹›\"「」『』]|``|''", "", others.text(document.path))
        text = re.sub(r"(?<!\w)['‘]|['’](?!\w)", "", text)
        if not text.strip() or re.search("^ *>", text, re.MULTILINE):
            continue
        documents += 1
        for each in find_quotations(complete_blocks(Content(text))):
            taken += 1
            print("   ", document.path[-40:], each.form, repr(each.span.of(text)[:100]))
    print(f"{documents} documents without quotation marks: {taken} quotations found")


def measure_time(cases: Sequence[Case], index: Index) -> None:
    text = "\n\n".join(
        f"It says there: “{re.sub('[“”]', '', case.text)}”, and so on." for case in cases
    )
    content = complete_blocks(Content(text))
    begin, worked = time.perf_counter(), time.process_time()
    found = check_quotations(content, index)
    took, worked = time.perf_counter() - begin, time.process_time() - worked
    print(f"{len(found)} quotations in {took:.1f} s ({worked:.1f} s of a processor)")


if __name__ == "__main__":
    main()
