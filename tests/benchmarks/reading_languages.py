"""How well questions in other languages are answered, with the part `languages`.

python -m tests.benchmarks.reading_languages --data FOLDER --keep FOLDER [--questions N]
[--given N], where FOLDER/lang holds XQuAD (xquad.LANGUAGE.json.gz). The indexes are those of
`tests.benchmarks.languages --model languages`, made in --keep if they are not there.

By language: exact match and F1 of the reader's best span in its paragraph (--given); of N questions
(--questions) asked of the index of all 240 paragraphs the F1 of the first answer, and the shares
that are right and shown, wrong and shown, and right but not shown. Right is an answer if it shares
half of its words with a right one, or holds it whole.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from index import LANGUAGES_MODEL, Index, Retriever
from qa import Assistant
from qa.answering.models import LanguagesModels
from qa.evaluation.measuring.scoring import quotes_answer
from qa.passage_text import ModelPassage
from qa.squad import exact_match, f1
from tests.benchmarks.languages import Asked, open_kept, read_xquad

# Questions with a word in common are beside each other: every so many is taken.
_ORDER = 37


def measure_given(paragraphs: Mapping[str, str], asked: Sequence[Asked]) -> tuple[float, float]:
    """Exact match and F1 of the best span in the paragraph that answers."""
    models = LanguagesModels().load()
    if models is None:
        raise SystemExit("the part `languages` is not installed")
    matches, overlaps = [], []
    for question in asked:
        text = paragraphs[question.paragraph]
        [reading] = models.reader.read(question.text, [ModelPassage(text)])
        best = reading.spans[0].span.of(text) if reading.spans else ""
        matches.append(exact_match(best, question.answers))
        overlaps.append(f1(best, question.answers))
    return sum(matches) / len(asked), sum(overlaps) / len(asked)


def measure_answers(index: Index, asked: Sequence[Asked]) -> list[float]:
    """F1 of the first answer; right and shown, wrong and shown, right and not shown."""
    assistant = Assistant(Retriever(index))
    overlap = 0.0
    shown = {True: 0, False: 0}
    hidden = 0
    for question in asked:
        reply = assistant.ask(question.text)
        best = reply.answers[0] if reply.answers else None
        is_right = best is not None and quotes_answer([best.text], question.answers, "any")
        overlap += f1(best.text, question.answers) if best else 0.0
        if reply.answered:
            shown[is_right] += 1
        else:
            hidden += is_right
    counts = [overlap, shown[True], shown[False], hidden]
    return [count / len(asked) for count in counts]


def _choose(asked: Sequence[Asked], count: int) -> list[Asked]:
    return [asked[number * _ORDER % len(asked)] for number in range(min(count, len(asked)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=0, metavar="N")
    parser.add_argument("--given", type=int, default=0, metavar="N")
    parser.add_argument("--languages", nargs="*", help="all that are there, if not given")
    args = parser.parse_args()
    args.keep.mkdir(parents=True, exist_ok=True)
    found = {path.name.split(".")[1]: path for path in args.data.glob("lang/xquad.*.json.gz")}
    heads = "given: EM, F1, asked: F1, right shown, wrong shown, right hidden".split(", ")
    print("language " + "".join(f"{head:>14}" for head in heads))
    for language in args.languages or sorted(found):
        paragraphs, asked = read_xquad(found[language])
        figures: list[float] = [0.0, 0.0]
        if args.given:
            figures = [*measure_given(paragraphs, _choose(asked, args.given))]
        if args.questions:
            with open_kept(args.keep / language, paragraphs, LANGUAGES_MODEL) as index:
                figures += measure_answers(index, _choose(asked, args.questions))
        print(f"{language:9}" + "".join(f"{figure:14.3f}" for figure in figures), flush=True)


if __name__ == "__main__":
    sys.exit(main())
