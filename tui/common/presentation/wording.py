"""How things are worded for a person: the same on the screen and in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qa import visible

if TYPE_CHECKING:
    import datetime

    from index import Document, Properties, Span
    from qa import Reply

# A question may be a whole pasted text; so may the name of a conversation.
_QUESTION_LENGTH = 300

NO_WORD = "there is no word in the question: ask something in plain words"

_LANGUAGES = {
    "am": "Amharic", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "bo": "Tibetan",
    "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "gu": "Gujarati",
    "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ka": "Georgian", "km": "Khmer", "kn": "Kannada",
    "ko": "Korean", "lo": "Lao", "ml": "Malayalam", "my": "Burmese", "nl": "Dutch",
    "no": "Norwegian", "or": "Odia", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "si": "Sinhala", "sv": "Swedish", "ta": "Tamil",
    "te": "Telugu", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip

_READ = "only English is read."
_ADVICE = "The part `languages` reads other languages, too, and finds by meaning."

Rating = Literal["sure", "likely", "doubtful"]
# Confidences from which an answer is sure, or likely. On three sets of documents 80 of 83 sure
# answers are right, and 95 of 120 likely ones; of those that are shown and less likely, 69 of 114.
_SURE, _LIKELY = 0.85, 0.7
# How many of the answers that bear these words are wrong at most.
_SURE_ERRORS, _LIKELY_ERRORS = 0.1, 0.25
# How many names and tags are shown in one line.
_MOST = 4
# The share done and the seconds passed that an estimate needs.
_LEAST_SHARE, _LEAST_SECONDS = 0.02, 1.0


def one_line(text: str) -> str:
    """A text safe to draw on one line: every run of white space is one space."""
    drawn = visible(text)
    spaced = " ".join(drawn.split())
    if not spaced:
        return " " if drawn else ""
    return " " * drawn[0].isspace() + spaced + " " * drawn[-1].isspace()


def shorten_line(text: str, length: int = _QUESTION_LENGTH) -> str:
    """A text safe to draw on one line, cut after `length` characters."""
    line = one_line(text).strip()
    return line if len(line) <= length else f"{line[:length]}…"


def has_word(question: str) -> bool:
    """Whether there is anything in a question that can be searched for."""
    return any(character.isalnum() for character in question)


def shorten_path(path: str) -> str:
    """A path as people write it: relative to the working folder or to home where it lies there."""
    for base, mark in ((Path.cwd, ""), (Path.home, "~/")):
        try:
            return mark + str(Path(path).relative_to(base()))
        except (ValueError, RuntimeError):
            # It lies elsewhere, or there is no home folder.
            continue
    return path


def rate_confidence(confidence: float, reply: Reply) -> Rating:
    """The confidence (0 to 1) of an answer in a word.

    What is not shown as an answer is doubtful; a word that is promised of all that is shown goes
    before what confidence says.
    """
    if confidence < reply.threshold:
        return "doubtful"
    promise = reply.promise
    errors = promise.at_most if promise and promise.risk == "shown" else 1.0
    if confidence >= _SURE or errors <= _SURE_ERRORS:
        return "sure"
    return "likely" if confidence >= _LIKELY or errors <= _LIKELY_ERRORS else "doubtful"


def describe_confidence(confidence: float, reply: Reply) -> str:
    """The confidence (0 to 1) of an answer in a word and in per cent."""
    return f"{rate_confidence(confidence, reply)}, {confidence:.0%}"


def describe_refusal(reply: Reply) -> str:
    """The words in place of an answer: they claim no more than is known."""
    return "Not in these documents." if reply.off_topic else "No answer that I am sure of."


def describe_unread(reply: Reply) -> str:
    """The remark beside a reply if something was found and not read; "" if all was read."""
    if not reply.unread:
        return ""
    from index.documents import ENGLISH
    from index.models import has_languages_model
    from index.text import detect_language

    asked = detect_language(reply.resolved_question)
    unread = [hit for hit in reply.hits if {asked, hit.passage.language} != {ENGLISH}]
    by_meaning = any("dense" in hit.scores for hit in unread)
    how = "meaning" if by_meaning else "words"
    # If it is there and cannot be used, a notice has said so.
    more = "" if has_languages_model() else f" {_ADVICE}"
    if asked != ENGLISH and asked in reply.unread:
        because = f"the question is in {name_language(asked)}, and {_READ}"
        found = f"Found by its {how}, not read" if reply.hits else f"Nothing is found by its {how}"
        return f"{found}: {because}{more}"
    names = join_some([name_language(code) for code in reply.unread if code != ENGLISH], ", ")
    return f"Found by its {how}, not read: passages in {names}, as {_READ}{more}"


def describe_doubt(document: Document, spans: Iterable[Span]) -> str:
    """The remark on doubtful words of a document; "" if none are doubtful."""
    return "hard to read in the picture" if any(map(document.find_doubtful, spans)) else ""


def describe_more(count: int) -> str:
    """That a list goes on in its source; "" if it does not."""
    return f"and {count} more" if count else ""


def describe_source(document: Document, heading: str | None, page: int | None) -> str:
    """Where a passage stands: file, headings, page; on one line, safe to draw."""
    parts = [shorten_path(document.path), heading, f"page {page}" if page is not None else None]
    return visible(" › ".join(part for part in parts if part)).replace("\n", " ")


def suggest(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest one that is known, or nothing."""
    from difflib import get_close_matches

    # All options begin with dashes, which do not make them alike.
    bare = {each.lstrip("-"): each for each in known}
    near = get_close_matches(name.lstrip("-"), bare, 1)
    return f": did you mean {bare[near[0]]}?" if near else ""


def suggest_or_list(name: str, known: Iterable[str]) -> str:
    """As `suggest`; if no name is near, all that are known."""
    names = list(known)
    return suggest(name, names) or f": choose from {', '.join(names)}"


def describe_properties(properties: Properties) -> str:
    """Who wrote it, when and what about: `Ann Smith · 29 Feb 2024 · #rain #snow`."""
    parts = (
        join_some(properties.authors, ", "),
        describe_day(properties.date),
        join_some([f"#{tag}" for tag in properties.tags], " "),
        describe_languages(properties),
        "partly hard to read" if properties.doubtful else "",
    )
    return " · ".join(filter(None, parts))


def name_language(code: str) -> str:
    """The name of a language; its code if it is a rare one."""
    return _LANGUAGES.get(code, code)


def describe_languages(properties: Properties) -> str:
    """The languages of a document, that of most of it first; "" if all is English."""
    if properties.languages == ("en",):
        return ""
    return ", ".join(map(name_language, properties.languages))


def describe_day(day: datetime.date | None) -> str:
    """A day as people write it; "" for None."""
    return f"{day.day} {day:%b} {day.year}" if day else ""


def join_some(names: Sequence[str], between: str, most: int = _MOST) -> str:
    """The first names, and how many others there are."""
    shown = between.join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def estimate_time_left(share: float, elapsed: float) -> float | None:
    """Seconds that are left; None if too little is done to tell, or nothing is left.

    Args:
        share: how much is done, 0 to 1.
        elapsed: seconds since the start.
    """
    if share < _LEAST_SHARE or elapsed < _LEAST_SECONDS or share >= 1:
        return None
    return elapsed * (1 - share) / share


def describe_time_left(seconds: float) -> str:
    """Seconds as people say them: `12 s left`, `25 min left`, `3 h left`."""
    if seconds < 60:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.0f} h left"
