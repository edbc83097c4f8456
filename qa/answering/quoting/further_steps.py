"""The steps of a procedure that stand in the passages below the best one.

A passage has a few hundred words at most, so a long list of steps is in several. Who asks how to
do something wants them all.
"""

from __future__ import annotations

from dataclasses import replace

from qa.answering.candidates import ReadPassage
from qa.answering.quoting.evidence import find_steps

# Characters of all passages together, at most.
_MOST_LETTERS = 4_000


def add_further_steps(passage: ReadPassage) -> ReadPassage:
    """The passage, with those below it that go on with its numbered steps.

    It is returned unchanged if there are none, and if the document has changed meanwhile.
    """
    hit = passage.hit
    numbers = [step.number for step in find_steps(hit.passage)]
    document = hit.read_surroundings() if numbers else None
    if document is None:
        return passage
    text = document.text
    end, last = hit.passage.span.end, numbers[-1]
    joined = [hit.passage]
    for following in document.passages:
        if following.span.start < end:
            continue
        further = [step.number for step in find_steps(following)]
        goes_on = (
            following.headings == hit.passage.headings
            and not text[end : following.span.start].strip()
            and further[:1] == [last + 1]
            and following.span.end - hit.passage.span.start <= _MOST_LETTERS
        )
        if not goes_on:
            break
        end, last = following.span.end, further[-1]
        joined.append(following)
    longer = document.join(joined)
    is_unchanged = longer.text.startswith(hit.passage.text)
    return replace(passage, hit=replace(hit, passage=longer)) if is_unchanged else passage
