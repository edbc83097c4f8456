"""What becomes of questions in other languages than English.

python -m tests.benchmarks.languages --data FOLDER --keep FOLDER [--answers N] [--model languages],
where FOLDER/lang holds XQuAD (xquad.LANGUAGE.json.gz), FOLDER/ir/xquad_en its English part in BEIR's layout, and
FOLDER/real_dev questions in everyday English. The indexes are made in --keep, and used again.

By language: the share of questions whose language is known, and of those that spelling correction
changes; whether the right paragraph comes first, by keywords (BM25) and as it is searched by
default (hybrid), and among the first ten; of the first N questions of each language, what is
answered, and what is shown and wrong (no word of the right answer is in the evidence).

language passages    known  changed     BM25   hybrid     R@10
en           283    0.999    0.024    0.939    0.959    0.999
ar           266    0.997    0.000    0.908    0.908    0.988
de           302    0.983    0.000    0.931    0.931    0.991
es           296    0.981    0.000    0.924    0.924    0.995
hi           276    0.999    0.000    0.929    0.929    0.991
ru           291    0.982    0.000    0.924    0.924    0.992
th           273    0.987    0.000    0.939    0.939    0.994
vi           287    1.000    0.000    0.920    0.920    0.995
zh           243    0.995    0.000    0.942    0.942    0.993

Of 40 German and 40 Vietnamese questions (--answers 40) none gets an answer, and the sentence that is
shown as a candidate holds it for .700 and .750.

With English vectors and networks for all text the right paragraph came first for th .396, ar .658,
ru .726, hi .804, vi .848, de .870, zh .872, es .887, and up to .48 of the questions got a wrong answer
that was shown.

With `--model languages` also, by language: whether the right paragraph comes first for the question
in English; and how many questions are not refused, and how many are where their article is missing.
`--mixed` puts all languages into one index, and asks it in English.

language passages   hybrid     R@10  english  present  missing evidence
en           299    0.970    1.000
ar           326    0.935    0.997    0.766    0.867    1.000    0.683
de           330    0.947    0.997    0.855    0.933    0.967    0.733
ru           329    0.960    0.997    0.852    0.850    0.950    0.883
zh           289    0.950    1.000    0.732    0.850    0.970    0.850

Of ru and zh every third question was asked, and every fourth in English; the last three columns are
of 60 questions, in ru and zh the first two of them of 100.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import Index, Mode, Retriever
from index.text import detect_language
from qa import Assistant
from tui.common.presentation.wording import rate_confidence

_DEPTH = 30
_QUESTIONS = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, with the name of the paragraph that answers it, and the answers."""

    text: str
    paragraph: str
    answers: tuple[str, ...] = ()


def read_xquad(path: Path) -> tuple[dict[str, str], list[Asked]]:
    """The paragraphs by name, and the questions."""
    with gzip.open(path, "rt", encoding="utf-8") as stored:
        articles = json.load(stored)["data"]
    paragraphs: dict[str, str] = {}
    asked = []
    for article in articles:
        for number, paragraph in enumerate(article["paragraphs"]):
            name = f"{article['title']}-{number}"
            paragraphs[name] = paragraph["context"]
            for question in paragraph["qas"]:
                answers = tuple(answer["text"] for answer in question["answers"])
                asked.append(Asked(question["question"], name, answers))
    return paragraphs, asked


