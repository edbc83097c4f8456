"""Where the words of a quotation stand in a source: exactly, or as nearly as can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from rapidfuzz.distance import LCSseq, Levenshtein
from rapidfuzz.fuzz import partial_ratio_alignment

from index import Span
from qa.quotations.words import (
    Piece,
    Pieces,
    Words,
    count_word_letters,
    cut_long_pieces,
    is_punctuation,
)

# Words that are aligned at a time: a quotation of any length takes time that grows with it.
_MOST_WORDS = 200
# Places at which the first piece of a quotation is tried.
_MOST_PLACES = 100
# A piece that has less in common with every part of a source does not stand there.
_LEAST_COMMON_PERCENT = 40
# Words by which a piece may be longer or shorter in the source than in the quotation.
_MOST_SLACK_WORDS = 16

# The numbers of the first word in a source and of the first after it.
_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WordDifference:
    """Words of a text that is checked that are other words in the document.

    Either span is empty if there are none on its side.
    """

    quoted: Span
    source: Span


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where a quotation stands in a source.

    Attributes:
        spans: of its pieces, in the source; ascending.
        quoted: of the same pieces, in the text that is checked.
        differences: what is not as it is there; in the order of the quotation.
        shared: the share of words that are the same, from 0 to 1.
        shared_letters: the share of letters in these: rare words are mostly long, and say more.
        same_letters: how many letters the words have that stand in both, in whatever order.
        is_whole: what stands in brackets, or between dots, stands in the source as well.
    """

    spans: tuple[Span, ...]
    quoted: tuple[Span, ...]
    differences: tuple[WordDifference, ...]
    shared: float
    shared_letters: float
    same_letters: int
    is_whole: bool = False

    @property
    def span(self) -> Span:
        """From the first piece to the last."""
        return Span(self.spans[0].start, self.spans[-1].end)


def align(pieces: Pieces, source: Words) -> Alignment | None:
    """Where a quotation stands among the words of a source; None if nothing there is like it."""
    if not pieces.parts or not len(source):
        return None
    if (place := next(_find_places(pieces.whole.words, source), None)) is not None:
        return _compare((pieces.whole,), [place], source, is_whole=True)
    if len(pieces.parts) > 1 and (places := _find_in_order(pieces.parts, source)) is not None:
        return _compare(pieces.parts, places, source)
    parts = tuple(cut_long_pieces(pieces.parts, _MOST_WORDS))
    nearest = _place_nearly(parts, source)
    return _compare(parts, nearest, source) if any(nearest) else None


def _find_places(
    words: Words, source: Words, start: int = 0, end: int | None = None
) -> Iterator[_Place]:
    """The places at which words stand in a source, between two of its words."""
    edges = source.edges
    last = edges[len(source) if end is None else min(end, len(source))]
    at = edges[min(start, len(source))] - 1
    for _ in range(_MOST_PLACES):
        at = source.joined.find(words.joined, at + 1, last)
        if at < 0:
            return
        first, past = source.find_edge(at), source.find_edge(at + len(words.joined))
        if first is not None and past is not None:
            yield first, past


def _find_in_order(parts: Sequence[Piece], source: Words) -> list[_Place] | None:
    """The places of pieces that stand in a source one after the other, as near as can be."""
    nearest: list[_Place] | None = None
    for first in _find_places(parts[0].words, source):
        places = [first]
        for part in parts[1:]:
            end = places[-1][1]
            reach = end + part.most_before + len(part.words)
            if (place := next(_find_places(part.words, source, end, reach), None)) is None:
                break
            places.append(place)
        else:
            if nearest is None or _measure_reach(places) < _measure_reach(nearest):
                nearest = places
    return nearest


def _measure_reach(places: Sequence[_Place]) -> int:
    return places[-1][1] - places[0][0]


def _place_nearly(parts: Sequence[Piece], source: Words) -> list[_Place | None]:
    """The place of each piece, as nearly as can be; None for one that does not stand there.

    Once one of them is found, the others are looked for beside it.
    """
    places: list[_Place | None] = [None] * len(parts)
    anchor = _find_anchor(parts, source)
    if anchor is None:
        return places
    number, place = anchor
    places[number] = place
    end = place[1]
    for at in range(number + 1, len(parts)):
        reach = end + parts[at].most_before + len(parts[at].words) + _MOST_SLACK_WORDS
        if (found := _place_piece(parts[at].words, source, end, reach)) is not None:
            places[at], end = found, found[1]
    start = place[0]
    for at in reversed(range(number)):
        reach = parts[at + 1].most_before + len(parts[at].words) + _MOST_SLACK_WORDS
        first = max(0, start - reach)
        if (found := _place_piece(parts[at].words, source, first, start)) is not None:
            places[at], start = found, found[0]
    return places


def _find_anchor(parts: Sequence[Piece], source: Words) -> tuple[int, _Place] | None:
    """The piece that is surest to stand in the source, and its place."""
    by_length = sorted(range(len(parts)), key=lambda at: -len(parts[at].words))
    for at in by_length:
        if len(parts[at].words) > 3 and (
            place := next(_find_places(parts[at].words, source), None)
        ):
            return at, place
    for at in by_length[:3]:
        if (place := _place_piece(parts[at].words, source, 0, len(source))) is not None:
            return at, place
    return None


