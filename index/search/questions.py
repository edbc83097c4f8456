"""What a question is before keyword search: words are corrected, and those left out that only ask.

A misspelt word is corrected to a word of the index. A word counts as misspelt if no passage holds
it and it is not common: the encoder has a single token for each common word of its language. It is
corrected to the closest word of the index with the same first letter, by optimal string alignment
distance (a letter inserted, deleted or replaced, or two neighbours swapped). Damerau found that
four of five misspelt words have a single one of these errors ("A technique for computer detection
and correction of spelling errors", 1964). If two corrections are about as good, the misspelt word
stays.

"How do I undo my last commit?" looks for passages about undoing the last commit; in a manual,
which asks nothing and speaks to nobody, "how", "do", "I" and "my" are so rare that BM25 would
take them for the topic. Articles and prepositions stay: they are frequent everywhere, and count
for little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

# Letters of the shortest word that is corrected, and of the shortest that may have two errors.
_SHORTEST, _LONG = 4, 9
# How many words with the same first letter are compared, the most frequent first.
_MOST_COMPARED = 4_000
# A word is preferred to another if it occurs in four times as many passages.
_PREFERRED = 4
# Parts of a question: quotations, which stay as they are, and what stands between white space.
_PARTS = re.compile(
    r"""(?P<quoted>"[^"]*"|“[^”]{0,500}”|„[^“”]{0,500}[“”]|«[^»]{0,500}»|`[^`]*`
      |(?<!\w)['‘][^'’]{0,500}['’](?!\w))
      | [^\s"“„«`]+""",
    re.VERBOSE,
)
# A word among punctuation, maybe in the possessive; not a path, an option or a number.
_WORD = re.compile(rf"([(\[{{]*)([^\W\d_]{{{_SHORTEST},}})((?:['’]s)?[)\]}},.;:!?…]*)")
# Endings of English words, and what the words end in without them.
_ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""),
    ("ing", "e"), ("er", ""), ("er", "e"), ("or", "e"), ("ly", ""),
)  # fmt: skip

_QUESTION_WORDS = (
    "how what which who when where why is are was were do does did can should i me my you your we"
).split()
# What is written together with such a word: "what's", "don't", "I've".
_CONTRACTION = r"(?:n['’]?t|['’](?:s|re|m|ve|d|ll|t))?"
# A word by itself. In quotes, and as part of a name, a path, an option or an address, it is meant.
_QUESTION_WORD = re.compile(
    rf"""(?P<kept>"[^"]*"|“[^”]{{0,500}}”|`[^`]*`)
       | (?<![\w./@#$+'’-]) (?:{"|".join(_QUESTION_WORDS)}) {_CONTRACTION}
         (?! [\w/@'’-] | [.:]\w )""",
    re.IGNORECASE | re.VERBOSE,
)
# "What does autolyse mean?" is about autolyse alone.
_ASKED = re.compile(r"\bwhat\s+(?:does|do|did)\s", re.IGNORECASE)
_MEANING = re.compile(r"\smeans?(?=\W*\Z)", re.IGNORECASE)