def read_english(folder: Path) -> tuple[dict[str, str], list[Asked]]:
    """The same of the English part, which has no answers."""
    paragraphs = {row["_id"]: row["text"] for row in _read_rows(folder / "corpus.jsonl.gz")}
    queries = {row["_id"]: row["text"] for row in _read_rows(folder / "queries.jsonl.gz")}
    lines = (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    judged = (line.split("\t") for line in lines)
    return paragraphs, [Asked(queries[query], name) for query, name, _ in judged]


def _read_rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measure_retrieval(index: Index, asked: Sequence[Asked], mode: Mode) -> tuple[float, float]:
    """How often the right paragraph comes first, and among the first ten."""
    first = ten = 0
    retriever = Retriever(index)
    for question in asked:
        hits = retriever.search(question.text, _DEPTH, mode)
        names = list(dict.fromkeys(hit.document.path for hit in hits))
        first += names[:1] == [question.paragraph]
        ten += question.paragraph in names[:10]
    return first / len(asked), ten / len(asked)


def measure_refusals(index: Index, asked: Sequence[Asked]) -> dict[str, float]:
    """Shares of questions: not refused, and refused where their article is not among the hits."""
    assistant = Assistant(Retriever(index))
    present = missing = 0
    for question in asked:
        article = question.paragraph.rpartition("-")[0]
        hits = assistant.search(question.text, 2 * _DEPTH)
        others = [hit for hit in hits if hit.document.path.rpartition("-")[0] != article]
        present += not assistant.answer(question.text, hits[:_DEPTH]).off_topic
        missing += assistant.answer(question.text, others[:_DEPTH]).off_topic
    return {"present": present / len(asked), "missing": missing / len(asked)}


def measure_answers(index: Index, asked: Sequence[Asked]) -> Mapping[str, float]:
    """Shares of questions: answered, shown and wrong, sure, and evidence that holds the answer."""
    assistant = Assistant(Retriever(index))
    counts = dict.fromkeys(("answered", "wrong", "sure", "evidence"), 0)
    for question in asked:
        reply = assistant.ask(question.text)
        if not reply.answers:
            continue
        best = reply.answers[0]
        text = index.text(best.document.path)
        evidence = " ".join(span.of(text) for span in best.evidence)
        holds = any(answer in evidence for answer in question.answers)
        counts["evidence"] += holds
        counts["answered"] += reply.answered
        shows = any(answer in best.text or best.text in answer for answer in question.answers)
        counts["wrong"] += reply.answered and not (shows or holds)
        counts["sure"] += rate_confidence(best.confidence, reply) == "sure"
    return {name: count / len(asked) for name, count in counts.items()}


def measure_spelling(index: Index, asked: Sequence[Asked]) -> float:
    """How many questions spelling correction changes, as it is done before a search."""
    from qa.answering.retrieving import correct_question
    from qa.conversation.resolving import ResolvedQuestion

    retriever = Retriever(index)
    corrected = [correct_question(retriever, ResolvedQuestion(each.text)).text for each in asked]
    return sum(new != each.text for new, each in zip(corrected, asked, strict=True)) / len(asked)


def open_kept(folder: Path, paragraphs: Mapping[str, str], model: str | None) -> Index:
    """The index of some paragraphs, each a document of its name; made if it is not there."""
    index = Index.open(folder, create=True, model=model)
    if index.is_empty:
        index.add_texts(paragraphs.items())
    return index


def report_line(
    language: str,
    kept: Path,
    data: tuple[dict[str, str], list[Asked]],
    n: int,
    model: str | None,
    english: Sequence[Asked],
) -> str:
    paragraphs, asked = data
    known = [detect_language(each.text) == language for each in asked]
    some = asked[:: max(1, len(asked) // n)][:n] if n else []
    with open_kept(kept / language, paragraphs, model) as index:
        figures = [
            sum(known) / len(known),
            measure_spelling(index, asked),
            measure_retrieval(index, asked, "bm25")[0],
            *measure_retrieval(index, asked, "hybrid"),
        ]
        if model is not None:
            # XQuAD's questions are the same in all languages.
            figures.append(measure_retrieval(index, english, "hybrid")[0])
            figures += measure_refusals(index, some or asked).values()
        line = f"{index.counts.passages:8}" + "".join(f"{figure:9.3f}" for figure in figures)
        if some and asked[0].answers:
            line += "".join(f"{figure:9.3f}" for figure in measure_answers(index, some).values())
    return f"{language:8}{line}"


def report_mixed(kept: Path, found: Mapping[str, Path], english: Path, model: str | None) -> str:
    """Whether English questions find their paragraphs in an index of all languages.

    A paragraph in another language is right as well: it says the same.
    """
    paragraphs, asked = read_english(english)
    mixed = {f"en/{name}": text for name, text in paragraphs.items()}
    for language, path in found.items():
        mixed |= {f"{language}/{name}": text for name, text in read_xquad(path)[0].items()}
    with open_kept(kept / "mixed", mixed, model) as index:
        retriever, right, in_english = Retriever(index), 0, 0
        for question in asked:
            path = retriever.search(question.text, 1)[0].document.path
            right += path.partition("/")[2] == question.paragraph
            in_english += path == f"en/{question.paragraph}"
    return f"{right / len(asked):.3f}, in English {in_english / len(asked):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--answers", type=int, default=0, metavar="N")
    parser.add_argument("--languages", nargs="*", help="all that are there, if not given")
    parser.add_argument("--model", help="of the indexes, if they are not there yet")
    parser.add_argument("--mixed", action="store_true", help="also one index of all languages")
    args = parser.parse_args()
    args.keep.mkdir(parents=True, exist_ok=True)
    with (args.data / "real_dev/questions.jsonl").open(encoding="utf-8") as lines:
        real = [json.loads(line)["question"] for line in lines]
    taken = [question for question in real if detect_language(question) != "en"]
    print(f"English questions kept: {1 - len(taken) / len(real):.3f} of {len(real)} {taken}")
    heads = "passages known changed BM25 hybrid R@10".split()
    heads += "english present missing".split() if args.model else []
    heads += "answered wrong sure evidence".split()
    print("language" + "".join(f"{head:>9}" for head in heads)[1:])
    found = {path.name.split(".")[1]: path for path in args.data.glob("lang/xquad.*.json.gz")}
    english = args.data / "ir/xquad_en"
    asked = read_english(english)[1]
    for language in args.languages or ["en", *sorted(found)]:
        read = read_english(english) if language == "en" else read_xquad(found[language])
        line = report_line(language, args.keep, read, args.answers, args.model, asked)
        print(line, flush=True)
    if args.mixed:
        print("mixed:", report_mixed(args.keep, found, english, args.model), flush=True)


if __name__ == "__main__":
    sys.exit(main())
