"""Why an answer was given, and why a passage was not chosen, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from index import Hit
from qa import Answer, Reply, counted
from tui.common.presentation.confidence import draw_confidence
from tui.common.presentation.wording import one_line, shorten
from tui.conversation.answer_text import draw_answer
from tui.conversation.explanation_figures import is_quoted
from tui.source.quotations.quotation import Quotation
from tui.source.rendering.passage_words import PassageWords


@dataclass(frozen=True, slots=True)
class _Reason:
    """What parts of the confidence that tell the same thing say together.

    Attributes:
        parts: their names; what they add is added up.
        for_it: what is said where that speaks for the answer.
        against: what is said where it speaks against it; "" for nothing.
    """

    parts: tuple[str, ...]
    for_it: str
    against: str


# Each part in one reason only, so that no two sentences say the opposite.
REASONS = (
    _Reason(
        ("odds", "margin", "standing"),
        "an answer stands out there",
        "no answer stands out there",
    ),
    _Reason(
        ("relevance", "sentence"),
        "what is quoted fits the question",
        "what is quoted fits the question poorly",
    ),
    _Reason(("lead",), "no other document comes close", "another document comes close"),
    _Reason(("ahead",), "no other passage answers as well", "another passage answers as well"),
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
# Passages that are named, and reasons on either side.
_NAMED, _GIVEN = 3, 2
# A reason counts from this much on (log odds); a match of words or meaning from this share on.
_LEAST_REASON, _NEAR = 0.15, 0.8
_PLACE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one answer of a reply, or of a reply without answers."""

    reply: Reply
    answer: Answer | None

    def describe_answer(self) -> Content:
        """The question, the answer and its confidence."""
        question = Content.styled(shorten(self.reply.question), "bold")
        if self.answer is None:
            return Content.assemble(question, "\nNothing was found that could be quoted.")
        return Content.assemble(
            question, "\n", draw_answer(self.answer), "\n", draw_confidence(self.answer.confidence)
        )

    def describe_search(self) -> str:
        """What was searched for, how much was found, ranked and read."""
        reply = self.reply
        search_note = f"Searched for “{shorten(reply.resolved_question)}”. "
        if reply.resolved_question == reply.question:
            search_note = ""
        found, read = len(reply.considered), self._read_count
        if not found:
            return search_note.strip()
        return (
            f"{search_note}The search found {counted(found, 'passage')} by words and by meaning. "
            f"All of them were ranked by how well they answer, and the best {read} were read."
        )

    def list_first_passages(self) -> list[str]:
        """The first passages after ranking, and why each was found, a line each."""
        named = [(_name(hit), self._describe_match(hit)) for hit in self.reply.hits[:_NAMED]]
        return [
            f"{rank}. {name}: {match}" if match else f"{rank}. {name}"
            for rank, (name, match) in enumerate(named, 1)
        ]

    def describe_confidence(self) -> str:
        """What decided the confidence; "" where that is not known."""
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
        """Whether it is shown as an answer, and what is said of those that are not."""
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
        return (
            f"From {least} on it is shown as an answer. Below, you would have read “No answer that "
            "I am sure of”, with this as the best candidate."
        )

    def describe_passage(self, rank: int) -> str:
        """Why a passage was chosen or not; `rank` is its position in the search, from 0."""
        passage = self.reply.considered[rank]
        if is_quoted(self.answer, passage):
            return "The answer is quoted from here."
        if passage.relevance is None:
            position = f"{format_ordinal(rank + 1)} in the search"
            return f"Not read: {position}, but others rank higher."
        if passage.span is None:
            return "Read, but there is nothing in it to quote."
        words = shorten(PassageWords.of(passage.hit).quote(passage.span), _PLACE_LENGTH)
        return f"Read, but “{words}” is less likely the answer."

    @property
    def _read_count(self) -> int:
        return sum(1 for passage in self.reply.considered if passage.relevance is not None)

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


def _name(hit: Hit) -> str:
    heading = one_line(hit.passage.headings[-1]) if hit.passage.headings else ""
    name = Quotation.from_hit(hit).file_name
    return shorten(f"{name} › {heading}" if heading else name, _PLACE_LENGTH)


def format_ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th…"""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"
