"""What a question asks for, as far as its words alone tell: worked out once, and handed on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.text import split_sentences

AnswerForm = Literal["words", "sentences", "list", "verdict"]

# Superlatives, which ask for the highest or the lowest value.
HIGHEST = frozenset(
    "most highest largest biggest greatest longest oldest tallest maximum max latest newest"
    " heaviest costliest".split()
)
LOWEST = frozenset(
    "least lowest smallest shortest fewest minimum min earliest cheapest lightest".split()
)
_NUMBERS = "two|three|four|five|six|seven|eight|nine|ten|several|all"
# Singular words that end like plurals.
_NOT_PLURAL = (
    r"(?!\w*(?:ss|us|is)\b)"
    r"(?!(?:does|was|has|goes|comes|takes|gives|makes|leads|runs|opens|closes|means|costs|works"
    r"|holds|needs|uses|says|news|always|times)\b)"
)
# "What colours are there" asks for several; in "what falls from" the s is a verb's.
_VERB = (
    "(?:are|were|do|does|did|can|could|have|has|had|will|would|should|may|must|go|come|make|get)"
)
# Of the kinds of lists that are asked for in 508 questions on real documents and in 10,198 written
# ones, others ("what else", "who sits on the board") are told by three questions each at most.
_LIST = re.compile(
    rf"""\b(?:what|which|who|name|list|give)\s(?:me\s)?(?:(?:the|are|were|all|of|some|main)\s)*
         (?:{_NUMBERS}|\d+)\b
       | \b(?:what|which|who|where)\s(?:are|were|have\sbeen)\b(?!\s(?:you|they|we)\b)
       | \bwhich\s(?:(?:other|[\w-]+)\s)?{_NOT_PLURAL}[\w-]{{2,}}s\b
       | \bwhat\s(?:(?:(?:kind|type|sort)s?\sof|[\w-]+)\s)?{_NOT_PLURAL}\w{{2,}}s\s{_VERB}\b
       | \b(?:what|which)\s(?:kind|type|sort)s\sof\b
       | \bwhat\s(?:comes|goes|belongs)\s(?:in|into|with)\b
       | ^\s*(?:please\s)?(?:name|list|enumerate)\b""",
    re.IGNORECASE | re.VERBOSE,
)


_VERDICT = re.compile(
    r"""^\s*(?:(?:and|so|but|then)\s+)*
        (?:whether|is|are|am|was|were|do|does|did|has|have|had|can|could|will|would|shall|should
        |may|might|must|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|hasn't|haven't|can't|couldn't
        |won't|wouldn't|shouldn't)\s+(?!you\s+(?:tell|say|name|explain)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_CHOICE = re.compile(r"\bor\b(?!\s+not\b)", re.IGNORECASE)
# What is not a term to define: "what was destroyed in 1940", "what is Mary called in Islam", "what
# are they missing", "what is a new trend in teaching".
_NOT_A_TERM = (
    r"(?:also\s|often\s|usually\s|commonly\s)?"
    r"(?:(?:appoint|consider|creat|destroy|donat|found|includ|us)ed\b"
    r"|\S+\s(?:called|considered|known|lacking|missing|named)\b"
    r"|an?\s(?:famous|good|major|new|notable|popular|possible|recent|typical)\b)"
)
# "What is autolyse", "what are stop words in Lucene", "define recall"; not "what is the capital of
# Peru" or "who was Rembrandt's wife", whose answer is short.
_DEFINITION = re.compile(
    rf"""^\s*+(?:(?:what|who)(?:\s(?:is|are|was|were)|['’]s)\s(?!(?:the|this|that|my|our|your|their|his|her)\b)
            (?!{_NOT_A_TERM})(?:an?\s)?(?!\S+['’]s\s)\S+(?:\s\S+)?(?:\sin\s\S+)?
        |what\s(?:does|do|did)\s(?:an?\s)?\S+(?:\s\S+)?\smean
        |what\s(?:sort|kind|type)\sof\sthing\s(?:is|are|was|were)\s.+
        |define\s.+|what\s+is\s+meant\s+by\s.+|meaning\sof\s.+
        |\S+(?:\s\S+){{0,2}}\s(?:meaning|definition)|.+\bwhat\s(?:is|are)\s(?:that|those|it|they))
        \s*+\??\s*+$""",
    re.IGNORECASE | re.VERBOSE,
)


# That a sentence asks, and is not only a part of a question: "what about Oslo".
_ASKS = re.compile(
    r"\b(?:who|whom|whose|which|when|where|why|(?:what|how)(?!\sabout)|name|list|explain|describe)\b",
    re.IGNORECASE,
)
# The number of a question in a list of some.
_MARKER = re.compile(r"\A\W*(?:\d{1,3}|[a-z])\.\s", re.IGNORECASE)
_NEXT_LETTER = re.compile(r"[.!?]\s[^\W\d_]")
_MEASURED = (
    "many|much|long|old|far|often|big|large|tall|high|deep|fast|wide|heavy|soon|late|early|hot"
    "|cold|small|thick|few|likely|strong|loud|close|near|short|young|steep|bright|rich|common|rare"
    "|popular|similar|abundant|successful|expensive"
)
_WHAT_TO_DO = (
    r"what\s(?:should|must|can|do|could|would|shall)\s(?:i|we|you|one)\s"
    r"(?:(?:have|need)\sto\s)?do\b"
)
# "How do I …", "why …", "what happens if …"; not "how many", "how long", whose answer is short.
_EXPLANATION = re.compile(
    rf"""^\W*(?:(?:and|so|but|then|ok|please)\b\W*)*
         (?: why\b | how\b(?!\s(?:{_MEASURED})\b) | explain\b | describe\b
           | for\swhat\sreason | in\swh(?:at|ich)\sway\b
           | (?:can|could)\syou\s(?:tell|explain|show)\b.*\b(?:how|why)\b
           | {_WHAT_TO_DO}
           | what(?:\sis|['’]?s)\sthe\s(?:best\s|right\s|proper\s|easiest\s)?
             (?:way|reason|purpose|point|procedure|idea|cause|method|trick)\b
           | what\s(?:happens|helps|causes|caused|makes|made|(?:goes|went)\swrong)\b
           | what\s(?:does|do|did)\s.+\s(?:do|mean)\W*$
           | what\s(?:is|are)\s.+\s(?:for|good\sfor|used\sfor|about)\W*$
         )
      | [,;:–-]\s+(?:and\s|so\s|but\s)?
         (?: how\s(?:do|can|could|should|would)\s(?:i|we|you|one)\b | why\W*$ | what\snow\W*$
           | what\s(?:goes|went)\swrong\b
           | what\s(?:should|must|can|do|could)\s(?:i|we|you|one)\sdo\b )
      | ^\W*[a-z]{{3,}}ing\s(?:the|an?|my|our|your)\s[^?]*$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_WHAT_NOW = rf"\bwhat\snow\b | \b{_WHAT_TO_DO}"
# What to do: "how do I …", "it shows E21, what now?"; not "how did she die".
_INSTRUCTIONS = re.compile(
    rf"\bhow\s(?:do|can|could|should|would|must|to)\b | {_WHAT_NOW}", re.IGNORECASE | re.VERBOSE
)
_COUNT = re.compile(r"\bhow\s(?:many|much)\b|\bnumber\sof\b", re.IGNORECASE)
# The things that are asked for: "invoices" in "which invoices are open", "name all invoices".
_ASKED_THINGS = re.compile(
    r"\b(?:which|what|whose|list|name|how\s+many)\s+(?:all\s+|of\s+|the\s+|other\s+)*(\w+)\b"
)
# "What is the difference between …", "how does it differ"; not "in what year did the different
# colonies unite" or "what was the age difference", whose answer is short.
# In characters: the pattern goes on from each word that may begin a comparison.
_LONGEST_COMPARISON = 2_000
_COMPARISON = re.compile(
    r"""^(?:\W*(?:and|so|but|then|ok|please)\b)*\W*
            (?:compare|contrast|(?:(?:the|main|key)\s)*differences?)\b
      | \b(?:what|explain|describe|tell)\b.*
            \b(?:the|an?|any|some|main|key|big|only|real|important)\sdifferences?\b
            (?!\s(?:in|of)\s(?:age|price|size|height|weight|length|time)\b)
      | \bhow\s(?:is|are|was|were|do|does|did|can|could|would|will)\b.*
            \b(?:differ|different|differently|compare|compared)\b
      | \bin\swh(?:at|ich)\s(?:way|respect)s?\b.*\bdiffer(?:ent|ently)?\b
      | \bwhat\s(?:distinguish\w+|sets)\b | \bhow\s.*\bdistinguish\w*\b
      | ^(?!\W*how\s(?:many|much)\b).*\S\s(?:vs\.?|versus)\s\S
      | \bpros\sand\scons\b | ^\W*what\s(?:is|are|was|were)\s(?:\w+\s)?(?:dis)?advantages?\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """A question, with what it asks for.

    Attributes:
        text: the question, self-contained.
        lower: in lower case.
        decides: yes or no: "did she pay"; not a choice, "is it red or blue".
        defines: only what something is or means.
        explains: how something is done or works, or why.
        compares: how things differ.
        lists: several things: "which colours", "what are the steps", "name three".
        instructs: what to do.
        counts: a number of things: "how many", "what is the number of".
        things: what it asks for one, several or a number of: "invoices" in "how many invoices".
    """

    text: str
    lower: str
    decides: bool = False
    defines: bool = False
    explains: bool = False
    compares: bool = False
    lists: bool = False
    instructs: bool = False
    counts: bool = False
    things: str | None = None

    @classmethod
    def of(cls, question: str) -> QuestionForm:
        """What the words of a question ask for."""
        asking = _find_asking(question)
        last = _find_last_sentence(asking)
        things = _ASKED_THINGS.search(asking.lower())
        return cls(
            text=question,
            lower=question.lower(),
            decides=bool(_VERDICT.search(last)) and not _CHOICE.search(last),
            defines=bool(_DEFINITION.search(last)),
            explains=bool(_EXPLANATION.search(last)),
            compares=bool(_COMPARISON.search(asking, 0, _LONGEST_COMPARISON)),
            lists=bool(_LIST.search(asking)),
            instructs=bool(_INSTRUCTIONS.search(asking)),
            counts=bool(_COUNT.search(asking)),
            things=things[1] if things else None,
        )

    @classmethod
    def unknown(cls, question: str) -> QuestionForm:
        """The form of a question in another language than English."""
        return cls(question, question.lower())

    @property
    def answer_form(self) -> AnswerForm:
        """The form of answer that is asked for."""
        if self.decides:
            return "verdict"
        if self.explains or self.defines or self.compares:
            return "sentences"
        return "list" if self.lists else "words"


def _find_asking(question: str) -> str:
    """The asking part of a question, without the brackets at its end that complete a follow-up.

    A part of a question ("And on Linux? (Where is the cache on Windows)") asks what the whole one
    in the brackets asks.
    """
    if not question.rstrip().endswith(")"):
        return question
    own, _, left_out = question.rstrip()[:-1].partition(" (")
    return own if _ASKS.search(own) or _VERDICT.search(own) else left_out


def _find_last_sentence(question: str) -> str:
    """The sentence that asks: "The dough is sticky. What helps?" asks what helps."""
    # Sentences are told apart by their capitals, which many questions are typed without.
    asked = _MARKER.sub("", " ".join(question.split()))
    text = _NEXT_LETTER.sub(lambda match: match[0].upper(), asked)
    parts = [text[start:end] for start, end in split_sentences(text)]
    return next((part for part in reversed(parts) if re.search(r"\w", part)), question)
