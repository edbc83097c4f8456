"""What people say around a question, not in it: greetings, "could you tell me", "thanks"."""

from __future__ import annotations

import re

_QUESTION_WORD = (
    r"(?:(?:about|at|by|for|from|in|on|to|with)\s+)?"
    r"(?:what|which|who|whom|whose|when|where|why|how|if|whether)\b"
)
_PLEASE = r"(?:please|kindly|pls|plz)"
_SOMEBODY = r"(?:you|anyone|anybody|someone|somebody)"
_BEFORE = re.compile(
    rf"""\s*(?:
        (?:hi|hello|hey|good\s(?:morning|afternoon|evening))(?:\s(?:there|all|again|everyone))?
            (?:\s*[,.!:–]+\s*|\s+(?={_QUESTION_WORD}))
      | i(?:\shave|['’]ve\sgot|\sgot)\s(?:a|one|another)\s(?:\w+\s)?question\s*[,.:!–]+\s*
      | (?:(?:quick|short|simple|another)\s)?question\s*[,.:!–]+\s*
      | {_PLEASE}[\s,:]+(?!(?:{_PLEASE}|me)\b)
      | (?:(?:can|could|would|will)\s{_SOMEBODY}\s(?:{_PLEASE}\s)?)?(?:tell|remind|show)\s(?:me|us)
            (?:,?\s{_PLEASE})?(?:\s*[,:–]+\s*|\s+(?={_QUESTION_WORD}))
      | (?:can|could|would|will)\s{_SOMEBODY}\s(?:{_PLEASE}\s)?(?=(?:explain|describe|list|name)\b)
      | i(?:['’]d|\swould)?\s(?:really\s|just\s)?(?:like|love|want|need)\sto\s
            (?:know|learn|find\sout|understand|ask)(?:\s*[,:–]+\s*|\s+(?={_QUESTION_WORD}))
      | i(?:\swonder|(?:\swas|\sam|['’]m)\s(?:just\s)?wondering),?\s+(?={_QUESTION_WORD})
      | (?:do|does|can)\s{_SOMEBODY}\s(?:happen\sto\s)?(?:know|remember)\s+(?={_QUESTION_WORD})
      | any\s(?:idea|clue)\s+(?={_QUESTION_WORD})
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER = re.compile(
    rf"""(?<![\s,.!?–])(?:\s*+[,.!?–][\s,.!?–]*|\s+(?=thanks\b|thx\b))
        (?:(?:many\s)?thanks|thank\syou|thx|cheers|{_PLEASE})
        (?:\s(?:a\slot|so\smuch|very\smuch|again|in\sadvance|all|everyone))*[\s.!?]*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_IF = re.compile(r"\s*if\b", re.IGNORECASE)


def strip_courtesy(question: str) -> str:
    """The question without the courtesy around it.

    "Hi, do you know if dogs are allowed? Thanks!" becomes "whether dogs are allowed?".

    Returns:
        the question itself, character for character, if nothing of the kind surrounds it, or
        if nothing would be left.
    """
    start, end, mark = 0, len(question), ""
    indirect = False
    while match := _BEFORE.match(question, start, end):
        start, indirect = match.end(), True
    if match := _AFTER.search(question, start):
        end, mark = match.start(), "?" if "?" in match[0] else ""
    rest = question[start:end]
    if (start, end) == (0, len(question)) or not any(c.isalnum() for c in rest):
        return question
    if indirect and (match := _IF.match(rest)):
        rest = f"whether{rest[match.end() :]}"
    return f"{rest.strip()}{mark}"
