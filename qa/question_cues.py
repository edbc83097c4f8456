"""What a question asks for, as far as its words alone tell."""

from __future__ import annotations

import re

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
# What people ask for by its name alone: "ingredients of the stew".
_THINGS = r"ingredients|members|contents|parts|requirements|symptoms|side\seffects|exclusions|perks"
_LIST = re.compile(
    rf"""\b(?:what|which|who|name|list|give)\s(?:me\s)?(?:(?:the|are|were|all|of|some|main)\s)*
         (?:{_NUMBERS}|\d+)\b
       | \b(?:what|which|who)\s(?:all\s)?(?:have|has)\sbeen\sthe\s
       | \b(?:in|with|by|from|on|for)\swhich\s(?:\w+\s)?{_NOT_PLURAL}\w{{2,}}s\b
       | \b(?:what|which|who|where)\s(?:are|were)\b(?!\s(?:you|they|we)\b)
       | \bwhich\s(?:(?:other|[\w-]+)\s)?{_NOT_PLURAL}[\w-]{{2,}}s\b
       | \bwhat\s(?:(?:(?:kind|type|sort)s?\sof|[\w-]+)\s)?{_NOT_PLURAL}\w{{2,}}s\s{_VERB}\b
       | \b(?:what|which)\s(?:kind|type|sort)s\sof\b
       | \bwhat\s(?:comes|goes|belongs)\s(?:in|into|with)\b
       | \bwhat\s(?:do|does|did)\s.+\s(?:include|contain|comprise|consist\sof|not\s(?:cover|pay))\b
       | \bwhat\s(?:do|must|should|will)\s(?:i|we|you|they)\s(?:(?:have|need)\sto\s)?
         (?:pack|bring|buy|take\swith|(?:put|include|write|mention|say)\b.*\b(?:in|into|on))\b
       | \bwhat\s(?:do|does|will)\s(?:i|we|you|one|it)\sneed\s
         (?:for|to\s(?:make|bake|cook|build|prepare|brew))\b
       | \bwhat\s(?:is|are)\s(?:stored|kept|found|included|listed|written|shown)\s(?:in|on)\b
       | \bwhat\selse\b | \bwhat(?:\sis|\swas|['’]?s)\s(?:new|included|excluded)\b
       | \bwho\s(?:sits|serves)\son\b | \bwho\s(?:is|was)\s(?:at|going|coming|present|invited)\b
       | \bwho\s(?:(?:must|should|may)\snot|cannot|can['’]?t|shouldn['’]?t|mustn['’]?t)\b
       | ^\s*(?:the\s)?(?:{_THINGS})\s(?:of|for|in)\b
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
# What is no term to define: "what was destroyed in 1940", "what is Mary called in Islam", "what are
# they missing", "what is a new trend in teaching".
_NO_TERM = (
    r"(?:also\s|often\s|usually\s|commonly\s)?"
    r"(?:(?:appoint|consider|creat|destroy|donat|found|includ|us)ed\b"
    r"|\S+\s(?:called|considered|known|lacking|missing|named)\b"
    r"|an?\s(?:famous|good|major|new|notable|popular|possible|recent|typical)\b)"
)
# "What is autolyse", "what are stop words in Lucene", "define recall"; not "what is the capital of
# Peru" or "who was Rembrandt's wife", whose answer is short.
_DEFINITION = re.compile(
    rf"""^\s*+(?:(?:what|who)(?:\s(?:is|are|was|were)|['’]s)\s(?!(?:the|this|that|my|our|your|their|his|her)\b)
            (?!{_NO_TERM})(?:an?\s)?(?!\S+['’]s\s)\S+(?:\s\S+)?(?:\sin\s\S+)?
        |what\s(?:does|do|did)\s(?:an?\s)?\S+(?:\s\S+)?\smean
        |what\s(?:sort|kind|type)\sof\sthing\s(?:is|are|was|were)\s.+
        |define\s.+|what\s+is\s+meant\s+by\s.+|meaning\sof\s.+
        |\S+(?:\s\S+){{0,2}}\s(?:meaning|definition)|.+\bwhat\s(?:is|are)\s(?:that|those|it|they))
        \s*+\??\s*+$""",
    re.IGNORECASE | re.VERBOSE,
)


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
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
# What the person who asks is to do; not "how do members vote".
_ADVICE = re.compile(
    rf"""\bhow\s(?:(?:do|can|could|should|would|must)\s(?:i|we|you|one|people|someone)|to)\b
      | {_WHAT_NOW}""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNT = re.compile(r"\bhow\s(?:many|much)\b|\bnumber\sof\b", re.IGNORECASE)
_ASKS_HOW_MUCH = re.compile(r"\bhow\s+much\b")
_ASKS_WHEN = re.compile(r"^\W*(?:(?:and|so|but|since|until|till|by|from)\s+)*when\b")
# What is asked for of a thing: "price" in "what was the price".
_ASKED_ATTRIBUTE = re.compile(
    r"\b(?:which|what)\s+(?:(?:is|was|are|were|all|of|the|other)\s+)*([^\W\d]\w*)\b"
)
# The things that are asked for: "invoices" in "which invoices are open", "name all invoices".
_ASKED_THINGS = re.compile(
    r"\b(?:which|what|whose|list|name|how\s+many)\s+(?:all\s+|of\s+|the\s+|other\s+)*(\w+)\b"
)
_HOW_MANY = re.compile(r"\bhow\s+many\b", re.IGNORECASE)
# What says how many: digits, or words for a number or an amount.
_AMOUNT = re.compile(
    r"""\d | \b(?: (?:\w+-)?(?:one|two|three|four|five|six|seven|eight|nine)
            | (?:thir|four|fif|six|seven|eigh|nine)teen | ten | eleven | twelve
            | (?:twen|thir|for|fif|six|seven|eigh|nine)ty
            | (?:hundred|thousand|million|billion|trillion|dozen)s? | no | none | zero | single
            | once | twice | both | half | quarter | third | pair | couple | few | several
            | most | all | every | any | numerous | countless | unlimited )\b""",
    re.IGNORECASE | re.VERBOSE,
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


def _find_last_sentence(question: str) -> str:
    """The sentence that asks: "The dough is sticky. What helps?" asks what helps."""
    parts = [part for part in _SENTENCE_END.split(question) if re.search(r"\w", part)]
    return parts[-1] if parts else question


def required_amount(question: str) -> re.Pattern[str] | None:
    """What an answer must name somewhere: a number, where the question is how many."""
    return _AMOUNT if _HOW_MANY.search(question) else None


def wants_verdict(question: str) -> bool:
    """Whether yes or no is asked for: "did she pay"; not a choice, "is it red or blue"."""
    asking = _find_last_sentence(question)
    return _VERDICT.search(asking) is not None and not offers_choice(asking)


def offers_choice(question: str) -> bool:
    """Whether the answer is among the question's own words: "is it red or blue"."""
    return _CHOICE.search(question) is not None


def wants_definition(question: str) -> bool:
    """Whether the question is only what something is or means."""
    return _DEFINITION.search(_find_last_sentence(question)) is not None


def wants_list(question: str) -> bool:
    """Whether several things are asked for: "which colours", "what are the steps", "name three"."""
    return _LIST.search(question) is not None


def wants_explanation(question: str) -> bool:
    """Whether the question is how something is done or works, or why."""
    return _EXPLANATION.search(_find_last_sentence(question)) is not None


def wants_instructions(question: str) -> bool:
    """Whether the question is what to do."""
    return _INSTRUCTIONS.search(question) is not None


def wants_advice(question: str) -> bool:
    """Whether the question is what the person who asks is to do."""
    return _ADVICE.search(question) is not None


def asks_for_count(question: str) -> bool:
    """Whether a number of things is asked for: "how many", "what is the number of"."""
    return _COUNT.search(question) is not None


def asks_how_much(question: str) -> bool:
    """Whether an amount is asked for: "how much"."""
    return _ASKS_HOW_MUCH.search(question.lower()) is not None


def asks_when(question: str) -> bool:
    """Whether the question begins with "when", or with "since when" and the like."""
    return _ASKS_WHEN.search(question.lower()) is not None


def find_asked_attribute(question: str) -> str | None:
    """The noun that follows "which" or "what": "price" in "what was the price", in lower case."""
    match = _ASKED_ATTRIBUTE.search(question.lower())
    return match[1] if match else None


def find_asked_things(question: str) -> str | None:
    """What a question asks for one, several or a number of: "invoices" in "how many invoices".

    In lower case. Other than in `find_asked_attribute`, no verb is skipped before it.
    """
    match = _ASKED_THINGS.search(question.lower())
    return match[1] if match else None


def wants_comparison(question: str) -> bool:
    """Whether the question is how things differ."""
    return _COMPARISON.search(question, 0, _LONGEST_COMPARISON) is not None