class Vocabulary(Protocol):
    """The words of an index as they are written: at least four letters, in lower case."""

    def count_passages(self, word: str) -> int:
        """How many passages hold a word."""
        ...

    def words_with_prefix(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """The `most` frequent words with a prefix, each with how many passages hold it."""
        ...

    def stem(self, text: str) -> Sequence[str]:
        """The stems of a text's words."""
        ...


def correct_spelling(
    question: str, vocabulary: Vocabulary, is_common: Callable[[str], bool]
) -> str:
    """The question with misspelt words corrected; the same text if there are none.

    Args:
        is_common: whether a word is a common one of the language. Called only for words that
            no passage holds.

    Raises:
        DamagedKeywords: the keyword index cannot be read.
    """

    def correct(part: re.Match[str]) -> str:
        match = None if part["quoted"] else _WORD.fullmatch(part[0])
        if match is None or not _has_plain_case(match[2]):
            return part[0]
        word = match[2].lower()
        plural = word if word.endswith("s") else word + "s"
        if vocabulary.count_passages(word) or is_common(word) or is_common(plural):
            return part[0]
        # A form of a known word is right ("lampposts"), unless swapping two letters gives another
        # word of the index: "entires" is more likely "entries" than a form of "entire".
        forms = (*_inflect(word), *_find_base_forms(word))
        is_form = any(vocabulary.count_passages(form) or is_common(form) for form in forms)
        closest = _find_closest(word, vocabulary, only_swapped=is_form)
        return match[1] + _copy_case(match[2], closest) + match[3] if closest else part[0]

    return _PARTS.sub(correct, question)


def _find_closest(word: str, vocabulary: Vocabulary, only_swapped: bool) -> str | None:
    """The word of the index that is clearly meant; None if there is none, or more than one."""
    word = _fold(word)
    limit = 2 if len(word) >= _LONG else 1
    letters, stems = set(word), vocabulary.stem(word)
    # Those with two swapped letters come first, then by distance and by frequency.
    close: list[tuple[int, int, str]] = []
    for candidate, count in vocabulary.words_with_prefix(word[0], _MOST_COMPARED):
        other = _fold(candidate)
        # The first two tests are quick, and settle most.
        if abs(len(word) - len(other)) > limit or len(letters ^ set(other)) > 2 * limit:
            continue
        distance = measure_distance(word, other, limit)
        if distance == 0:
            # Only accents are missing: search does not need them.
            return None
        is_swapped = distance == 1 and sorted(word) == sorted(other)
        # Two errors leave little of a word. A word that occurs once may be an error itself. A
        # word with the same stem is found without a correction.
        if distance > 1 and (
            count == 1 or word[:2] != other[:2] or stems == vocabulary.stem(other)
        ):
            continue
        if distance <= limit and (is_swapped or not only_swapped):
            close.append((0 if is_swapped else distance, -count, candidate))
    if not close:
        return None
    close.sort()
    best_distance, best_count, best = close[0]
    rivals = [
        other
        for distance, count, other in close[1:]
        if distance == best_distance and _PREFERRED * count < best_count
    ]
    same_stem = all(vocabulary.stem(rival) == vocabulary.stem(best) for rival in rivals)
    return best if same_stem else None


def measure_distance(word: str, other: str, limit: int) -> int:
    """The optimal string alignment distance of two words, or `limit + 1` if it is larger."""
    # Most questions have no misspelt word.
    from rapidfuzz.distance import OSA

    return OSA.distance(word, other, score_cutoff=limit)


def _fold(word: str) -> str:
    """The word without accents."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFKD", word)
    return "".join(character for character in parts if not unicodedata.combining(character))


def _inflect(word: str) -> Iterator[str]:
    """Forms of an English verb or noun, of which some may be wrong."""
    if not word.endswith("s"):
        yield word + "s"
    if word.endswith("e"):
        yield from (word + "d", word + "r", word[:-1] + "ing")
    else:
        yield from (word + "ed", word + "er", word + "ing")


def _find_base_forms(word: str) -> Iterator[str]:
    """The word without each ending that it has; "stopping" gives "stopp", "stoppe" and "stop"."""
    for ending, end in _ENDINGS:
        if word.endswith(ending):
            base = word.removesuffix(ending)
            yield base + end
            if base[-2:-1] == base[-1:]:
                yield base[:-1]


def _has_plain_case(word: str) -> bool:
    """Whether capitals stand only where they usually do; "iPhone" is spelt so on purpose."""
    return word.islower() or word.isupper() or (word[0].isupper() and word[1:].islower())


def _copy_case(model: str, word: str) -> str:
    if model.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if model[0].isupper() else word


def drop_question_words(question: str) -> str:
    """The question without the words that make it one; unchanged if nothing else is left.

    A word in capitals is a name ("WHO", "CAN") unless the whole question is in capitals.
    """
    has_small_letters = question.upper() != question

    def keep(match: re.Match[str]) -> str:
        word = match[0]
        is_name = has_small_letters and len(word) > 1 and word.isupper()
        return word if match["kept"] or is_name else " "

    topic = _QUESTION_WORD.sub(keep, _drop_meaning(question))
    return topic if re.search(r"\w", topic) else question


def _drop_meaning(question: str) -> str:
    meaning = _MEANING.search(question)
    if meaning is None or not _ASKED.search(question, 0, meaning.start()):
        return question
    return question[: meaning.start()] + question[meaning.end() :]