def _place_piece(words: Words, source: Words, start: int, end: int) -> _Place | None:
    """The stretch of a source between two of its words that is most like a piece."""
    if (place := next(_find_places(words, source, start, end), None)) is not None:
        return place
    end = min(end, len(source))
    forms = source.forms[start:end]
    found = partial_ratio_alignment(words.forms, forms, score_cutoff=_LEAST_COMMON_PERCENT)
    if found is None:
        return None
    first, past = found.dest_start, found.dest_end
    slack = min(_MOST_SLACK_WORDS, 4 + len(words) // 4)
    firsts = range(max(0, first - slack), min(past, first + slack + 1))
    first = min(firsts, key=lambda at: _measure(words.forms, forms[at:past]))
    pasts = range(max(first + 1, past - slack), min(len(forms), past + slack) + 1)
    past = min(pasts, key=lambda at: _measure(words.forms, forms[first:at]))
    first, past = _take_other_words(words.forms, forms, first, past)
    while first < past and is_punctuation(forms[first]):
        first += 1
    while past > first and is_punctuation(forms[past - 1]):
        past -= 1
    return (start + first, start + past) if first < past else None


def _measure(quoted: Sequence[str], stretch: Sequence[str]) -> tuple[int, int]:
    """How unlike two stretches of words are; if two are equally unlike, the longer one comes first.

    A word that the quotation adds counts for two that it leaves out.
    """
    same = LCSseq.similarity(quoted, stretch)
    return 2 * (len(quoted) - same) + len(stretch) - same, -len(stretch)


def _take_other_words(
    quoted: Sequence[str], forms: Sequence[str], first: int, past: int
) -> tuple[int, int]:
    """A stretch with the words at its ends in whose place the quotation has others."""
    unlike = Levenshtein.distance(quoted, forms[first:past])
    while first and Levenshtein.distance(quoted, forms[first - 1 : past]) <= unlike:
        first -= 1
    while past < len(forms) and Levenshtein.distance(quoted, forms[first : past + 1]) <= unlike:
        past += 1
    return first, past


def _compare(
    parts: Sequence[Piece],
    places: Sequence[_Place | None],
    source: Words,
    *,
    is_whole: bool = False,
) -> Alignment:
    """The pieces of a quotation with what stands at their places."""
    spans, quoted, differences = [], [], []
    ours, theirs, same = list[Words](), list[Words](), list[Words]()
    end: int | None = None
    first = next((place[0] for place in places if place is not None), 0)
    for part, place in zip(parts, places, strict=True):
        words = part.words
        ours.append(words)
        if place is None:
            at = source.spans[end - 1].end if end else source.spans[first].start
            differences.append(WordDifference(words.span, Span(at, at)))
            continue
        if end is not None and not part.most_before and place[0] > end:
            # Pieces of one stretch: what stands between them is not quoted.
            before = words.span.start
            differences.append(WordDifference(Span(before, before), source[end : place[0]].span))
            theirs.append(source[end : place[0]])
        stretch = source[place[0] : place[1]]
        spans.append(stretch.span)
        quoted.append(words.span)
        theirs.append(stretch)
        end = place[1]
        found, equal = _find_differences(words, stretch)
        differences += found
        same += equal

    def share(count: Callable[[Words], int]) -> float:
        return sum(map(count, same)) / max(1, sum(map(count, ours)), sum(map(count, theirs)))

    return Alignment(
        tuple(spans),
        tuple(quoted),
        tuple(differences),
        share(Words.count),
        share(lambda words: count_word_letters(words.forms)),
        count_word_letters((_count_forms(ours) & _count_forms(theirs)).elements()),
        is_whole,
    )


def _count_forms(parts: Sequence[Words]) -> Counter[str]:
    return Counter(chain.from_iterable(words.forms for words in parts))


def _find_differences(words: Words, stretch: Words) -> tuple[list[WordDifference], list[Words]]:
    """Where a piece and its place in the source differ, and the words that are the same."""
    differences: list[WordDifference] = []
    same: list[Words] = []
    # Where all is set in capitals, they make no difference.
    compares_capitals = not (words.are_capitals or stretch.are_capitals)
    for quoted, source in _pair_parts(words, stretch):
        ours, theirs = words[quoted], stretch[source]
        if ours.joined != theirs.joined:
            differences.append(WordDifference(words.locate(quoted), stretch.locate(source)))
            continue
        same.append(min(ours, theirs, key=Words.count))
        if compares_capitals:
            differences += _find_other_capitals(ours, theirs, begins=not quoted.start)
    return differences, same


def _find_other_capitals(ours: Words, theirs: Words, *, begins: bool) -> Iterator[WordDifference]:
    """The words that are the same but for capitals.

    If they begin a piece, its first letter may be large or small.
    """
    if len(ours) != len(theirs):
        # A letter in brackets is another one on purpose: "[T]he".
        if ours.write()[1:] != theirs.write()[1:]:
            yield WordDifference(ours.span, theirs.span)
        return
    for at, (quoted, source) in enumerate(zip(ours.written, theirs.written, strict=True)):
        first = int(begins and at == 0)
        if quoted[first:] != source[first:]:
            yield WordDifference(ours.spans[at], theirs.spans[at])


def _pair_parts(words: Words, stretch: Words) -> Iterator[tuple[slice, slice]]:
    """Parts of two stretches of words that belong together: those that are equal, and others."""
    other: list[int] | None = None
    for part in Levenshtein.opcodes(words.forms, stretch.forms):
        bounds = [part.src_start, part.src_end, part.dest_start, part.dest_end]
        if part.tag != "equal":
            other = bounds if other is None else [other[0], bounds[1], other[2], bounds[3]]
            continue
        if other is not None:
            yield slice(other[0], other[1]), slice(other[2], other[3])
            other = None
        yield slice(bounds[0], bounds[1]), slice(bounds[2], bounds[3])
    if other is not None:
        yield slice(other[0], other[1]), slice(other[2], other[3])
