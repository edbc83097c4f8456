"""Why an answer was given, and why a passage was not chosen, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.content import Content

from index import Hit, describe_promise
from qa import Answer, ConsideredPassage, Reply, counted
from tui.common.presentation.wording import shorten_line
from tui.common.screens.screen_parts import draw_confidence
from tui.conversation.choices import draw_answer
from tui.source.places import QuotedPlace
from tui.source.rendering.passage_words import PassageWords

_BLOCKS = " ▏▎▍▌▋▊▉█"
_FACTORS = {
    "intercept": "to begin with",
    "odds": "all passages together",
    "margin": "where it stands, alone",
    "lead": "ahead of other documents",
    "relevance": "the passage, as read",
    "ahead": "ahead of other passages",
    "length": "words of the question",
    "sentence": "its best sentence",
    "standing": "its best words",
    "rival": "ahead of other answers",
    "explains": "asked how or why",
    "defines": "asked what it is",
    "decides": "asked yes or no",
    "selected": "rows that meet the condition",
    "unmentioned": "a name no passage mentions",
    "order": "another answer is better",
}
_NAME_WIDTH = 26
_TIMES = {
    "load": "loading the model",
    "retrieve": "searching",
    "rerank": "ranking",
    "read": "reading",
    "total": "all together",
}
_QUOTED = 60
# Passages that are named, and reasons on either side.
_NAMED, _GIVEN = 3, 2
# A reason counts from this much on (log odds); a match of words or meaning from this share on.
_LEAST_REASON, _NEAR = 0.15, 0.8
_PLACE_LENGTH = 60


def draw_factors(answer: Answer | None) -> Content:
    """The factors of a confidence: a signed number and a bar for each."""
    if answer is None or not answer.factors:
        return Content("")
    factors = answer.factors
    most = max(abs(value) for value in factors.values()) or 1.0
    lines = [Content.styled("What speaks for it (log odds)", "$text-primary")]
    for name, value in factors.items():
        style = "$success" if value > 0 else "$text-warning"
        label = f"{_FACTORS.get(name, name):{_NAME_WIDTH}}{value:+6.2f} "
        lines.append(Content.assemble(label, (draw_bar(abs(value) / most, 10), style)))
    total = sum(factors.values())
    lines.append(
        Content.styled(
            f"{'together':{_NAME_WIDTH}}{total:+6.2f}  = {answer.confidence:.0%}", "bold"
        )
    )
    return Content("\n").join(lines)


def draw_timings(timings: Mapping[str, float]) -> Content:
    """The time of each step, in milliseconds: a number and a bar."""
    total = timings.get("total") or 1.0
    lines = [Content.styled("Time", "$text-primary")]
    for name, label in _TIMES.items():
        if name in timings:
            row = f"{label:18}{timings[name]:7,.0f} ms "
            lines.append(
                Content.assemble(row, (draw_bar(timings[name] / total, 8), "$text-primary"))
            )
    return Content("\n").join(lines)


def describe_scores(reply: Reply, answer: Answer | None, passage: ConsideredPassage) -> str:
    """The figures of the search, and of the reader, for a passage."""
    scores, first = passage.hit.scores, reply.considered[0].hit.scores
    if passage.relevance is None:
        parts = [
            f"{label} {scores[name]:.2f} (the first: {first[name]:.2f})"
            if name in scores and name in first
            else f"{label} not at all"
            for name, label in (("bm25", "its words match"), ("dense", "in meaning it is near"))
            if name in first
        ]
        return f"{'; '.join(parts).capitalize()}." if parts else ""
    if passage.span is None or passage.log_odds is None:
        return f"The reader’s score is {passage.relevance:+.1f}: above 0 there is an answer."
    words = PassageWords(passage.hit).quote(passage.span)
    text = f"Its best is “{shorten_line(words, _QUOTED)}” ({passage.log_odds:+.1f} in log odds"
    best = next((w.log_odds for w in reply.considered if is_quoted(answer, w)), None)
    if best is None or is_quoted(answer, passage):
        return f"{text})."
    listed = next(
        (
            f" It is listed with {other.confidence:.0%}."
            for other in reply.answers
            if other.document == passage.hit.document and other.span == passage.span
        ),
        "",
    )
    more = " Other passages speak for the answer, too." if passage.log_odds > best else ""
    return f"{text}; the answer’s: {best:+.1f}).{listed}{more}"


def is_quoted(answer: Answer | None, passage: ConsideredPassage) -> bool:
    """Whether an answer is quoted from a passage."""
    return answer is not None and answer.hit.passage.id == passage.hit.passage.id


def draw_bar(share: float, cells: int) -> str:
    """A bar for a share (0 to 1), padded to its full width in cells."""
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (_BLOCKS[part] if part else "")).ljust(cells)


@dataclass(frozen=True, slots=True)
class _Reason:
    """Parts of the confidence that tell the same thing, taken together.

    Attributes:
        parts: their names; what they add is added up.
        for_it: the words if that speaks for the answer.
        against: the words if it speaks against it; "" for nothing.
    """

    parts: tuple[str, ...]
    for_it: str
    against: str


# Each part in one reason only, so that no two sentences say the opposite.
REASONS = (
    _Reason(
        ("odds", "margin", "standing"), "an answer stands out there", "no answer stands out there"
    ),
    _Reason(
        ("relevance", "sentence"),
        "what is quoted fits the question",
        "what is quoted fits the question poorly",
    ),
    _Reason(("lead",), "no other document comes close", "another document comes close"),
    _Reason(("ahead",), "no other passage answers as well", "another passage answers as well"),
    _Reason(("rival",), "no other answer comes close", "another answer comes close"),
    _Reason(("length",), "the question says much", "the question says little"),
    _Reason(("order",), "", "another answer is better"),
    _Reason(
        ("explains",),
        "how or why is asked, which is often answered well",
        "how or why is asked, which is often missed",
    ),
    _Reason(
        ("defines",),
        "it is asked what something is, which is often answered well",
        "it is asked what something is, which is often missed",
    ),
    _Reason(
        ("decides",),
        "yes or no is asked, which is often answered well",
        "yes or no is asked, which is often misread",
    ),
    _Reason(("selected",), "its rows meet your condition", "rows may be missing"),
    _Reason(("unmentioned",), "", "a name in the question stands in no passage that was read"),
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one answer of a reply, or of a reply without answers."""

    reply: Reply
    answer: Answer | None

    def describe_answer(self) -> Content:
        """The question, the answer and its confidence."""
        question = Content.styled(shorten_line(self.reply.question), "bold")
        if self.answer is None:
            return Content.assemble(question, "\nNothing was found that could be quoted.")
        return Content.assemble(
            question,
            "\n",
            draw_answer(self.answer),
            "\n",
            draw_confidence(self.answer.confidence, self.reply),
        )

    def describe_search(self) -> str:
        """The words searched for, and how much was found, ranked and read."""
        reply = self.reply
        resolved, found = reply.resolved_question, len(reply.considered)
        note = "" if resolved == reply.question else f"Searched for “{shorten_line(resolved)}”. "
        if not found:
            return note.strip()
        read = sum(1 for passage in reply.considered if passage.relevance is not None)
        found_ones = f"{note}The search found {counted(found, 'passage')} by words and by meaning."
        if all(map(_is_ranked, reply.considered)):
            ranked = (
                f"All of them were ranked by how well they answer, and the best {read} were read."
            )
        else:
            ranked = f"The best of them were ranked by how well they answer, and {read} were read."
        return f"{found_ones} {ranked}"

    def list_first_passages(self) -> list[str]:
        """The first passages after ranking, and why each was found, a line each."""
        named = [(_name(hit), self._describe_match(hit)) for hit in self.reply.hits[:_NAMED]]
        return [
            f"{rank}. {name}: {match}" if match else f"{rank}. {name}"
            for rank, (name, match) in enumerate(named, 1)
        ]

    def describe_confidence(self) -> str:
        """The reasons for the confidence; "" if they are not known."""
        if self.answer is None or not self.answer.factors:
            return ""
        factors = self.answer.factors
        # A better answer comes closer than any other document, and answers better.
        unsaid = ("lead",), ("ahead",)
        has_better = factors.get("order", 0.0) <= -_LEAST_REASON
        contributions = [
            (sum(factors.get(part, 0.0) for part in reason.parts), reason)
            for reason in REASONS
            if not (has_better and reason.parts in unsaid)
        ]
        contributions.sort(key=lambda each: -abs(each[0]))
        for_it = [r.for_it for value, r in contributions if value >= _LEAST_REASON and r.for_it]
        against = [r.against for value, r in contributions if value <= -_LEAST_REASON and r.against]
        parts = [f"For it: {', and '.join(for_it[:_GIVEN])}."] if for_it else []
        parts += [f"Against it: {', and '.join(against[:_GIVEN])}."] if against else []
        return " ".join(parts)

    def describe_threshold(self) -> str:
        """Whether it is shown as an answer, and why others are not."""
        answer, reply = self.answer, self.reply
        if answer is None:
            return ""
        least = f"{reply.threshold:.0%}"
        if answer.confidence < reply.threshold:
            return f"That is too little to be shown as an answer, which takes {least}."
        if reply.off_topic:
            return (
                "Even the best passage is about something else: that is why it is not shown as an "
                "answer."
            )
        if answer != reply.answers[0]:
            return "It is listed below the best answer."
        promised = f" Promised: {describe_promise(reply.promise)}." if reply.promise else ""
        return (
            f"From {least} on it is shown as an answer. Below, you would have read “No answer that "
            f"I am sure of”, with this as the best candidate.{promised}"
        )

    def describe_passage(self, rank: int) -> str:
        """Why a passage was chosen or not; `rank` is its position in the search, from 0."""
        passage = self.reply.considered[rank]
        if is_quoted(self.answer, passage):
            return "The answer is quoted from here."
        if passage.relevance is None:
            position = f"{format_ordinal(rank + 1)} in the search"
            if not _is_ranked(passage):
                return f"Not read: {position}, after others that fit the question better."
            return f"Not read: {position}, but others rank higher."
        if passage.span is None:
            return "Read, but there is nothing in it to quote."
        words = shorten_line(PassageWords(passage.hit).quote(passage.span), _PLACE_LENGTH)
        return f"Read, but “{words}” is less likely the answer."

    def _describe_match(self, hit: Hit) -> str:
        """How a passage compares with the best one, in words and in meaning; "" if unknown."""
        if not {"bm25", "dense"} & hit.scores.keys():
            return ""
        hits = [passage.hit for passage in self.reply.considered] or list(self.reply.hits)
        near = {
            name: hit.scores.get(name, 0.0) >= _NEAR * max(h.scores.get(name, 0.0) for h in hits)
            for name in ("bm25", "dense")
            if name in hit.scores
        }
        words = "many of your words" if near.get("bm25") else "some of your words"
        if "bm25" not in hit.scores or not hit.scores["bm25"]:
            words = "none of your words"
        meaning = "close in meaning" if near.get("dense") else "less close in meaning"
        return f"{words}, {meaning}" if "dense" in hit.scores else words


def _is_ranked(passage: ConsideredPassage) -> bool:
    return "reranker" in passage.hit.scores


def _name(hit: Hit) -> str:
    parts = QuotedPlace.from_hit(hit).file_name, *hit.passage.headings[-1:]
    return shorten_line(" › ".join(parts), _PLACE_LENGTH)


def format_ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th…"""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"
